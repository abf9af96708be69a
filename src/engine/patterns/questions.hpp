// What open matches ask about the rows that come next to them: which variables may have the row.
// Those of many keys are asked together, so that their conditions are computed as columns.
#pragma once

#include "engine/patterns/conditions.hpp"

namespace tarn::engine {

class Questions {
public:
    explicit Questions(const Conditions& conditions);

    // By a match, about the row that is `row` among those which the conditions have looked at.
    void ask(MatchSoFar match, size_t row, const std::vector<size_t>& variables);

    // For each that asked, in their order, an answer for each variable: no for those that it did
    // not ask for.
    std::vector<uint8_t> answers(const sql::Session& session) const;

private:
    struct Open {
        std::vector<MatchSoFar> matches = {};
        std::vector<size_t> places = {};  // of their answers
    };

    const Conditions& conditions_;
    std::vector<uint8_t> known_;
    std::vector<Open> open_;  // by variable, what depends on the match
};

}  // namespace tarn::engine
