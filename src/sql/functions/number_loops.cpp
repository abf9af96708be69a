#include "sql/functions/number_loops.hpp"

#include <arrow/util/bitmap_ops.h>

namespace tarn::sql {

using columns::or_throw;

Validity joint_validity(std::span<const Column> columns, int64_t rows) {
    auto* pool = arrow::default_memory_pool();
    std::shared_ptr<arrow::Buffer> bits;
    for (const Column& column : columns) {
        if (column.values->null_count() == 0) continue;
        if (column.is_constant) {
            auto none = or_throw(arrow::AllocateEmptyBitmap(rows, pool));
            return {std::move(none), rows};
        }
        const uint8_t* own = column.values->null_bitmap_data();
        int64_t offset = column.values->offset();
        bits =
            bits ? or_throw(arrow::internal::BitmapAnd(pool, bits->data(), 0, own, offset, rows, 0))
                 : or_throw(arrow::internal::CopyBitmap(pool, own, offset, rows));
    }
    if (!bits) return {};
    return {bits, rows - arrow::internal::CountSetBits(bits->data(), 0, rows)};
}

}  // namespace tarn::sql
