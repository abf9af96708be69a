// The columns of manifests and manifest lists, value by value: how they are filled and read.
#pragma once

#include <arrow/array.h>
#include <arrow/type.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "columns/column_builder.hpp"
#include "columns/field_ids.hpp"

namespace tarn::iceberg {

// The builders must be those of the values' types.
inline void put(columns::ColumnBuilder& builder, bool flag) {
    static_cast<columns::BoolBuilder&>(builder).append(flag);
}

inline void put(columns::ColumnBuilder& builder, int32_t number) {
    static_cast<columns::FixedBuilder<int32_t>&>(builder).append(number);
}

inline void put(columns::ColumnBuilder& builder, int64_t number) {
    static_cast<columns::FixedBuilder<int64_t>&>(builder).append(number);
}

inline void put(columns::ColumnBuilder& builder, std::string_view text) {
    static_cast<columns::TextBuilder&>(builder).append(text);
}

inline void put(columns::ColumnBuilder& builder, const Bytes& bytes) {
    put(builder, as_text(bytes));
}

template <typename T>
void put(columns::ColumnBuilder& builder, const std::optional<T>& value) {
    if (!value) return builder.append_null();
    put(builder, *value);
}

// Lists and maps without an element are left out.
template <typename T>
void put(columns::ColumnBuilder& builder, const std::vector<T>& numbers) {
    if (numbers.empty()) return builder.append_null();
    auto& list = static_cast<columns::ListBuilder&>(builder);
    for (T number : numbers) put(list.elements(), number);
    list.close_row();
}

template <typename T>
void put(columns::ColumnBuilder& builder, const std::map<int32_t, T>& by_field) {
    if (by_field.empty()) return builder.append_null();
    auto& list = static_cast<columns::ListBuilder&>(builder);
    auto& entries = static_cast<columns::StructBuilder&>(list.elements());
    for (const auto& [id, value] : by_field) {
        put(entries.child(0), id);
        put(entries.child(1), value);
        entries.append_valid();
    }
    list.close_row();
}

// An optional column that is found by its id.
inline std::shared_ptr<arrow::Field> column(int32_t id, std::string name,
                                            std::shared_ptr<arrow::DataType> type) {
    return columns::with_field_id(arrow::field(std::move(name), std::move(type)), id);
}

// A column that was not asked for is null and reads as null throughout.
template <typename Array>
auto number_at(const Array* column, int64_t row) {
    using Number = decltype(column->Value(row));
    if (!column || column->IsNull(row)) return std::optional<Number>();
    return std::optional<Number>(column->Value(row));
}

template <typename Array>
std::optional<std::string_view> text_at(const Array* column, int64_t row) {
    if (!column || column->IsNull(row)) return std::nullopt;
    return column->GetView(row);
}

template <typename Array>
std::optional<Bytes> bytes_at(const Array* column, int64_t row) {
    if (!column || column->IsNull(row)) return std::nullopt;
    return copy_of(as_bytes(column->GetView(row)));
}

}  // namespace tarn::iceberg
