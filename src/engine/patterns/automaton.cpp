#include "engine/patterns/automaton.hpp"

#include <algorithm>

namespace tarn::engine {

// From the last variable to the first, so that each knows where it leads to.
Automaton::Automaton(const std::vector<sql::PatternVariable>& variables) {
    size_t next = add_state();
    for (size_t i = variables.size(); i-- > 0;) next = before(next, i, variables[i]);
    start_ = next;
    find_asked();
}

size_t Automaton::before(size_t next, size_t variable, const sql::PatternVariable& of) {
    if (of.most) return times_before(next, next, variable, of, *of.most);
    size_t loop = loop_before(next, variable, of.is_greedy);
    return times_before(loop, next, variable, of, std::max<int64_t>(of.fewest, 1));
}

// The rows up to `most`, of which the first ones have to be there. `proceed` is where what is not
// there is left out to.
size_t Automaton::times_before(size_t sink, size_t proceed, size_t variable,
                               const sql::PatternVariable& of, int64_t most) {
    int64_t fewest = std::max<int64_t>(of.fewest, 1);
    if (of.is_greedy && fewest != most) keep_for(variable, sink);
    size_t next = sink;
    for (int64_t i = fewest; i < most; ++i) next = one_before(next, variable, proceed);
    for (int64_t i = 1; i < fewest; ++i) next = one_before(next, variable, {});
    return one_before(next, variable, of.fewest == 0 ? std::optional(proceed) : std::nullopt);
}

size_t Automaton::one_before(size_t sink, size_t variable, std::optional<size_t> proceed) {
    size_t state = add_state();
    states_[state].edges.push_back({sink, variable});
    if (proceed) states_[state].edges.push_back({*proceed});
    return state;
}

size_t Automaton::loop_before(size_t sink, size_t variable, bool is_greedy) {
    size_t state = add_state();
    states_[state].edges.push_back({sink});
    if (is_greedy) keep_for(variable, sink);
    states_[state].edges.push_back({state, variable});
    return state;
}

// Greedy is, with Flink, that what comes behind never has a row that the variable could have, not
// even where the variable has none of its rows or all that it may have.
void Automaton::keep_for(size_t variable, size_t state) {
    for (Edge& edge : states_[state].edges) edge.unless.push_back(variable);
}

void Automaton::find_asked() {
    for (size_t i = 0; i < states_.size(); ++i) {
        std::set<size_t> asked;
        for (size_t near : without_row(i)) {
            for (const Edge& edge : states_[near].edges) {
                asked.insert(edge.unless.begin(), edge.unless.end());
                if (!edge.variable) continue;
                asked.insert(*edge.variable);
                // Right behind the row may be the end, with the same row to say so.
                for (size_t behind : without_row(edge.target)) {
                    for (const Edge& next : states_[behind].edges) {
                        if (!next.variable) asked.insert(next.unless.begin(), next.unless.end());
                    }
                }
            }
        }
        states_[i].asks.assign(asked.begin(), asked.end());
    }
}

// Where one comes from the state without a row, and the state itself.
std::set<size_t> Automaton::without_row(size_t state) const {
    std::set<size_t> met{state};
    std::vector<size_t> open{state};
    while (!open.empty()) {
        size_t next = open.back();
        open.pop_back();
        for (const Edge& edge : states_[next].edges) {
            if (!edge.variable && met.insert(edge.target).second) open.push_back(edge.target);
        }
    }
    return met;
}

}  // namespace tarn::engine
