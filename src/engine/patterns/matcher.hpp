// Leads the matches of one key from row to row, and says which are found. As Flink's CEP does: a
// match that is complete waits while one that began earlier is still open, for that one may be
// found later and, by AFTER MATCH SKIP, rule it out.
#pragma once

#include "engine/patterns/automaton.hpp"
#include "engine/patterns/open_matches.hpp"

namespace tarn::engine {

struct KeyMatches {
    OpenMatches open;  // one that has not begun is always among them
    OpenMatches complete;

    // Nothing has begun.
    bool are_idle() const { return open.all().size() == 1 && complete.is_empty(); }
};

// A row that comes, and is kept only if some match takes it.
class ComingRow {
public:
    ComingRow(std::string_view bytes, int64_t time, int64_t number, size_t& all_bytes)
        : bytes_(bytes), time_(time), number_(number), all_bytes_(all_bytes) {}

    int64_t time() const { return time_; }
    int64_t number() const { return number_; }
    const TakenRowPtr& taken();

private:
    std::string_view bytes_;
    int64_t time_;
    int64_t number_;
    size_t& all_bytes_;
    TakenRowPtr taken_ = nullptr;
};

struct FoundMatch {
    Path path;
    int64_t time;  // when it was known to be one
};

class Matcher {
public:
    explicit Matcher(const sql::MatchPattern& pattern);

    KeyMatches begin() const;
    const std::vector<size_t>& asked(const OpenMatch& match) const {
        return automaton_.state(match.state).asks;
    }

    // What the row is for an open match: whether a variable may have it, by the variable's place.
    using Answers = std::span<const uint8_t>;

    // `answers` has those of each open match, in their order, for each variable. Adds the matches
    // that are found, and says whether one has begun.
    bool take(KeyMatches& matches, ComingRow& row, Answers answers,
              std::vector<FoundMatch>& found) const;
    // Lets go of what can no longer be found WITHIN its time, and so finds what waited for it.
    void expire(KeyMatches& matches, int64_t time, std::vector<FoundMatch>& found) const;
    // When that is for what begins at this time.
    std::optional<int64_t> expiry_of(int64_t first_time) const {
        return within_ms_ ? std::optional(first_time + *within_ms_) : std::nullopt;
    }

private:
    using Edges = std::vector<const Automaton::Edge*>;

    Edges edges_for(const OpenMatch& match, Answers answers) const;
    bool reaches_end(size_t state, Answers answers) const;
    bool follow(const OpenMatch& match, ComingRow& row, Answers answers, OpenMatches& open,
                OpenMatches& complete) const;
    void give(KeyMatches& matches, int64_t time, std::vector<FoundMatch>& found) const;
    int64_t rules_out_before(const OpenMatch& match) const;
    int64_t number_to_skip_to(const OpenMatch& match) const;

    std::vector<std::string> names_;  // of the variables
    sql::AfterMatch after_;
    std::optional<int64_t> within_ms_;
    Automaton automaton_;
};

}  // namespace tarn::engine
