#include "sql/functions/nested_functions.hpp"

#include <arrow/array/array_nested.h>
#include <arrow/array/concatenate.h>

#include "base/suggest.hpp"
#include "sql/functions/comparison.hpp"
#include "sql/functions/number_loops.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

using columns::or_throw;

// The values of several columns, row by row: those of the first row, then of the second, …
std::shared_ptr<arrow::Array> interleaved(std::span<const Column> columns, int64_t rows) {
    arrow::ArrayVector arrays;
    std::vector<int64_t> begins;
    int64_t begin = 0;
    for (const Column& column : columns) {
        arrays.push_back(column.values);
        begins.push_back(begin);
        begin += column.values->length();
    }
    std::vector<int64_t> places;
    for (int64_t row = 0; row < rows; ++row) {
        for (size_t i = 0; i < columns.size(); ++i) {
            places.push_back(begins[i] + columns[i].place(row));
        }
    }
    return taken({or_throw(arrow::Concatenate(arrays))}, places).values;
}

std::shared_ptr<arrow::Buffer> even_offsets(int64_t rows, int64_t each) {
    std::vector<int32_t> offsets;
    for (int64_t row = 0; row <= rows; ++row) offsets.push_back(static_cast<int32_t>(row * each));
    return arrow::Buffer::FromVector(std::move(offsets));
}

Column build_array(const KernelCall& call) {
    int64_t rows = rows_to_compute(call);
    auto count = static_cast<int64_t>(call.arguments.size());
    auto values = call.arguments.empty() ? null_column(call.type.parts[0]).values->Slice(0, 0)
                                         : interleaved(call.arguments, rows);
    auto list = std::make_shared<arrow::ListArray>(arrow_type(call.type), rows,
                                                   even_offsets(rows, count), values);
    return {list, all_constant(call.arguments)};
}

constexpr auto NullKey = "a key of a map cannot be NULL";

// Whether a later pair of the row has the same key.
bool is_overridden(std::span<const Column> pairs, size_t pair, int64_t row) {
    const Column& key = pairs[pair];
    for (size_t later = pair + 2; later < pairs.size(); later += 2) {
        const Column& other = pairs[later];
        if (are_same(*key.values, key.place(row), *other.values, other.place(row))) return true;
    }
    return false;
}

Column build_map(const KernelCall& call) {
    int64_t rows = rows_to_compute(call);
    Columns keys;
    Columns items;
    for (size_t i = 0; i < call.arguments.size(); ++i) {
        (i % 2 == 0 ? keys : items).push_back(call.arguments[i]);
    }
    auto count = static_cast<int64_t>(keys.size());
    std::vector<int32_t> offsets{0};
    std::vector<int64_t> kept;
    for (int64_t row = 0; row < rows; ++row) {
        for (size_t pair = 0; pair < call.arguments.size(); pair += 2) {
            if (call.arguments[pair].is_null(row)) throw RowError(row, NullKey);
            if (is_overridden(call.arguments, pair, row)) continue;
            kept.push_back(row * count + static_cast<int64_t>(pair / 2));
        }
        offsets.push_back(static_cast<int32_t>(kept.size()));
    }
    auto map = std::make_shared<arrow::MapArray>(arrow_type(call.type), rows,
                                                 arrow::Buffer::FromVector(std::move(offsets)),
                                                 taken({interleaved(keys, rows)}, kept).values,
                                                 taken({interleaved(items, rows)}, kept).values);
    return {map, all_constant(call.arguments)};
}

Column build_row(const KernelCall& call) {
    int64_t rows = rows_to_compute(call);
    arrow::ArrayVector fields;
    for (const Column& column : call.arguments) {
        fields.push_back(all_constant(call.arguments) ? column.values : spread(column, rows));
    }
    auto row = or_throw(arrow::StructArray::Make(fields, arrow_type(call.type)->fields()));
    return {row, all_constant(call.arguments)};
}

// What `place_of` finds in the items of a list or map, for each row that has both arguments.
template <typename Places>
Column picked(const KernelCall& call, const arrow::ListArray& list,
              const std::shared_ptr<arrow::Array>& items, Places place_of) {
    const Column& key = call.arguments[1];
    int64_t rows = rows_to_compute(call);
    arrow::Int64Builder places;
    or_throw(places.Reserve(rows));
    for (int64_t row = 0; row < rows; ++row) {
        bool has_null = call.arguments[0].is_null(row) || key.is_null(row);
        int64_t place = has_null ? -1 : place_of(list, call.arguments[0].place(row), row);
        place < 0 ? places.UnsafeAppendNull() : places.UnsafeAppend(place);
    }
    auto wanted = or_throw(places.Finish());
    return {taken_at(items, wanted), all_constant(call.arguments)};
}

