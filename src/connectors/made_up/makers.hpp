// The makers that there are, by what they make; value_maker.cpp chooses among them.
#pragma once

#include <arrow/buffer.h>

#include "columns/arrow_result.hpp"
#include "connectors/made_up/value_maker.hpp"

namespace tarn::connectors {

// Plain numbers, decimals and booleans.
ValueMakerPtr random_number(const MadeColumn& column);
// Texts and bytes.
ValueMakerPtr random_text(const MadeColumn& column);
// Dates, times and intervals.
ValueMakerPtr random_time(const MadeColumn& column);
// Of values for each of its fields.
ValueMakerPtr made_row(const MadeColumn& column);
// Rows, arrays, maps and multisets.
ValueMakerPtr random_nested(const MadeColumn& column);

// Numbers and texts that count up.
ValueMakerPtr sequence(const MadeColumn& column);

// An array of values of one width.
template <typename T, typename Value>
std::shared_ptr<arrow::Array> fixed_array(std::shared_ptr<arrow::DataType> type,
                                          const RowRange& rows, const Value& value) {
    auto buffer =
        columns::or_throw(arrow::AllocateBuffer(rows.count * static_cast<int64_t>(sizeof(T))));
    T* values = buffer->template mutable_data_as<T>();
    for (int64_t i = 0; i < rows.count; ++i) values[i] = value(rows.begin + i);
    auto data =
        arrow::ArrayData::Make(std::move(type), rows.count, {nullptr, std::move(buffer)}, 0);
    return arrow::MakeArray(data);
}

}  // namespace tarn::connectors
