#include "engine/patterns/matcher.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace tarn::engine {
namespace {

using Skip = sql::AfterMatch::Skip;

bool is_open(const Automaton::Edge& edge, std::span<const uint8_t> answers) {
    return (!edge.variable || answers[*edge.variable]) &&
           std::ranges::none_of(edge.unless, [&](size_t other) { return answers[other]; });
}

}  // namespace

const TakenRowPtr& ComingRow::taken() {
    if (!taken_) {
        taken_ = std::make_shared<const TakenRow>(std::string(bytes_), time_, number_, all_bytes_);
    }
    return taken_;
}

Matcher::Matcher(const sql::MatchPattern& pattern)
    : after_(pattern.after), within_ms_(pattern.within_ms), automaton_(pattern.variables) {
    for (const sql::PatternVariable& each : pattern.variables) names_.push_back(each.name);
}

KeyMatches Matcher::begin() const {
    KeyMatches matches;
    matches.open.add({automaton_.start()});
    return matches;
}

// --- from row to row

// The ways that the row goes from the state, and from those that are reached without a row.
Matcher::Edges Matcher::edges_for(const OpenMatch& match, Answers answers) const {
    Edges edges;
    std::vector<size_t> states{match.state};
    while (!states.empty()) {
        const Automaton::State& state = automaton_.state(states.back());
        states.pop_back();
        for (const Automaton::Edge& edge : state.edges) {
            if (!is_open(edge, answers)) continue;
            if (edge.variable) {
                edges.push_back(&edge);
            } else {
                states.push_back(edge.target);
            }
        }
    }
    return edges;
}

// Whether the match may end in the state, as far as the row that led there tells.
bool Matcher::reaches_end(size_t state, Answers answers) const {
    std::vector<size_t> states{state};
    while (!states.empty()) {
        const Automaton::State& next = automaton_.state(states.back());
        states.pop_back();
        for (const Automaton::Edge& edge : next.edges) {
            if (edge.variable || !is_open(edge, answers)) continue;
            if (edge.target == Automaton::Final) return true;
            states.push_back(edge.target);
        }
    }
    return false;
}

// Whether it goes on.
bool Matcher::follow(const OpenMatch& match, ComingRow& row, Answers answers, OpenMatches& open,
                     OpenMatches& complete) const {
    Edges edges = edges_for(match, answers);
    for (const Automaton::Edge* edge : edges) {
        OpenMatch next{edge->target,
                       std::make_shared<PathEnd>(row.taken(), *edge->variable, match.path),
                       match.has_begun() ? match.first_number : row.number(),
                       match.has_begun() ? match.first_time : row.time()};
        if (next.state == Automaton::Final) {
            complete.add(std::move(next));
            continue;
        }
        if (reaches_end(next.state, answers)) {
            complete.add({Automaton::Final, next.path, next.first_number, next.first_time});
        }
        open.add(std::move(next));
    }
    if (!match.has_begun()) open.add(match);
    return !edges.empty();
}

bool Matcher::take(KeyMatches& matches, ComingRow& row, Answers answers,
                   std::vector<FoundMatch>& found) const {
    OpenMatches open;
    OpenMatches complete;
    bool begins = false;
    size_t first = 0;
    for (const OpenMatch& match : matches.open.all()) {
        bool goes_on = follow(match, row, answers.subspan(first, names_.size()), open, complete);
        begins |= goes_on && !match.has_begun();
        first += names_.size();
    }
    matches.open = std::move(open);
    for (const OpenMatch& match : complete.all()) matches.complete.add(match);
    give(matches, row.time(), found);
    return begins;
}

// Flink lets go of all at once, at the watermark or the row that comes: then the time of what is
// found would depend on how far these have come by chance.
void Matcher::expire(KeyMatches& matches, int64_t time, std::vector<FoundMatch>& found) const {
    if (!within_ms_) return;
    while (matches.open.first().has_begun()) {
        int64_t expiry = matches.open.first().first_time + *within_ms_;
        if (expiry > time) return;
        matches.open.remove_if([&](const OpenMatch& match) {
            return match.has_begun() && match.first_time + *within_ms_ <= expiry;
        });
        give(matches, expiry, found);
    }
}

// --- what is found

void Matcher::give(KeyMatches& matches, int64_t time, std::vector<FoundMatch>& found) const {
    while (!matches.complete.is_empty() &&
           matches.complete.first().first_number <= matches.open.first().first_number) {
        OpenMatch match = matches.complete.take_first();
        int64_t number = rules_out_before(match);
        auto is_ruled_out = [&](const OpenMatch& other) { return other.first_number < number; };
        matches.open.remove_if(is_ruled_out);
        matches.complete.remove_if(is_ruled_out);
        found.push_back({std::move(match.path), time});
    }
}

// The number of the row with which the next match may begin.
int64_t Matcher::rules_out_before(const OpenMatch& match) const {
    switch (after_.skip) {
        case Skip::ToNextRow:
            return match.first_number + 1;
        case Skip::PastLastRow:
            return match.path->row->number() + 1;
        case Skip::ToFirst:
        case Skip::ToLast:
            return number_to_skip_to(match);
    }
    return match.first_number + 1;
}

int64_t Matcher::number_to_skip_to(const OpenMatch& match) const {
    std::optional<int64_t> number;
    for (const PathEnd* end = match.path.get(); end != nullptr; end = end->before.get()) {
        if (end->variable != after_.variable) continue;
        bool is_found = number && after_.skip == Skip::ToLast;
        if (!is_found) number = end->row->number();
    }
    const std::string& name = names_[after_.variable];
    if (!number) {
        throw Error(ErrorCode::InvalidInput,
                    "MATCH_RECOGNIZE cannot skip to '{}': a match has no row of it", name);
    }
    if (*number == match.first_number) {
        throw Error(ErrorCode::InvalidInput,
                    "MATCH_RECOGNIZE cannot skip to '{}': it is the first row of a match, which "
                    "would be found for ever",
                    name);
    }
    return *number;
}

}  // namespace tarn::engine
