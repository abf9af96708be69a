// The changes that a row brings about, kind by kind as Flink's StreamingJoinOperator and
// StreamingSemiAntiJoinOperator have them. Where updates come without the rows before them Flink
// counts a row twice or leaves a pair behind that is none any more; here such pairs are taken back.
#include <algorithm>

#include "engine/joins/joins.hpp"
#include "engine/joins/kept_join.hpp"

namespace tarn::engine {
namespace {

using sql::JoinKind;

std::vector<EntryNumber> sorted_entries(const Matches& matches, size_t begin, size_t end) {
    std::vector<EntryNumber> entries(matches.entries.begin() + static_cast<std::ptrdiff_t>(begin),
                                     matches.entries.begin() + static_cast<std::ptrdiff_t>(end));
    std::ranges::sort(entries);
    return entries;
}

// Of a row that is replaced: the pairs that are no more, and those that are new.
template <typename Meets, typename Gone, typename Came>
void compare(const Matches& matches, Meets old, Meets now, Gone gone, Came came) {
    std::vector<EntryNumber> before = sorted_entries(matches, old.begin, old.end);
    std::vector<EntryNumber> after = sorted_entries(matches, now.begin, now.end);
    for (size_t pair = old.begin; pair < old.end; ++pair) {
        if (!std::ranges::binary_search(after, matches.entries[pair])) gone(pair);
    }
    for (size_t pair = now.begin; pair < now.end; ++pair) {
        if (!std::ranges::binary_search(before, matches.entries[pair])) came(pair);
    }
}

class PairJoin final : public KeptJoin {
public:
    PairJoin(const sql::stream::RegularJoin& step, const JobContext& job)
        : KeptJoin(step, job),
          keeps_{step.on.kind == JoinKind::Left || step.on.kind == JoinKind::Full,
                 step.on.kind == JoinKind::Right || step.on.kind == JoinKind::Full} {}

protected:
    void add(Round& round, int64_t row, Meets meets) override {
        if (meets.is_empty()) {
            if (keeps_own(round)) round.joined.add(Change::Insert, row, JoinedRows::None);
            return;
        }
        for (size_t pair = meets.begin; pair < meets.end; ++pair) found(round, pair);
        bool is_outer = keeps_own(round) || keeps_other(round);
        give_pairs(round, is_outer ? Change::Insert : round.batch.kind(row), row, meets);
    }

    void remove(Round& round, int64_t row, Meets meets) override {
        if (meets.is_empty()) {
            if (keeps_own(round)) round.joined.add(Change::Delete, row, JoinedRows::None);
            return;
        }
        give_pairs(round, keeps_own(round) ? Change::Delete : round.batch.kind(row), row, meets);
        for (size_t pair = meets.begin; pair < meets.end; ++pair) lost(round, pair);
    }

    void replace(Round& round, int64_t row, Meets old, Meets meets) override {
        bool had_none = keeps_own(round) && old.is_empty() && !meets.is_empty();
        if (had_none) round.joined.add(Change::Delete, row - 1, JoinedRows::None);
        auto gone = [&](size_t pair) {
            give_pairs(round, Change::Delete, row - 1, {pair, pair + 1});
            lost(round, pair);
        };
        auto came = [&](size_t pair) { found(round, pair); };
        compare(round.matches, old, meets, gone, came);
        if (meets.is_empty()) {
            if (keeps_own(round)) round.joined.add(Change::Insert, row, JoinedRows::None);
            return;
        }
        bool is_outer = keeps_own(round) || keeps_other(round);
        give_pairs(round, is_outer ? Change::Insert : round.batch.kind(row), row, meets);
    }

    ChangeBatch result(const Round& round) const override {
        return round.joined.both(round.batch, round.input, round.matches, round.other.types());
    }

private:
    bool keeps_own(const Round& round) const { return keeps_[static_cast<size_t>(round.input)]; }
    bool keeps_other(const Round& round) const {
        return keeps_[static_cast<size_t>(other_of(round.input))];
    }

    static void give_pairs(Round& round, Change kind, int64_t row, Meets meets) {
        for (size_t pair = meets.begin; pair < meets.end; ++pair) {
            for (int64_t i = round.other.count(round.matches.entries[pair]); i > 0; --i) {
                round.joined.add(kind, row, static_cast<int64_t>(pair));
            }
        }
    }

