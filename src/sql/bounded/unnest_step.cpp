// UNNEST: the items of collections as rows.
#include <arrow/array/array_nested.h>

#include "columns/arrow_result.hpp"
#include "sql/bounded/steps.hpp"
#include "sql/expressions/row_lists.hpp"
#include "sql/values/readers.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

// The rows of the result, each by the row of the input that it stands behind and the place of its
// item among all items of the column.
struct ItemRows {
    RowList inputs;
    RowList items;
    std::vector<std::optional<int32_t>> ordinals;

    void add(int64_t input, int64_t item, std::optional<int32_t> ordinal) {
        inputs.push_back(input);
        items.push_back(item);
        ordinals.push_back(ordinal);
    }
};

// A multiset's item comes as often as it is in it.
int32_t times_in(const arrow::Array& collections, int64_t item, TypeKind kind) {
    if (kind != TypeKind::Multiset) return 1;
    const auto& maps = static_cast<const arrow::MapArray&>(collections);
    return static_cast<const arrow::Int32Array&>(*maps.items()).Value(item);
}

// Flink has no row for a ROW that is NULL.
bool is_missing_row(const arrow::ListArray& lists, int64_t item, const Type& type) {
    bool is_of_rows = type.kind == TypeKind::Array && type.parts[0].kind == TypeKind::Row;
    return is_of_rows && lists.values()->IsNull(item);
}

ItemRows item_rows(const Unnested& step, const Column& collections, int64_t rows) {
    const auto& lists = static_cast<const arrow::ListArray&>(*collections.values);
    TypeKind kind = step.collection->type.kind;
    ItemRows result;
    for (int64_t row = 0; row < rows; ++row) {
        int64_t place = collections.place(row);
        int32_t ordinal = 0;
        int64_t count = lists.IsNull(place) ? 0 : lists.value_length(place);
        for (int64_t i = 0; i < count; ++i) {
            int64_t item = lists.value_offset(place) + i;
            if (is_missing_row(lists, item, step.collection->type)) continue;
            for (int32_t n = times_in(lists, item, kind); n > 0; --n) {
                result.add(row, item, ++ordinal);
            }
        }
        if (ordinal == 0 && step.keeps_rows_without) result.add(row, NoRow, std::nullopt);
    }
    return result;
}

// What an item brings: of maps the key and the value, of rows their fields, of others itself.
Columns item_columns(const arrow::Array& collections, const Type& type) {
    if (type.kind == TypeKind::Map) {
        const auto& maps = static_cast<const arrow::MapArray&>(collections);
        return {{maps.keys()}, {maps.items()}};
    }
    const auto& lists = static_cast<const arrow::ListArray&>(collections);
    std::shared_ptr<arrow::Array> items = type.kind == TypeKind::Multiset
                                              ? static_cast<const arrow::MapArray&>(lists).keys()
                                              : lists.values();
    if (type.parts[0].kind != TypeKind::Row) return {{items}};
    Columns fields;
    // The fields of a row that is NULL are NULL as well.
    for (auto& field : columns::or_throw(static_cast<arrow::StructArray&>(*items).Flatten())) {
        fields.push_back({std::move(field)});
    }
    return fields;
}

}  // namespace

Batch rows_of(const Unnested& step, const Batch& input, const Around& around) {
    Column collections = evaluate(step.collection, input, around.session);
    ItemRows rows = item_rows(step, collections, input.rows);
    Batch result = taken(input, rows.inputs);
    for (const Column& items : item_columns(*collections.values, step.collection->type)) {
        result.columns.push_back(taken_or_null(items, items.values->length(), rows.items));
    }
    if (step.with_ordinality) {
        Writer<std::optional<int32_t>> ordinals(simple_type(TypeKind::Int), result.rows);
        for (std::optional<int32_t> ordinal : rows.ordinals) ordinals.append(ordinal);
        result.columns.push_back(ordinals.finish());
    }
    return result;
}

}  // namespace tarn::sql
