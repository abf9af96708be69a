// Maps made of arrays and of other maps, and taken apart.
#include "sql/functions/array_items.hpp"
#include "sql/functions/collection_types.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

// --- apart

// Lists of what a map's rows have, without a copy: the keys, the values or the pairs.
Column lists_in_map(const KernelCall& call, const std::shared_ptr<arrow::Array>& items) {
    const Column& column = call.arguments[0];
    auto data = column.values->data()->Copy();
    data->type = arrow_type(call.type);
    data->child_data = {items->data()};
    return {arrow::MakeArray(data), column.is_constant};
}

const arrow::MapArray& map_argument(const KernelCall& call) {
    return static_cast<const arrow::MapArray&>(*call.arguments[0].values);
}

Column keys_in_map(const KernelCall& call) {
    return lists_in_map(call, map_argument(call).keys());
}

Column values_in_map(const KernelCall& call) {
    return lists_in_map(call, map_argument(call).items());
}

Column entries_in_map(const KernelCall& call) {
    const arrow::MapArray& map = map_argument(call);
    auto pairs =
        std::make_shared<arrow::StructArray>(arrow_type(call.type.parts[0]), map.keys()->length(),
                                             arrow::ArrayVector{map.keys(), map.items()});
    return lists_in_map(call, pairs);
}

// An array of what `item_of` makes of the map's type.
Resolver list_in_map(Kernel kernel, Type (*item_of)(const Type& map)) {
    return [=](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() != 1 || !is_map(arguments, 0)) return std::nullopt;
        const Type& map = arguments[0].type;
        return Signature{array_type(item_of(map), map.is_nullable), {map}, kernel};
    };
}

Type key_type_in(const Type& map) {
    return map.parts[0];
}

Type value_type_in(const Type& map) {
    return map.parts[1];
}

Type entry_type_in(const Type& map) {
    Type row = simple_type(TypeKind::Row);
    row.fields = {{"key", map.parts[0]}, {"value", map.parts[1]}};
    return row;
}

// --- together

// The pairs of maps that are being made; of equal keys in a row the last counts.
class PairPlaces {
public:
    PairPlaces(const JoinedItems& keys, int64_t rows)
        : key_values_(keys.values()), is_same_(keys.values()), lengths_(rows) {}

    void add(int64_t row, int64_t key, int64_t value) {
        if (key_values_->IsNull(key)) throw RowError(row, "a key of a map cannot be NULL");
        auto known = std::find_if(keys_.begin() + begin_, keys_.end(),
                                  [&](int64_t other) { return is_same_(other, key); });
        if (known == keys_.end()) {
            keys_.push_back(key);
            values_.push_back(value);
        } else {
            values_[static_cast<size_t>(known - keys_.begin())] = value;
        }
    }
    void end_row() {
        auto end = static_cast<int64_t>(keys_.size());
        lengths_.append(static_cast<size_t>(end - begin_));
        begin_ = end;
    }
    void append_null() { lengths_.append_null(); }

    Column finish(const KernelCall& call, const std::shared_ptr<arrow::Array>& values) const {
        return map_column(call, lengths_, taken({key_values_}, keys_).values,
                          taken({values}, values_).values);
    }

private:
    std::shared_ptr<arrow::Array> key_values_;
    SameItems is_same_;
    ListLengths lengths_;
    std::vector<int64_t> keys_;
    std::vector<int64_t> values_;
    int64_t begin_ = 0;
};

Column map_from_arrays(const KernelCall& call) {
    JoinedItems keys(call.arguments.first(1), 1);
    JoinedItems values(call.arguments.last(1), 1);
    int64_t rows = rows_to_compute(call);
    PairPlaces pairs(keys, rows);
    for (int64_t row = 0; row < rows; ++row) {
        if (has_null(call.arguments, row)) {
            pairs.append_null();
            continue;
        }
        auto of_keys = keys.places(0, row);
        auto of_values = values.places(0, row);
        if (of_keys.size() != of_values.size()) {
            throw RowError(row, fmt::format("MAP_FROM_ARRAYS was given {} keys and {} values",
                                            of_keys.size(), of_values.size()));
        }
        for (int64_t i = 0; i < std::ssize(of_keys); ++i) pairs.add(row, of_keys[i], of_values[i]);
        pairs.end_row();
    }
    return pairs.finish(call, values.values());
}

std::optional<Signature> of_two_arrays(Arguments arguments) {
    bool is_pair = arguments.size() == 2 && is_array(arguments, 0) && is_array(arguments, 1);
    if (!is_pair) return std::nullopt;
    const Type& keys = arguments[0].type;
    const Type& values = arguments[1].type;
    Type map = map_type(keys.parts[0], values.parts[0], keys.is_nullable || values.is_nullable);
    return Signature{map, {keys, values}, map_from_arrays};
}

Column united_maps(const KernelCall& call) {
    JoinedItems keys(call.arguments, call.arguments.size(), keys_of_map);
    JoinedItems values(call.arguments, call.arguments.size(), values_of_map);
    int64_t rows = rows_to_compute(call);
    PairPlaces pairs(keys, rows);
    for (int64_t row = 0; row < rows; ++row) {
        if (has_null(call.arguments, row)) {
            pairs.append_null();
            continue;
        }
        for (size_t column = 0; column < call.arguments.size(); ++column) {
            // Keys and values stand at the same places.
            for (int64_t place : keys.places(column, row)) pairs.add(row, place, place);
        }
        pairs.end_row();
    }
    return pairs.finish(call, values.values());
}

std::optional<Signature> of_maps(Arguments arguments) {
    auto type = common_collection(TypeKind::Map, arguments);
    if (!type) return std::nullopt;
    return Signature{*type, std::vector<Type>(arguments.size(), *type), united_maps};
}

}  // namespace

std::vector<Function> map_functions() {
    return {
        {"MAP_KEYS", Topic::Collection, "MAP_KEYS(map)", "The keys, as an array.",
         "MAP_KEYS(MAP['a', 1]) → ['a']", list_in_map(keys_in_map, key_type_in)},
        {"MAP_VALUES", Topic::Collection, "MAP_VALUES(map)", "The values, as an array.",
         "MAP_VALUES(MAP['a', 1]) → [1]", list_in_map(values_in_map, value_type_in)},
        {"MAP_ENTRIES", Topic::Collection, "MAP_ENTRIES(map)",
         "The pairs, as an array of rows of key and value.",
         "MAP_ENTRIES(MAP['a', 1]) → [('a', 1)]", list_in_map(entries_in_map, entry_type_in)},
        {"MAP_FROM_ARRAYS", Topic::Collection, "MAP_FROM_ARRAYS(keys, values)",
         "The map of keys to the values at the same positions; of equal keys the last counts.",
         "MAP_FROM_ARRAYS(ARRAY['a', 'b'], ARRAY[1, 2]) → {'a'=1, 'b'=2}", of_two_arrays},
        {"MAP_UNION", Topic::Collection, "MAP_UNION(map, …)",
         "The pairs of all maps; of equal keys the last counts.",
         "MAP_UNION(MAP['a', 1], MAP['a', 2]) → {'a'=2}", of_maps},
    };
}

}  // namespace tarn::sql
