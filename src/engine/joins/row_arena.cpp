#include "engine/joins/row_arena.hpp"

#include <algorithm>
#include <cstring>

namespace tarn::engine {

std::string_view RowArena::add(std::string_view row) {
    if (row.empty()) return {};
    if (row.size() > left_) {
        left_ = std::max(PieceBytes, row.size());
        pieces_.push_back(std::make_unique_for_overwrite<char[]>(left_));
        next_ = pieces_.back().get();
        bytes_ += left_;
    }
    std::memcpy(next_, row.data(), row.size());
    std::string_view added(next_, row.size());
    next_ += row.size();
    left_ -= row.size();
    added_ += row.size();
    return added;
}

}  // namespace tarn::engine
