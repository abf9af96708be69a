// Arrays put in order, and the first and last of that order.
#include <cmath>

#include "sql/functions/array_items.hpp"
#include "sql/functions/collection_types.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

// NaN comes last.
template <typename T>
bool comes_before(const T& left, const T& right) {
    if constexpr (std::floating_point<T>) {
        return left < right || (std::isnan(right) && !std::isnan(left));
    } else if constexpr (std::same_as<T, BytesView>) {
        return left.bytes < right.bytes;
    } else {
        return left < right;
    }
}

// The kernel that `make` gives for the C++ type in whose order the values of a type are.
template <typename Make>
std::optional<Kernel> for_ordered(const Type& type, Make make) {
    switch (type.kind) {
        case TypeKind::Boolean:
            return make(std::type_identity<bool>{});
        case TypeKind::TinyInt:
            return make(std::type_identity<int8_t>{});
        case TypeKind::SmallInt:
            return make(std::type_identity<int16_t>{});
        case TypeKind::Int:
        case TypeKind::Date:
        case TypeKind::Time:
        case TypeKind::IntervalMonths:
            return make(std::type_identity<int32_t>{});
        case TypeKind::BigInt:
        case TypeKind::IntervalMillis:
        case TypeKind::Timestamp:
        case TypeKind::TimestampLtz:
            return make(std::type_identity<int64_t>{});
        case TypeKind::Float:
            return make(std::type_identity<float>{});
        case TypeKind::Double:
            return make(std::type_identity<double>{});
        case TypeKind::Decimal:
            return make(std::type_identity<arrow::Decimal128>{});
        case TypeKind::Char:
        case TypeKind::VarChar:
            return make(std::type_identity<std::string_view>{});
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            return make(std::type_identity<BytesView>{});
        default:
            return std::nullopt;
    }
}

// What ARRAY_SORT is told besides the array.
class SortFlags {
public:
    explicit SortFlags(std::span<const Column> arguments) {
        for (const Column& flag : arguments.subspan(1)) flags_.emplace_back(flag);
    }

    bool is_ascending(int64_t row) const { return flags_.empty() || flags_[0][row]; }
    // NULL is below all values, unless something else is said.
    bool has_nulls_first(int64_t row) const {
        return flags_.size() > 1 ? flags_[1][row] : is_ascending(row);
    }

private:
    std::vector<Reader<bool>> flags_;
};

template <typename T>
Column sorted(const KernelCall& call) {
    JoinedItems items(call.arguments.first(1), 1);
    Column values{items.values()};
    Reader<T> known(values);
    SortFlags flags(call.arguments);
    // Equal ones stay in the order in which they come.
    auto is_before = [&](int64_t left, int64_t right) {
        return comes_before<T>(known[left], known[right]) ||
               (left < right && !comes_before<T>(known[right], known[left]));
    };
    auto is_after = [&](int64_t left, int64_t right) {
        return comes_before<T>(known[right], known[left]) ||
               (left < right && !comes_before<T>(known[left], known[right]));
    };
    auto is_null = [&](int64_t place) { return known.is_null(place); };
    auto is_known = [&](int64_t place) { return !known.is_null(place); };
    return arrays_of(call, call.arguments, items, [&](int64_t row, std::vector<int64_t>& out) {
        auto places = items.places(0, row);
        std::ranges::copy_if(places, std::back_inserter(out), is_known);
        flags.is_ascending(row) ? std::ranges::sort(out, is_before)
                                : std::ranges::sort(out, is_after);
        auto known_count = static_cast<int64_t>(out.size());
        std::ranges::copy_if(places, std::back_inserter(out), is_null);
        bool is_nulls_first = flags.has_nulls_first(row);
        if (is_nulls_first) std::ranges::rotate(out, out.begin() + known_count);
    });
}

std::optional<Signature> sort(Arguments arguments) {
    if (arguments.size() > 3 || !is_array(arguments, 0)) return std::nullopt;
    auto kernel =
        for_ordered(arguments[0].type.parts[0],
                    []<typename T>(std::type_identity<T>) -> Kernel { return sorted<T>; });
    if (!kernel) return std::nullopt;
    std::vector<Type> types{arguments[0].type};
    for (const Argument& flag : arguments.subspan(1)) {
        bool is_flag = flag.type.kind == TypeKind::Boolean || flag.type.kind == TypeKind::Null;
        if (!is_flag) return std::nullopt;
        types.push_back(simple_type(TypeKind::Boolean).or_null(flag.type.is_nullable));
    }
    return Signature{nullable_as(arguments[0].type, arguments), types, std::move(*kernel)};
}

enum class Extreme { Least, Greatest };

// NULLs do not count; NULL where nothing else is left.
template <typename T>
Column extremes(const KernelCall& call, Extreme wanted) {
    JoinedItems items(call.arguments, 1);
    Column values{items.values()};
    Reader<T> known(values);
    int64_t rows = rows_to_compute(call);
    arrow::Int64Builder found;
    columns::or_throw(found.Reserve(rows));
    for (int64_t row = 0; row < rows; ++row) {
        int64_t best = -1;
        if (!call.arguments[0].is_null(row)) {
            for (int64_t place : items.places(0, row)) {
                if (known.is_null(place)) continue;
                bool is_better = best < 0 || (wanted == Extreme::Least
                                                  ? comes_before<T>(known[place], known[best])
                                                  : comes_before<T>(known[best], known[place]));
                if (is_better) best = place;
            }
        }
        best < 0 ? found.UnsafeAppendNull() : found.UnsafeAppend(best);
    }
    return {taken_at(items.values(), columns::or_throw(found.Finish())),
            all_constant(call.arguments)};
}

Resolver extreme_item(Extreme wanted) {
    return [wanted](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() != 1 || !is_array(arguments, 0)) return std::nullopt;
        const Type& item = arguments[0].type.parts[0];
        auto kernel = for_ordered(item, [=]<typename T>(std::type_identity<T>) -> Kernel {
            return [=](const KernelCall& call) { return extremes<T>(call, wanted); };
        });
        if (!kernel) return std::nullopt;
        return Signature{item.or_null(), {arguments[0].type}, std::move(*kernel)};
    };
}

}  // namespace

std::vector<Function> collection_order_functions() {
    return {
        {"ARRAY_SORT", Topic::Collection, "ARRAY_SORT(array[, ascending[, nulls first]])",
         "The items in order. NULLs are below all values unless the last argument says otherwise.",
         "ARRAY_SORT(ARRAY[3, 1, 2], FALSE) → [3, 2, 1]", sort},
        {"ARRAY_MAX", Topic::Collection, "ARRAY_MAX(array)",
         "The greatest item that is not NULL; NULL when there is none.",
         "ARRAY_MAX(ARRAY[1, 3, 2]) → 3", extreme_item(Extreme::Greatest)},
        {"ARRAY_MIN", Topic::Collection, "ARRAY_MIN(array)",
         "The least item that is not NULL; NULL when there is none.",
         "ARRAY_MIN(ARRAY[3, 1, 2]) → 1", extreme_item(Extreme::Least)},
    };
}

}  // namespace tarn::sql
