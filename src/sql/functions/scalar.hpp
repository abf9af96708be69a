// Functions of SQL from plain C++ functions of one row's values:
//
//   scalar([](std::string_view text, int32_t count) -> std::string { … })
//
// takes a text and an INT and gives a STRING. The types follow from the C++ ones by ValueType. A
// NULL among the arguments makes the result NULL without a call, unless the parameter is an
// optional; an optional result may be NULL by itself. What it throws becomes a RowError.
//
// A text that is no piece of an argument is best written into a string that all rows share:
//
//   scalar([](std::string& out, std::string_view text) { … })
//
// `out` is empty at first. When such a function gives a bool, false stands for NULL.
#pragma once

#include <tuple>
#include <utility>

#include "sql/functions/function.hpp"
#include "sql/values/readers.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {

// Which type of SQL a C++ type stands for, and which others are cast to it without a word.
template <typename T>
struct ValueType;

template <TypeKind Kind>
struct ValueOfKind {
    static bool takes(const Type& type) { return type.kind == Kind; }
    static Type type() { return simple_type(Kind); }
};

struct TakesIntegers {
    static bool takes(const Type& type) { return is_integer(type); }
};

template <>
struct ValueType<bool> : ValueOfKind<TypeKind::Boolean> {};
template <>
struct ValueType<int32_t> : TakesIntegers {
    static Type type() { return simple_type(TypeKind::Int); }
};
template <>
struct ValueType<int64_t> : TakesIntegers {
    static Type type() { return simple_type(TypeKind::BigInt); }
};
template <>
struct ValueType<double> {
    static bool takes(const Type& type) { return is_numeric(type); }
    static Type type() { return simple_type(TypeKind::Double); }
};
template <>
struct ValueType<std::string_view> {
    static bool takes(const Type& type) { return is_text(type); }
    static Type type() { return string_type(); }
};
template <>
struct ValueType<std::string> : ValueType<std::string_view> {};
template <>
struct ValueType<BytesView> {
    static bool takes(const Type& type) { return is_bytes(type); }
    static Type type() { return type_with(TypeKind::VarBinary, Type::LengthMax); }
};
template <>
struct ValueType<Bytes> : ValueType<BytesView> {};
template <>
struct ValueType<Day> : ValueOfKind<TypeKind::Date> {};
template <>
struct ValueType<TimeOfDay> : ValueOfKind<TypeKind::Time> {};
template <>
struct ValueType<Months> : ValueOfKind<TypeKind::IntervalMonths> {};
template <>
struct ValueType<Millis> : ValueOfKind<TypeKind::IntervalMillis> {};
template <>
struct ValueType<WallTime> {
    static bool takes(const Type& type) { return type.kind == TypeKind::Timestamp; }
    static Type type() { return type_with(TypeKind::Timestamp, 3); }
};
template <>
struct ValueType<Instant> {
    static bool takes(const Type& type) { return type.kind == TypeKind::TimestampLtz; }
    static Type type() { return type_with(TypeKind::TimestampLtz, 3); }
};
template <typename T>
struct ValueType<std::optional<T>> : ValueType<T> {};

template <typename T>
constexpr bool IsOptional = false;
template <typename T>
constexpr bool IsOptional<std::optional<T>> = true;

// A function of values, with the session first when it asks for it.
template <typename F>
struct ShapeOf : ShapeOf<decltype(&F::operator())> {};
template <typename Result_, typename... Parameters_>
struct ShapeOf<Result_ (*)(Parameters_...)> {
    using Result = Result_;
    using Parameters = std::tuple<std::decay_t<Parameters_>...>;
    static constexpr bool HasSession = false;
    static constexpr bool WritesText = false;
};
template <typename... Parameters_>
struct ShapeOf<void (*)(std::string&, Parameters_...)> : ShapeOf<std::string (*)(Parameters_...)> {
    static constexpr bool WritesText = true;
};
template <typename... Parameters_>
struct ShapeOf<bool (*)(std::string&, Parameters_...)>
    : ShapeOf<std::optional<std::string> (*)(Parameters_...)> {
    static constexpr bool WritesText = true;
};
template <typename Result_, typename... Parameters_>
struct ShapeOf<Result_ (*)(const Session&, Parameters_...)> : ShapeOf<Result_ (*)(Parameters_...)> {
    static constexpr bool HasSession = true;
};
template <typename Object, typename Result_, typename... Parameters_>
struct ShapeOf<Result_ (Object::*)(Parameters_...) const> : ShapeOf<Result_ (*)(Parameters_...)> {};

template <typename F>
using ParametersOf = typename ShapeOf<F>::Parameters;
template <typename F>
constexpr size_t ParameterCount = std::tuple_size_v<ParametersOf<F>>;

