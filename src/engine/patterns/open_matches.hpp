// Matches that have begun, in a queue by their first rows. It is a binary heap that moves as Java's
// PriorityQueue does: of matches that began alike, Flink gives the one that comes first there, and
// looks at all of them in the order in which they lie there.
#pragma once

#include <climits>
#include <functional>
#include <vector>

#include "engine/patterns/path.hpp"

namespace tarn::engine {

struct OpenMatch {
    size_t state;
    Path path = nullptr;               // null before the first row
    int64_t first_number = LLONG_MAX;  // of the first row
    int64_t first_time = 0;

    bool has_begun() const { return path != nullptr; }
};

class OpenMatches {
public:
    void add(OpenMatch match);
    OpenMatch take_first();
    void remove_if(const std::function<bool(const OpenMatch&)>& is_gone);

    bool is_empty() const { return matches_.empty(); }
    const OpenMatch& first() const { return matches_.front(); }
    // As they lie there. Added in this order they lie there again.
    const std::vector<OpenMatch>& all() const { return matches_; }

private:
    void sink(size_t place, OpenMatch match);

    std::vector<OpenMatch> matches_;
};

}  // namespace tarn::engine
