#include "engine/rows/change_builder.hpp"

#include <algorithm>

namespace tarn::engine {

void ChangeBuilder::append(Change change, std::string_view left, std::string_view right) {
    bytes_.append(left).append(right);
    ends_.push_back(bytes_.size());
    kinds_.push_back(change);
}

ChangeBatch ChangeBuilder::take() {
    std::vector<std::string_view> rows;
    rows.reserve(ends_.size());
    size_t begin = 0;
    for (size_t end : ends_) {
        rows.push_back(std::string_view(bytes_).substr(begin, end - begin));
        begin = end;
    }
    ChangeBatch batch{{sql::unpacked(rows, types_), static_cast<int64_t>(rows.size())}, {}};
    auto is_insert = [](Change change) { return change == Change::Insert; };
    if (!std::ranges::all_of(kinds_, is_insert)) batch.kinds = std::move(kinds_);
    bytes_.clear();
    ends_.clear();
    kinds_.clear();
    return batch;
}

}  // namespace tarn::engine