// What no row can have Flink refuses for all of them, but only where the index is a constant.
void check_index(const Column& index, int64_t rows) {
    if (!index.is_constant || index.is_null(0) || rows == 0) return;
    int64_t at = Reader<int64_t>(index)[0];
    if (at >= 1) return;
    throw RowError(0, fmt::format("the items of an array count from 1; there is no [{}]", at));
}

Column array_element(const KernelCall& call) {
    const auto& list = static_cast<const arrow::ListArray&>(*call.arguments[0].values);
    check_index(call.arguments[1], call.rows);
    Reader<int64_t> index(call.arguments[1]);
    return picked(call, list, list.values(),
                  [&](const arrow::ListArray& lists, int64_t place, int64_t row) -> int64_t {
                      int64_t at = index[row];
                      if (at < 1 || at > lists.value_length(place)) return -1;
                      return lists.value_offset(place) + at - 1;
                  });
}

Column map_element(const KernelCall& call) {
    const auto& map = static_cast<const arrow::MapArray&>(*call.arguments[0].values);
    const Column& key = call.arguments[1];
    return picked(call, map, map.items(),
                  [&](const arrow::ListArray& maps, int64_t place, int64_t row) -> int64_t {
                      for (int64_t i = 0; i < maps.value_length(place); ++i) {
                          int64_t at = maps.value_offset(place) + i;
                          if (are_same(*map.keys(), at, *key.values, key.place(row))) return at;
                      }
                      return -1;
                  });
}

// The fields of what is NULL as a whole are NULL.
Kernel field_kernel(int place) {
    return [place](const KernelCall& call) -> Column {
        const auto& rows = static_cast<const arrow::StructArray&>(*call.arguments[0].values);
        return {or_throw(rows.GetFlattenedField(place)), call.arguments[0].is_constant};
    };
}

}  // namespace

Signature row_of(Arguments arguments) {
    Type row = simple_type(TypeKind::Row).not_null();
    std::vector<Type> types;
    for (const Argument& argument : arguments) {
        row.fields.push_back({fmt::format("EXPR${}", types.size()), argument.type});
        types.push_back(argument.type);
    }
    return {row, types, build_row};
}

Signature array_of(const Type& item, Arguments arguments) {
    Type array = simple_type(TypeKind::Array).not_null();
    array.parts = {item};
    std::vector<Type> types(arguments.size(), item);
    return {array, types, build_array};
}

Signature map_of(const Type& key, const Type& value, Arguments arguments) {
    Type map = simple_type(TypeKind::Map).not_null();
    map.parts = {key, value};
    std::vector<Type> types;
    for (size_t i = 0; i < arguments.size(); ++i) types.push_back(i % 2 == 0 ? key : value);
    return {map, types, build_map};
}

namespace {

// As which type a key is looked for among those of a map, which are taken as the same type.
std::optional<Type> key_sought(const Type& known, const Type& key) {
    if (key.kind == TypeKind::Null) return known.or_null();
    if (is_text(known) && is_text(key)) return key;
    auto common = common_type(known, key);
    bool is_integer_pair = is_integer(known) && is_integer(key);
    bool is_sought = common && (is_integer_pair || (known.kind == key.kind));
    return is_sought ? std::optional(common->or_null(key.is_nullable)) : std::nullopt;
}

}  // namespace

std::optional<Signature> element_access(Arguments arguments) {
    const Type& of = arguments[0].type;
    const Type& key = arguments[1].type;
    if (of.kind == TypeKind::Array && is_integer(key)) {
        Type index = simple_type(TypeKind::BigInt).or_null(key.is_nullable);
        return Signature{of.parts[0].or_null(), {of, index}, array_element};
    }
    auto wanted = of.kind == TypeKind::Map ? key_sought(of.parts[0], key) : std::nullopt;
    if (wanted) {
        Type map = of;
        map.parts[0] = is_text(*wanted) ? of.parts[0] : wanted->or_null(of.parts[0].is_nullable);
        return Signature{of.parts[1].or_null(), {map, *wanted}, map_element};
    }
    return std::nullopt;
}

Signature field_access(const Type& row, const Identifier& field) {
    auto found = std::ranges::find(row.fields, field.text, &Type::Field::name);
    if (found == row.fields.end()) {
        std::vector<std::string> known;
        for (const Type::Field& each : row.fields) known.push_back(each.name);
        throw SqlError({field.span,
                        fmt::format("{} has no field '{}'", text_of(row.or_null()), field.text),
                        known.empty() ? "only a ROW has fields" : name_hint(field.text, known)});
    }
    Type type = found->type.or_null(found->type.is_nullable || row.is_nullable);
    auto place = static_cast<int>(found - row.fields.begin());
    return {type, {row}, field_kernel(place), false};
}

}  // namespace tarn::sql
