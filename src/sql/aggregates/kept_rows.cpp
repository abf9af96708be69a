#include "sql/aggregates/kept_rows.hpp"

#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>

#include <limits>

#include "columns/arrow_result.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::sql {

using columns::or_throw;

// Streams bring batches of a row or two. Joining those of like size copies each row only a few
// times, and large ones are not worth it.
void KeptRows::append(std::shared_ptr<arrow::Array> values) {
    constexpr int64_t JoinedMax = 65'536;
    size_ += values->length();
    chunks_.push_back(std::move(values));
    while (chunks_.size() > 1) {
        auto& before = chunks_[chunks_.size() - 2];
        int64_t length = chunks_.back()->length();
        if (before->length() > length || before->length() + length > JoinedMax) break;
        before = or_throw(arrow::Concatenate({before, chunks_.back()}));
        chunks_.pop_back();
    }
}

std::shared_ptr<arrow::Array> KeptRows::joined() const {
    if (chunks_.empty()) return or_throw(arrow::MakeEmptyArray(arrow_type(type_)));
    return chunks_.size() == 1 ? chunks_[0] : or_throw(arrow::Concatenate(chunks_));
}

RowsByGroup rows_by_group(const std::vector<uint32_t>& group_of_row, size_t groups) {
    std::vector<int64_t> ends(groups + 1);
    for (uint32_t group : group_of_row) {
        if (group < groups) ++ends[group + 1];
    }
    for (size_t group = 0; group < groups; ++group) ends[group + 1] += ends[group];
    if (ends.back() > std::numeric_limits<int32_t>::max()) {
        throw Error(ErrorCode::InvalidInput, "the groups of one batch have {} items", ends.back());
    }
    RowsByGroup result;
    result.begins.assign(ends.begin(), ends.end());
    result.rows.resize(static_cast<size_t>(ends.back()));
    for (size_t row = 0; row < group_of_row.size(); ++row) {
        uint32_t group = group_of_row[row];
        if (group >= groups) continue;
        result.rows[static_cast<size_t>(ends[group]++)] = static_cast<int64_t>(row);
    }
    return result;
}

}  // namespace tarn::sql
