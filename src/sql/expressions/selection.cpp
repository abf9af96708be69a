#include "sql/expressions/selection.hpp"

#include <arrow/buffer.h>
#include <arrow/type_traits.h>
#include <arrow/util/bit_util.h>

#include "base/assert.hpp"
#include "columns/arrow_result.hpp"
#include "sql/values/arrow_types.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

using Buffer = std::shared_ptr<arrow::Buffer>;

struct Wide {
    uint64_t halves[2];
};

int bytes_of(const Type& type) {
    auto stored = arrow_type(type);
    bool is_plain = arrow::is_fixed_width(*stored) && stored->id() != arrow::Type::BOOL;
    return is_plain ? stored->byte_width() : 0;
}

// A byte for each row, 1 where the condition is TRUE: the loops that follow need no bits.
std::vector<uint8_t> truth_of(const Column& condition, int64_t rows) {
    Reader<bool> known(condition);
    std::vector<uint8_t> truth(static_cast<size_t>(rows));
    for (int64_t row = 0; row < rows; ++row) {
        truth[static_cast<size_t>(row)] = !known.is_null(row) && known[row];
    }
    return truth;
}

template <typename T>
Buffer chosen_values(const std::vector<uint8_t>& truth, const Column& first, const Column& second) {
    auto rows = static_cast<int64_t>(truth.size());
    Buffer made = columns::or_throw(arrow::AllocateBuffer(rows * int64_t{sizeof(T)}));
    auto* out = reinterpret_cast<T*>(made->mutable_data());
    const T* left = first.values->data()->GetValues<T>(1);
    const T* right = second.values->data()->GetValues<T>(1);
    int64_t left_mask = first.is_constant ? 0 : ~int64_t{0};
    int64_t right_mask = second.is_constant ? 0 : ~int64_t{0};
    for (int64_t row = 0; row < rows; ++row) {
        const T& one = left[row & left_mask];
        const T& other = right[row & right_mask];
        out[row] = truth[static_cast<size_t>(row)] ? one : other;
    }
    return made;
}

Buffer values_of(int bytes, const std::vector<uint8_t>& truth, const Column& first,
                 const Column& second) {
    switch (bytes) {
        case 1:
            return chosen_values<uint8_t>(truth, first, second);
        case 2:
            return chosen_values<uint16_t>(truth, first, second);
        case 4:
            return chosen_values<uint32_t>(truth, first, second);
        case 8:
            return chosen_values<uint64_t>(truth, first, second);
        case 16:
            return chosen_values<Wide>(truth, first, second);
        default:
            TARN_ASSERT(false);
    }
}

// Null when all values are known.
Buffer validity_of(const std::vector<uint8_t>& truth, const Column& first, const Column& second) {
    if (first.values->null_count() == 0 && second.values->null_count() == 0) return nullptr;
    auto rows = static_cast<int64_t>(truth.size());
    Buffer made = columns::or_throw(arrow::AllocateEmptyBitmap(rows));
    Places left(first);
    Places right(second);
    for (int64_t row = 0; row < rows; ++row) {
        bool is_null = truth[static_cast<size_t>(row)] ? left.is_null(row) : right.is_null(row);
        arrow::bit_util::SetBitTo(made->mutable_data(), row, !is_null);
    }
    return made;
}

}  // namespace

bool has_plain_values(const Type& type) {
    int bytes = bytes_of(type);
    return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8 || bytes == 16;
}

Column selected(const Column& condition, const Column& first, const Column& second,
                const Type& type, int64_t rows) {
    std::vector<uint8_t> truth = truth_of(condition, rows);
    auto data = arrow::ArrayData::Make(
        arrow_type(type), rows,
        {validity_of(truth, first, second), values_of(bytes_of(type), truth, first, second)});
    return {arrow::MakeArray(data)};
}

}  // namespace tarn::sql
