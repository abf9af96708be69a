// What a pattern comes to: states, and the ways from one to the next with a row. It is that of
// Flink's CEP for rows that stand right behind each other, with all that is peculiar to it:
// tests/sql/changelogs/match_recognize.test.
#pragma once

#include <set>

#include "sql/plan/match.hpp"

namespace tarn::engine {

class Automaton {
public:
    struct Edge {
        size_t target;
        // Whose row it takes; with none it takes no row, and the row is looked at further on.
        std::optional<size_t> variable = {};
        // Not for rows that these greedy variables could take.
        std::vector<size_t> unless = {};
    };
    struct State {
        std::vector<Edge> edges = {};
        // Variables that have to be asked about a row to know where it leads.
        std::vector<size_t> asks = {};
    };

    static constexpr size_t Final = 0;

    explicit Automaton(const std::vector<sql::PatternVariable>& variables);

    size_t start() const { return start_; }
    const State& state(size_t number) const { return states_[number]; }

private:
    size_t add_state() {
        states_.emplace_back();
        return states_.size() - 1;
    }
    size_t before(size_t next, size_t variable, const sql::PatternVariable& of);
    size_t times_before(size_t sink, size_t proceed, size_t variable,
                        const sql::PatternVariable& of, int64_t most);
    size_t one_before(size_t sink, size_t variable, std::optional<size_t> proceed);
    size_t loop_before(size_t sink, size_t variable, bool is_greedy);
    void keep_for(size_t variable, size_t state);
    void find_asked();
    std::set<size_t> without_row(size_t state) const;

    std::vector<State> states_;
    size_t start_ = Final;
};

}  // namespace tarn::engine
