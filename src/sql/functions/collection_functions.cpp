// Arrays and maps as a whole, and arrays searched, cut, joined and taken as sets.
#include <fmt/format.h>

#include "sql/functions/array_items.hpp"
#include "sql/functions/collection_types.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

using ItemPlaces = std::vector<int64_t>;

// --- how many, and the only one

Column cardinalities(const KernelCall& call) {
    const Column& column = call.arguments[0];
    const auto& lists = static_cast<const arrow::ListArray&>(*column.values);
    int64_t rows = rows_to_compute(call);
    Writer<int32_t> writer(call.type, rows);
    for (int64_t row = 0; row < rows; ++row) {
        if (column.is_null(row)) {
            writer.append_null();
        } else {
            writer.append(lists.value_length(column.place(row)));
        }
    }
    return {writer.finish().values, column.is_constant};
}

std::optional<Signature> cardinality(Arguments arguments) {
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    bool is_collection =
        is_array(arguments, 0) || is_map(arguments, 0) || type.kind == TypeKind::Multiset;
    if (!is_collection) return std::nullopt;
    return Signature{simple_type(TypeKind::Int).or_null(type.is_nullable), {type}, cardinalities};
}

// An empty array has no element, which is NULL, unless the type says that this cannot be.
int64_t only_place(const Column& column, int64_t row, bool is_nullable) {
    const auto& lists = static_cast<const arrow::ListArray&>(*column.values);
    if (column.is_null(row)) return -1;
    int64_t at = column.place(row);
    int32_t length = lists.value_length(at);
    if (length > 1) {
        throw RowError(row, fmt::format("ELEMENT takes an array of one value, not of {}", length));
    }
    if (length == 1) return lists.value_offset(at);
    if (!is_nullable) throw RowError(row, "ELEMENT has no value for an empty array");
    return -1;
}

Column only_elements(const KernelCall& call) {
    const Column& column = call.arguments[0];
    int64_t rows = rows_to_compute(call);
    arrow::Int64Builder places;
    columns::or_throw(places.Reserve(rows));
    for (int64_t row = 0; row < rows; ++row) {
        int64_t place = only_place(column, row, call.type.is_nullable);
        place < 0 ? places.UnsafeAppendNull() : places.UnsafeAppend(place);
    }
    const auto& lists = static_cast<const arrow::ListArray&>(*column.values);
    return {taken_at(lists.values(), columns::or_throw(places.Finish())), column.is_constant};
}

std::optional<Signature> element(Arguments arguments) {
    if (arguments.size() != 1 || !is_array(arguments, 0)) return std::nullopt;
    const Type& array = arguments[0].type;
    const Type& item = array.parts[0];
    return Signature{item.or_null(item.is_nullable || array.is_nullable), {array}, only_elements};
}

// --- an item looked for

// The number of the first item that is the same, from 1; 0 when there is none.
int32_t found_position(const JoinedItems& items, const SameItems& is_same, int64_t row) {
    int64_t wanted = items.places(1, row).front();
    int32_t number = 0;
    for (int64_t place : items.places(0, row)) {
        ++number;
        if (is_same(place, wanted)) return number;
    }
    return 0;
}

template <typename T, typename Answer>
Column searched(const KernelCall& call, std::span<const Column> needed, const Answer& answer) {
    JoinedItems items(call.arguments, 1);
    SameItems is_same(items.values());
    int64_t rows = rows_to_compute(call);
    Writer<T> writer(call.type, rows);
    for (int64_t row = 0; row < rows; ++row) {
        if (has_null(needed, row)) {
            writer.append_null();
        } else {
            writer.append(answer(found_position(items, is_same, row)));
        }
    }
    return {writer.finish().values, all_constant(call.arguments)};
}

Column contains(const KernelCall& call) {
    return searched<bool>(call, call.arguments.first(1), [](int32_t found) { return found > 0; });
}

Column positions(const KernelCall& call) {
    return searched<int32_t>(call, call.arguments, [](int32_t found) { return found; });
}

Column removed(const KernelCall& call) {
    JoinedItems items(call.arguments, 1);
    SameItems is_same(items.values());
    return arrays_of(call, call.arguments.first(1), items, [&](int64_t row, ItemPlaces& out) {
        int64_t unwanted = items.places(1, row).front();
        for (int64_t place : items.places(0, row)) {
            if (!is_same(place, unwanted)) out.push_back(place);
        }
    });
}

// An array and an item of it. `result` says what comes of their types.
Resolver with_item(Kernel kernel, Type (*result)(Arguments arguments)) {
    return [=](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() != 2 || !is_array(arguments, 0)) return std::nullopt;
        const Type& array = arguments[0].type;
        auto item = as_item(array.parts[0], arguments[1].type);
        if (!item) return std::nullopt;
        return Signature{result(arguments), {array, *item}, kernel};
    };
}

