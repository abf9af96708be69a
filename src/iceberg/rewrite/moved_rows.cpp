#include "iceberg/rewrite/moved_rows.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::iceberg {

void MovedRows::add(int64_t position, RowPlace to) {
    if (!runs_.empty()) {
        Run& last = runs_.back();
        TARN_ASSERT(position >= last.position + last.count);
        bool goes_on = position == last.position + last.count && to.partition == last.partition &&
                       to.row == last.row + last.count;
        if (goes_on) {
            ++last.count;
            return;
        }
    }
    runs_.push_back({.position = position, .row = to.row, .count = 1, .partition = to.partition});
}

std::optional<RowPlace> MovedRows::place_of(int64_t position) const {
    auto next = std::ranges::upper_bound(runs_, position, {}, &Run::position);
    if (next == runs_.begin()) return std::nullopt;
    const Run& run = *std::prev(next);
    int64_t offset = position - run.position;
    if (offset >= run.count) return std::nullopt;
    return RowPlace{.partition = run.partition, .row = run.row + offset};
}

}  // namespace tarn::iceberg