    // The row of the other side has one partner more, and is no longer alone.
    void found(Round& round, size_t pair) {
        if (!keeps_other(round)) return;
        EntryNumber entry = round.matches.entries[pair];
        int64_t before = round.other.partners(entry);
        if (before == 0) give_alone(round, Change::Delete, pair);
        round.other.set_partners(entry, before + 1, round.now_ms);
    }

    void lost(Round& round, size_t pair) {
        if (!keeps_other(round)) return;
        EntryNumber entry = round.matches.entries[pair];
        int64_t before = round.other.partners(entry);
        if (before == 1) give_alone(round, Change::Insert, pair);
        round.other.set_partners(entry, before - 1, round.now_ms);
    }

    static void give_alone(Round& round, Change kind, size_t pair) {
        for (int64_t i = round.other.count(round.matches.entries[pair]); i > 0; --i) {
            round.joined.add(kind, JoinedRows::None, static_cast<int64_t>(pair));
        }
    }

    std::array<bool, 2> keeps_;
};

// Left rows that have a partner, or have none.
class FoundJoin final : public KeptJoin {
public:
    FoundJoin(const sql::stream::RegularJoin& step, const JobContext& job)
        : KeptJoin(step, job), is_anti_(step.on.kind == JoinKind::Anti) {}

protected:
    void add(Round& round, int64_t row, Meets meets) override {
        if (round.input == JoinInput::Left) return give_own(round, row, meets);
        for (size_t pair = meets.begin; pair < meets.end; ++pair) {
            found(round, pair, round.batch.kind(row));
        }
    }

    void remove(Round& round, int64_t row, Meets meets) override {
        if (round.input == JoinInput::Left) return give_own(round, row, meets);
        for (size_t pair = meets.begin; pair < meets.end; ++pair) {
            lost(round, pair, round.batch.kind(row));
        }
    }

    void replace(Round& round, int64_t row, Meets old, Meets meets) override {
        if (round.input == JoinInput::Left) {
            bool is_out = is_given(old) && !is_given(meets);
            if (is_out) round.joined.add(Change::Delete, row - 1, JoinedRows::None);
            return give_own(round, row, meets);
        }
        auto gone = [&](size_t pair) { lost(round, pair, Change::Delete); };
        auto came = [&](size_t pair) { found(round, pair, Change::Insert); };
        compare(round.matches, old, meets, gone, came);
    }

    ChangeBatch result(const Round& round) const override {
        return round.input == JoinInput::Left
                   ? round.joined.own(round.batch)
                   : round.joined.others(round.matches, round.other.types());
    }

private:
    bool is_given(Meets meets) const { return meets.is_empty() == is_anti_; }

    void give_own(Round& round, int64_t row, Meets meets) const {
        if (is_given(meets)) round.joined.add(round.batch.kind(row), row, JoinedRows::None);
    }

    void found(Round& round, size_t pair, Change kind) const {
        EntryNumber entry = round.matches.entries[pair];
        int64_t before = round.other.partners(entry);
        if (before == 0) give_other(round, is_anti_ ? Change::Delete : kind, pair);
        round.other.set_partners(entry, before + 1, round.now_ms);
    }

    void lost(Round& round, size_t pair, Change kind) const {
        EntryNumber entry = round.matches.entries[pair];
        int64_t before = round.other.partners(entry);
        if (before == 1) give_other(round, is_anti_ ? Change::Insert : kind, pair);
        round.other.set_partners(entry, before - 1, round.now_ms);
    }

    static void give_other(Round& round, Change kind, size_t pair) {
        for (int64_t i = round.other.count(round.matches.entries[pair]); i > 0; --i) {
            round.joined.add(kind, JoinedRows::None, static_cast<int64_t>(pair));
        }
    }

    bool is_anti_;
};

}  // namespace

OperatorPtr made(const sql::stream::RegularJoin& step, const sql::StreamPlan&,
                 const JobContext& job) {
    bool is_one_sided = step.on.kind == JoinKind::Semi || step.on.kind == JoinKind::Anti;
    if (is_one_sided) return std::make_unique<FoundJoin>(step, job);
    return std::make_unique<PairJoin>(step, job);
}

}  // namespace tarn::engine
