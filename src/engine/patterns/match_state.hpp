// The open matches of keys as tables of a state, in which they share rows and beginnings as they do
// in memory.
#pragma once

#include <functional>

#include "engine/patterns/matcher.hpp"
#include "engine/patterns/open_matches.hpp"
#include "engine/state/operator_state.hpp"

namespace tarn::engine {

struct MatchesOfKey {
    std::string_view key;
    const KeyMatches& matches;
};

void save_matches(const std::vector<MatchesOfKey>& keys, OperatorState& state);

// `matches_of` gives where those of a key go, which are empty before. Answers the number of the
// last row.
using FindMatches = std::function<KeyMatches&(std::string_view key)>;
int64_t restore_matches(const OperatorState& state, const KeyGroups& groups,
                        const FindMatches& matches_of, size_t& all_bytes);

}  // namespace tarn::engine