// One row of a function that writes its text, or that it is NULL.
template <typename F, typename... Values>
void write_text(const F& function, Writer<std::string_view>& writer, std::string& text,
                const Values&... values) {
    text.clear();
    if constexpr (std::is_void_v<decltype(function(text, values...))>) {
        function(text, values...);
        writer.append(text);
    } else {
        function(text, values...) ? writer.append(text) : writer.append_null();
    }
}

template <typename F>
Column apply(const F& function, const KernelCall& call) {
    using Shape = ShapeOf<F>;
    using Parameters = typename Shape::Parameters;
    bool is_constant = all_constant(call.arguments);
    int64_t rows = is_constant ? 1 : call.rows;
    using Written = std::conditional_t<Shape::WritesText, std::string_view, typename Shape::Result>;
    Writer<Written> writer(call.type, rows);
    [[maybe_unused]] std::string text;
    [&]<size_t... I>(std::index_sequence<I...>) {
        std::tuple<Reader<std::tuple_element_t<I, Parameters>>...> readers(call.arguments[I]...);
        int64_t row = 0;
        try {
            for (; row < rows; ++row) {
                if ((std::get<I>(readers).is_null(row) || ...)) {
                    writer.append_null();
                } else if constexpr (Shape::WritesText) {
                    write_text(function, writer, text, std::get<I>(readers)[row]...);
                } else if constexpr (Shape::HasSession) {
                    writer.append(function(call.session, std::get<I>(readers)[row]...));
                } else {
                    writer.append(function(std::get<I>(readers)[row]...));
                }
            }
        } catch (const Error& error) {
            throw RowError(row, error.what());
        }
    }(std::make_index_sequence<ParameterCount<F>>{});
    Column result = writer.finish();
    result.is_constant = is_constant;
    return result;
}

template <typename F>
Kernel kernel_of(F function) {
    return [function](const KernelCall& call) { return apply(function, call); };
}

namespace detail {

template <typename Parameters, size_t... I>
std::optional<std::vector<Type>> accepted(Arguments arguments, std::index_sequence<I...>) {
    auto accepts = [&]<typename T>(std::type_identity<T>, const Type& type) {
        return type.kind == TypeKind::Null || ValueType<T>::takes(type);
    };
    if (arguments.size() != sizeof...(I)) return std::nullopt;
    if (!(accepts(std::type_identity<std::tuple_element_t<I, Parameters>>{}, arguments[I].type) &&
          ...)) {
        return std::nullopt;
    }
    // What is taken as it is keeps its own precision and length.
    auto wanted = [&]<typename T>(std::type_identity<T>, const Type& type) {
        Type own = ValueType<T>::type();
        bool is_same = arrow_type(type)->id() == arrow_type(own)->id();
        return is_same ? type : own.or_null(type.is_nullable);
    };
    return std::vector<Type>{
        wanted(std::type_identity<std::tuple_element_t<I, Parameters>>{}, arguments[I].type)...};
}

template <typename Parameters, size_t... I>
bool can_be_null(Arguments arguments, std::index_sequence<I...>) {
    return ((!IsOptional<std::tuple_element_t<I, Parameters>> && arguments[I].type.is_nullable) ||
            ...);
}

}  // namespace detail

// Of what takes and gives the values that F does, whichever kernel computes it.
template <typename F>
Resolver shaped_as(Type result, Kernel kernel) {
    return [result, kernel = std::move(kernel)](Arguments arguments) -> std::optional<Signature> {
        using Indices = std::make_index_sequence<ParameterCount<F>>;
        auto types = detail::accepted<ParametersOf<F>>(arguments, Indices{});
        if (!types) return std::nullopt;
        bool is_nullable = IsOptional<typename ShapeOf<F>::Result> ||
                           detail::can_be_null<ParametersOf<F>>(arguments, Indices{});
        return Signature{result.or_null(is_nullable), std::move(*types), kernel};
    };
}

// With a result of the given type instead of the one that follows from C++.
template <typename F>
Resolver scalar_giving(Type result, F function) {
    return shaped_as<F>(std::move(result), kernel_of(function));
}

template <typename F>
Resolver scalar(F function) {
    return scalar_giving(ValueType<typename ShapeOf<F>::Result>::type(), function);
}

// The same function with a result whose type the arguments say; whether it may be NULL stays.
template <typename Rule>
Resolver with_type(Resolver of, Rule rule) {
    return [of = std::move(of), rule](Arguments arguments) {
        auto signature = of(arguments);
        if (signature) {
            signature->result = rule(arguments).or_null(signature->result.is_nullable);
        }
        return signature;
    };
}

// The same function with a result that Flink takes to be NULL at times, or never.
inline Resolver with_null(Resolver of, bool is_nullable) {
    return [of = std::move(of), is_nullable](Arguments arguments) {
        auto signature = of(arguments);
        if (signature) signature->result = signature->result.or_null(is_nullable);
        return signature;
    };
}

}  // namespace tarn::sql
