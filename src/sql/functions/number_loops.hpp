// Loops over columns of plain numbers that run at the speed of memory: all rows are computed, those
// that are NULL as well, so what is computed must not fail for any value.
#pragma once

#include <arrow/array.h>
#include <arrow/buffer.h>

#include "columns/arrow_result.hpp"
#include "sql/functions/kernel.hpp"
#include "sql/values/arrow_types.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {

// Which rows have a value in all of the columns; no buffer when all have.
struct Validity {
    std::shared_ptr<arrow::Buffer> bits;
    int64_t null_count = 0;
};
Validity joint_validity(std::span<const Column> columns, int64_t rows);

// How many values a kernel has to compute: one when all of its arguments are constants.
inline int64_t rows_to_compute(const KernelCall& call) {
    return all_constant(call.arguments) ? 1 : call.rows;
}

template <PlainNumber T>
const T* numbers(const Column& column) {
    return column.values->data()->template GetValues<T>(1);
}

// Calls `loop` with two functions from a row to the value there, each for a column or a constant,
// so that the compiler sees which it is.
template <PlainNumber T, typename Loop>
void with_operands(const Column& left, const Column& right, Loop loop) {
    const T* a = numbers<T>(left);
    const T* b = numbers<T>(right);
    auto each = [](const T* values) { return [values](int64_t row) { return values[row]; }; };
    auto same = [](T value) { return [value](int64_t) { return value; }; };
    if (left.is_constant) {
        right.is_constant ? loop(same(*a), same(*b)) : loop(same(*a), each(b));
    } else {
        right.is_constant ? loop(each(a), same(*b)) : loop(each(a), each(b));
    }
}

inline Column column_from(const KernelCall& call, int64_t rows,
                          std::shared_ptr<arrow::Buffer> values) {
    Validity validity = joint_validity(call.arguments, rows);
    auto data = arrow::ArrayData::Make(arrow_type(call.type), rows,
                                       {validity.bits, std::move(values)}, validity.null_count);
    return {arrow::MakeArray(data), all_constant(call.arguments)};
}

template <PlainNumber Out, PlainNumber In, typename F>
Column map_numbers(const KernelCall& call, F function) {
    int64_t rows = rows_to_compute(call);
    std::shared_ptr<arrow::Buffer> buffer =
        columns::or_throw(arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(Out))));
    auto* out = reinterpret_cast<Out*>(buffer->mutable_data());
    const In* in = numbers<In>(call.arguments[0]);
    for (int64_t row = 0; row < rows; ++row) out[row] = function(in[row]);
    return column_from(call, rows, std::move(buffer));
}

template <PlainNumber Out, PlainNumber In, typename F>
Column map_pairs(const KernelCall& call, F function) {
    int64_t rows = rows_to_compute(call);
    std::shared_ptr<arrow::Buffer> buffer =
        columns::or_throw(arrow::AllocateBuffer(rows * static_cast<int64_t>(sizeof(Out))));
    auto* out = reinterpret_cast<Out*>(buffer->mutable_data());
    with_operands<In>(call.arguments[0], call.arguments[1], [&](auto left, auto right) {
        for (int64_t row = 0; row < rows; ++row) out[row] = function(left(row), right(row));
    });
    return column_from(call, rows, std::move(buffer));
}

// Of pairs to bits.
template <PlainNumber In, typename F>
Column test_pairs(const KernelCall& call, F function) {
    int64_t rows = rows_to_compute(call);
    constexpr int64_t BitsPerByte = 8;
    std::shared_ptr<arrow::Buffer> buffer =
        columns::or_throw(arrow::AllocateBuffer((rows + BitsPerByte - 1) / BitsPerByte));
    uint8_t* out = buffer->mutable_data();
    with_operands<In>(call.arguments[0], call.arguments[1], [&](auto left, auto right) {
        int64_t row = 0;
        for (; row + BitsPerByte <= rows; row += BitsPerByte) {
            unsigned byte = 0;
            for (int64_t bit = 0; bit < BitsPerByte; ++bit) {
                byte |= static_cast<unsigned>(function(left(row + bit), right(row + bit))) << bit;
            }
            *out++ = static_cast<uint8_t>(byte);
        }
        unsigned last = 0;
        for (int64_t bit = 0; row + bit < rows; ++bit) {
            last |= static_cast<unsigned>(function(left(row + bit), right(row + bit))) << bit;
        }
        if (row < rows) *out = static_cast<uint8_t>(last);
    });
    return column_from(call, rows, std::move(buffer));
}

}  // namespace tarn::sql
