// Values of the fields of events as Arrow arrays with a place for each event of a batch. Those of
// another kind have zeros and empty texts there: the row that the field is of is NULL.
#pragma once

#include <arrow/array.h>
#include <arrow/buffer.h>

#include <cstring>
#include <string>
#include <vector>

#include "columns/arrow_result.hpp"
#include "connectors/made_up/value_maker.hpp"
#include "connectors/nexmark/event_batch.hpp"

namespace tarn::connectors {

template <typename T>
std::shared_ptr<arrow::Array> plain_array(std::shared_ptr<arrow::DataType> type,
                                          const std::vector<T>& values) {
    auto bytes = static_cast<int64_t>(values.size() * sizeof(T));
    auto buffer = columns::or_throw(arrow::AllocateBuffer(bytes));
    if (bytes > 0) std::memcpy(buffer->mutable_data(), values.data(), static_cast<size_t>(bytes));
    return arrow::MakeArray(arrow::ArrayData::Make(
        std::move(type), static_cast<int64_t>(values.size()), {nullptr, std::move(buffer)}, 0));
}

// `value_of(row)` for the rows of the kind.
template <typename ValueOf>
std::shared_ptr<arrow::Array> number_array(const EventBatch& events, EventKind kind,
                                           std::shared_ptr<arrow::DataType> type,
                                           const ValueOf& value_of) {
    int64_t bytes = events.count * static_cast<int64_t>(sizeof(int64_t));
    auto buffer = columns::or_throw(arrow::AllocateBuffer(bytes));
    auto* values = buffer->template mutable_data_as<int64_t>();
    std::fill_n(values, events.count, int64_t{0});
    for (int32_t row : events.rows_of(kind)) values[row] = value_of(row);
    return arrow::MakeArray(
        arrow::ArrayData::Make(std::move(type), events.count, {nullptr, std::move(buffer)}, 0));
}

template <typename ValueOf>
std::shared_ptr<arrow::Array> whole_numbers(const EventBatch& events, EventKind kind,
                                            const ValueOf& value_of) {
    return number_array(events, kind, arrow::int64(), value_of);
}

template <typename ValueOf>
std::shared_ptr<arrow::Array> time_values(const EventBatch& events, EventKind kind,
                                          const ValueOf& value_of) {
    return number_array(events, kind, arrow::timestamp(arrow::TimeUnit::MILLI), value_of);
}

// `append(text, row)` puts the value of a row of the kind behind those before it.
template <typename Append>
std::shared_ptr<arrow::Array> texts(const EventBatch& events, EventKind kind,
                                    const Append& append) {
    auto size = static_cast<size_t>(events.count + 1) * sizeof(int32_t);
    auto buffer = columns::or_throw(arrow::AllocateBuffer(static_cast<int64_t>(size)));
    auto* ends = buffer->template mutable_data_as<int32_t>();
    std::string bytes;
    int64_t next = 0;
    for (int32_t row : events.rows_of(kind)) {
        std::fill(ends + next, ends + row + 1, static_cast<int32_t>(bytes.size()));
        next = row + 1;
        append(bytes, row);
    }
    std::fill(ends + next, ends + events.count + 1, static_cast<int32_t>(bytes.size()));
    return arrow::MakeArray(arrow::ArrayData::Make(
        arrow::utf8(), events.count,
        {nullptr, std::move(buffer), arrow::Buffer::FromString(std::move(bytes))}, 0));
}

}  // namespace tarn::connectors
