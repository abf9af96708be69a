#include <cmath>
#include <limits>

#include "columns/text_values.hpp"
#include "sql/functions/casts.hpp"
#include "sql/functions/number_kinds.hpp"
#include "sql/functions/number_loops.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/values/decimals.hpp"
#include "sql/values/number_text.hpp"

namespace tarn::sql {
namespace {

// As Java narrows: a number too large for INT or BIGINT becomes the largest there is, NaN is 0;
// what is narrower than INT takes the last bits of that.
template <typename Out, typename In>
Out narrowed(In value) {
    if constexpr (std::is_floating_point_v<In> && std::is_integral_v<Out>) {
        using Step = std::conditional_t<std::is_same_v<Out, int64_t>, int64_t, int32_t>;
        constexpr auto Min = std::numeric_limits<Step>::min();
        constexpr auto Max = std::numeric_limits<Step>::max();
        if (std::isnan(value)) return 0;
        if (value <= static_cast<In>(Min)) return static_cast<Out>(Min);
        if (value >= static_cast<In>(Max)) return static_cast<Out>(Max);
        return static_cast<Out>(static_cast<Step>(value));
    } else {
        return static_cast<Out>(value);
    }
}

template <PlainNumber Out, PlainNumber In>
Kernel plain_cast() {
    return [](const KernelCall& call) {
        return map_numbers<Out, In>(call, [](In value) { return narrowed<Out>(value); });
    };
}

MaybeDecimal finite_decimal(double value, const Type& to) {
    if (std::isfinite(value)) return decimal_of(value, to);
    std::string text;
    append_java_number(text, value);
    throw Error(ErrorCode::InvalidInput, "{} is no {}", text, text_of(to.or_null()));
}

template <typename In>
std::optional<Kernel> cast_from(const Type& to) {
    if (to.kind == TypeKind::Boolean) return kernel_of([](In value) { return value != In{0}; });
    if (to.kind == TypeKind::Decimal) {
        return kernel_of([to](In value) {
            if constexpr (std::is_integral_v<In>) return decimal_of(int64_t{value}, to);
            // Java widens a FLOAT before it prints it.
            else
                return finite_decimal(static_cast<double>(value), to);
        });
    }
    return for_number(to, []<typename Out>(Out) { return plain_cast<Out, In>(); });
}

std::optional<Kernel> cast_from_decimal(const Type& from, const Type& to) {
    int scale = from.scale;
    if (to.kind == TypeKind::Decimal) {
        return kernel_of([=](arrow::Decimal128 value) { return rescaled({value, scale}, to); });
    }
    if (to.kind == TypeKind::Boolean) {
        return kernel_of([](arrow::Decimal128 value) { return value != arrow::Decimal128(0); });
    }
    return for_number(to, [scale]<typename Out>(Out) {
        return kernel_of([scale](arrow::Decimal128 value) {
            if constexpr (std::is_integral_v<Out>) {
                return static_cast<Out>(whole_part({value, scale}));
            } else {
                return static_cast<Out>(double_of({value, scale}));
            }
        });
    });
}

std::optional<Kernel> cast_from_boolean(const Type& to) {
    if (to.kind == TypeKind::Boolean) return kernel_of([](bool value) { return value; });
    if (to.kind == TypeKind::Decimal) {
        return kernel_of([to](bool value) { return decimal_of(int64_t{value}, to); });
    }
    return for_number(to, []<typename Out>(Out) {
        return kernel_of([](bool value) { return static_cast<Out>(value); });
    });
}

// What `parse` makes of a text, or what CAST and TRY_CAST make of nothing.
template <typename Parse>
Kernel parsing(const Type& to, bool is_try, Parse parse) {
    return kernel_of([=](std::string_view text) {
        auto value = parse(text);
        if (!value && !is_try) {
            throw Error(ErrorCode::InvalidInput, "'{}' is no {}", text, text_of(to.or_null()));
        }
        return value;
    });
}

MaybeDecimal parsed_decimal(std::string_view text, const Type& to) {
    text = without_blanks(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    return columns::parse_decimal(text, to.precision, to.scale, columns::ExcessDigits::Round);
}

template <std::signed_integral T>
std::optional<T> whole_of(std::string_view text) {
    auto value = parse_whole(text);
    if (!value || static_cast<T>(*value) != *value) return std::nullopt;
    return static_cast<T>(*value);
}

}  // namespace

std::optional<Kernel> number_cast(const Type& from, const Type& to) {
    if (from.kind == TypeKind::Boolean) return cast_from_boolean(to);
    if (from.kind == TypeKind::Decimal) return cast_from_decimal(from, to);
    return for_number(from, [&]<typename In>(In) { return *cast_from<In>(to); });
}

std::optional<Kernel> text_to_number(const Type& to, bool is_try) {
    switch (to.kind) {
        case TypeKind::Boolean:
            return parsing(to, is_try, parse_truth);
        case TypeKind::TinyInt:
            return parsing(to, is_try, whole_of<int8_t>);
        case TypeKind::SmallInt:
            return parsing(to, is_try, whole_of<int16_t>);
        case TypeKind::Int:
            return parsing(to, is_try, whole_of<int32_t>);
        case TypeKind::BigInt:
            return parsing(to, is_try, whole_of<int64_t>);
        case TypeKind::Float:
            return parsing(to, is_try, parse_java_float);
        case TypeKind::Double:
            return parsing(to, is_try, parse_java_double);
        case TypeKind::Decimal:
            return parsing(to, is_try,
                           [to](std::string_view text) { return parsed_decimal(text, to); });
        default:
            return std::nullopt;
    }
}

std::optional<Kernel> number_to_text(const Type& from) {
    if (from.kind == TypeKind::Boolean) {
        return kernel_of([](bool value) { return std::string_view(value ? "TRUE" : "FALSE"); });
    }
    if (from.kind == TypeKind::Decimal) {
        return kernel_of([scale = from.scale](arrow::Decimal128 value) {
            std::string text;
            columns::append_decimal(text, value, scale);
            return text;
        });
    }
    return for_number(from, []<typename In>(In) {
        return kernel_of([](In value) {
            std::string text;
            if constexpr (std::is_integral_v<In>)
                columns::append_int64(text, value);
            else
                append_java_number(text, value);
            return text;
        });
    });
}

}  // namespace tarn::sql
