#include "engine/patterns/questions.hpp"

namespace tarn::engine {

Questions::Questions(const Conditions& conditions)
    : conditions_(conditions), open_(conditions.size()) {}

void Questions::ask(MatchSoFar match, size_t row, const std::vector<size_t>& variables) {
    size_t first = known_.size();
    known_.resize(first + conditions_.size());
    for (size_t variable : variables) {
        if (auto answer = conditions_.answer(variable, row)) {
            known_[first + variable] = *answer;
            continue;
        }
        match.variable = variable;
        open_[variable].matches.push_back(match);
        open_[variable].places.push_back(first + variable);
    }
}

std::vector<uint8_t> Questions::answers(const sql::Session& session) const {
    std::vector<uint8_t> all = known_;
    for (size_t variable = 0; variable < open_.size(); ++variable) {
        const Open& open = open_[variable];
        if (open.matches.empty()) continue;
        std::vector<uint8_t> found = conditions_.answers(variable, open.matches, session);
        for (size_t i = 0; i < found.size(); ++i) all[open.places[i]] = found[i];
    }
    return all;
}

}  // namespace tarn::engine