Type truth_as_array(Arguments arguments) {
    return nullable_as(simple_type(TypeKind::Boolean), arguments.first(1));
}

Type number_as_both(Arguments arguments) {
    return nullable_as(simple_type(TypeKind::Int), arguments);
}

Type same_array(Arguments arguments) {
    return arguments[0].type;
}

// --- items put in front and behind

template <size_t First, size_t Second>
Column joined_pair(const KernelCall& call) {
    JoinedItems items(call.arguments, 1);
    return arrays_of(call, call.arguments.first(1), items, [&](int64_t row, ItemPlaces& out) {
        for (size_t column : {First, Second}) {
            std::ranges::copy(items.places(column, row), std::back_inserter(out));
        }
    });
}

// Flink takes the result to be NULL where the item may be, which then only is in the array.
Resolver with_new_item(Kernel kernel) {
    return [=](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() != 2 || !is_array(arguments, 0)) return std::nullopt;
        const Type& array = arguments[0].type;
        const Type& item = array.parts[0];
        auto added = as_item(item, arguments[1].type);
        if (!added) return std::nullopt;
        Type common = is_text(item) ? *common_type(item, *added)
                                    : item.or_null(item.is_nullable || added->is_nullable);
        Type result = array_type(common, array.is_nullable || added->is_nullable);
        return Signature{
            result,
            {array_type(common, array.is_nullable), common.or_null(added->is_nullable)},
            kernel};
    };
}

// --- several arrays

Column arrays_in_a_row(const KernelCall& call) {
    JoinedItems items(call.arguments, call.arguments.size());
    return arrays_of(call, call.arguments, items, [&](int64_t row, ItemPlaces& out) {
        for (size_t column = 0; column < call.arguments.size(); ++column) {
            std::ranges::copy(items.places(column, row), std::back_inserter(out));
        }
    });
}

// Each item once, where it comes first.
Column united(const KernelCall& call) {
    JoinedItems items(call.arguments, call.arguments.size());
    SameItems is_same(items.values());
    return arrays_of(call, call.arguments, items, [&](int64_t row, ItemPlaces& out) {
        for (size_t column = 0; column < call.arguments.size(); ++column) {
            for (int64_t place : items.places(column, row)) {
                if (!is_same.has(out, place)) out.push_back(place);
            }
        }
    });
}

// Of the first array each item once that is in the second, or that is not.
template <bool IsInSecond>
Column selected(const KernelCall& call) {
    JoinedItems items(call.arguments, call.arguments.size());
    SameItems is_same(items.values());
    return arrays_of(call, call.arguments, items, [&](int64_t row, ItemPlaces& out) {
        for (int64_t place : items.places(0, row)) {
            bool is_in_second = is_same.has(items.places(1, row), place);
            if (is_in_second == IsInSecond && !is_same.has(out, place)) out.push_back(place);
        }
    });
}

struct ArrayCount {
    size_t min;
    size_t max;
};

Resolver of_arrays(Kernel kernel, ArrayCount count) {
    return [=](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() < count.min || arguments.size() > count.max) return std::nullopt;
        auto type = common_collection(TypeKind::Array, arguments);
        if (!type) return std::nullopt;
        return Signature{*type, std::vector<Type>(arguments.size(), *type), kernel};
    };
}

constexpr ArrayCount OneArray{1, 1};
constexpr ArrayCount TwoArrays{2, 2};
constexpr ArrayCount AnyArrays{1, SIZE_MAX};

// --- another order, and a part

Column reversed(const KernelCall& call) {
    JoinedItems items(call.arguments, 1);
    return arrays_of(call, call.arguments, items, [&](int64_t row, ItemPlaces& out) {
        std::ranges::copy(std::views::reverse(items.places(0, row)), std::back_inserter(out));
    });
}

// Positions count from 1, those below zero from the end; 0 is the first, too.
Column sliced(const KernelCall& call) {
    JoinedItems items(call.arguments.first(1), 1);
    Reader<int32_t> firsts(call.arguments[1]);
    std::optional<Reader<int32_t>> lasts;
    if (call.arguments.size() > 2) lasts.emplace(call.arguments[2]);
    return arrays_of(call, call.arguments, items, [&](int64_t row, ItemPlaces& out) {
        auto places = items.places(0, row);
        auto length = static_cast<int64_t>(places.size());
        auto from_begin = [&](int64_t at) { return at < 0 ? at + length + 1 : at; };
        int64_t first = std::max(from_begin(firsts[row]), int64_t{1});
        int64_t last = lasts ? from_begin((*lasts)[row]) : length;
        last = std::min(last == 0 ? 1 : last, length);
        for (int64_t at = first; at <= last; ++at) out.push_back(places[at - 1]);
    });
}

