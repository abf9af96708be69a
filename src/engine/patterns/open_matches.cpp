#include "engine/patterns/open_matches.hpp"

namespace tarn::engine {
namespace {

bool is_after(const OpenMatch& left, const OpenMatch& right) {
    return left.first_number > right.first_number;
}

}  // namespace

void OpenMatches::add(OpenMatch match) {
    size_t place = matches_.size();
    matches_.emplace_back();
    while (place > 0) {
        size_t parent = (place - 1) / 2;
        if (!is_after(matches_[parent], match)) break;
        matches_[place] = std::move(matches_[parent]);
        place = parent;
    }
    matches_[place] = std::move(match);
}

OpenMatch OpenMatches::take_first() {
    OpenMatch last = std::move(matches_.back());
    matches_.pop_back();
    if (matches_.empty()) return last;
    OpenMatch first = std::move(matches_.front());
    sink(0, std::move(last));
    return first;
}

void OpenMatches::sink(size_t place, OpenMatch match) {
    while (2 * place + 1 < matches_.size()) {
        size_t child = 2 * place + 1;
        bool has_right = child + 1 < matches_.size();
        if (has_right && is_after(matches_[child], matches_[child + 1])) ++child;
        if (!is_after(match, matches_[child])) break;
        matches_[place] = std::move(matches_[child]);
        place = child;
    }
    matches_[place] = std::move(match);
}

void OpenMatches::remove_if(const std::function<bool(const OpenMatch&)>& is_gone) {
    if (std::erase_if(matches_, is_gone) == 0) return;
    for (size_t i = matches_.size() / 2; i-- > 0;) {
        OpenMatch match = std::move(matches_[i]);
        sink(i, std::move(match));
    }
}

}  // namespace tarn::engine