std::optional<Signature> array_slice(Arguments arguments) {
    bool has_places = arguments.size() == 2 || arguments.size() == 3;
    if (!has_places || !is_array(arguments, 0)) return std::nullopt;
    std::vector<Type> types{arguments[0].type};
    for (const Argument& place : arguments.subspan(1)) {
        if (place.type.kind != TypeKind::Null && !is_integer(place.type)) return std::nullopt;
        types.push_back(simple_type(TypeKind::Int).or_null(place.type.is_nullable));
    }
    return Signature{nullable_as(arguments[0].type, arguments), types, sliced};
}

}  // namespace

std::vector<Function> collection_functions() {
    return {
        {"CARDINALITY", Topic::Collection, "CARDINALITY(array)",
         "How many items an array, or how many pairs a map has.", "CARDINALITY(ARRAY[7, 8]) → 2",
         cardinality},
        {"ELEMENT", Topic::Collection, "ELEMENT(array)",
         "The only item of an array. It fails when there are more; an empty array has NULL.",
         "ELEMENT(ARRAY[7]) → 7", element},
        {"ARRAY_CONTAINS", Topic::Collection, "ARRAY_CONTAINS(array, item)",
         "Whether the item is in the array. NULL is looked for as any other item.",
         "ARRAY_CONTAINS(ARRAY[1, 2], 2) → TRUE", with_item(contains, truth_as_array)},
        {"ARRAY_POSITION", Topic::Collection, "ARRAY_POSITION(array, item)",
         "The position from 1 at which the item comes first; 0 when it is not there.",
         "ARRAY_POSITION(ARRAY['a', 'b'], 'b') → 2", with_item(positions, number_as_both)},
        {"ARRAY_REMOVE", Topic::Collection, "ARRAY_REMOVE(array, item)",
         "The array without all that is the same as the item, which may be NULL.",
         "ARRAY_REMOVE(ARRAY[1, 2, 1], 1) → [2]", with_item(removed, same_array)},
        {"ARRAY_PREPEND", Topic::Collection, "ARRAY_PREPEND(array, item)",
         "The array with an item more in front.", "ARRAY_PREPEND(ARRAY[1], 0) → [0, 1]",
         with_new_item(joined_pair<1, 0>)},
        {"ARRAY_APPEND", Topic::Collection, "ARRAY_APPEND(array, item)",
         "The array with an item more behind.", "ARRAY_APPEND(ARRAY[1], 2) → [1, 2]",
         with_new_item(joined_pair<0, 1>)},
        {"ARRAY_CONCAT", Topic::Collection, "ARRAY_CONCAT(array, …)",
         "The arrays one behind the other; NULL if one of them is.",
         "ARRAY_CONCAT(ARRAY[1], ARRAY[1, 2]) → [1, 1, 2]", of_arrays(arrays_in_a_row, AnyArrays)},
        {"ARRAY_DISTINCT", Topic::Collection, "ARRAY_DISTINCT(array)",
         "Each item once, where it comes first.", "ARRAY_DISTINCT(ARRAY[2, 1, 2]) → [2, 1]",
         of_arrays(united, OneArray)},
        {"ARRAY_UNION", Topic::Collection, "ARRAY_UNION(left, right)",
         "The items of both arrays, each once.",
         "ARRAY_UNION(ARRAY[1, 2], ARRAY[2, 3]) → [1, 2, 3]", of_arrays(united, TwoArrays)},
        {"ARRAY_INTERSECT", Topic::Collection, "ARRAY_INTERSECT(left, right)",
         "The items that are in both arrays, each once.",
         "ARRAY_INTERSECT(ARRAY[1, 2], ARRAY[2, 3]) → [2]", of_arrays(selected<true>, TwoArrays)},
        {"ARRAY_EXCEPT", Topic::Collection, "ARRAY_EXCEPT(left, right)",
         "The items of the first array that are not in the second, each once.",
         "ARRAY_EXCEPT(ARRAY[1, 2], ARRAY[2, 3]) → [1]", of_arrays(selected<false>, TwoArrays)},
        {"ARRAY_REVERSE", Topic::Collection, "ARRAY_REVERSE(array)",
         "The items from the last to the first.", "ARRAY_REVERSE(ARRAY[1, 2]) → [2, 1]",
         of_arrays(reversed, OneArray)},
        {"ARRAY_SLICE", Topic::Collection, "ARRAY_SLICE(array, first[, last])",
         "The items from one position to another, both counted from 1, or below zero from the end.",
         "ARRAY_SLICE(ARRAY[1, 2, 3], -2) → [2, 3]", array_slice},
    };
}

}  // namespace tarn::sql
