#include "engine/joins/kept_join.hpp"

#include <unordered_map>

namespace tarn::engine {
namespace {

bool brings_befores(const sql::StreamPlan& plan) {
    return plan.changes.befores || !plan.changes.afters;
}

}  // namespace

// A batch of one input as it is looked at.
struct KeptJoin::Rows {
    const ChangeBatch& batch;
    JoinKeys::OfBatch keys;
    KeptSide::Packed packed;
    std::vector<KeyNumber> numbers;  // of the keys; NoKey of those that equal none
    bool has_replaced;               // by the row behind each -U
    int64_t now_ms;

    bool is_replaced(int64_t row) const {
        return has_replaced && batch.kind(row) == Change::UpdateBefore;
    }
    KeyNumber number(int64_t row) const { return numbers[static_cast<size_t>(row)]; }
    std::string_view identity(int64_t row) const {
        return packed.identity(static_cast<size_t>(row));
    }
};

KeptJoin::KeptJoin(const sql::stream::RegularJoin& step, const JobContext& job)
    : job_(job),
      keys_of_{JoinKeys(step.on, JoinInput::Left), JoinKeys(step.on, JoinInput::Right)},
      sides_{KeptSide(*step.left, keys_of_[0], job.state_ttl),
             KeptSide(*step.right, keys_of_[1], job.state_ttl)},
      brings_befores_{brings_befores(*step.left), brings_befores(*step.right)},
      test_(step.on, step.left->columns.size()) {}

void KeptJoin::take(size_t number, const ChangeBatch& given, Output& output) {
    auto input = static_cast<JoinInput>(number);
    KeptSide& own = side(input);
    KeptSide& other = side(other_of(input));
    own.tidy();
    bool has_replaced = !brings_befores_[number];
    ChangeBatch batch = has_replaced ? with_replaced(input, given) : given;
    Rows rows{batch,        keys_of_[number].of(batch), own.packed(batch), {}, has_replaced,
              job_.now_ms()};
    for (int64_t row = 0; row < batch.size(); ++row) {
        bool equals_none = rows.keys.equals_none(row);
        rows.numbers.push_back(equals_none ? NoKey : keys_.add(rows.keys[row]).number);
        if (!equals_none) keys_.touch(rows.numbers.back());
    }
    for (int64_t begin = 0; begin < batch.size();) {
        Matches matches = candidates(rows, other, begin);
        int64_t end = matches.end;
        matches = test_.passed(std::move(matches), batch, input, other.types(), job_.session());
        Round round{input, batch, matches, own, other, rows.now_ms};
        play(rows, round, begin, end);
        if (!round.joined.is_empty()) output.take(result(round));
        begin = end;
    }
    if (batch.has_kinds()) forget_empty(rows.numbers);
    if (job_.state_ttl.count() > 0 && !expires_at_ms_) {
        expires_at_ms_ = rows.now_ms + job_.state_ttl.count();
    }
}

// The rows of the other side with the same keys, of as many rows as come to enough pairs.
Matches KeptJoin::candidates(const Rows& rows, const KeptSide& other, int64_t begin) const {
    Matches pairs;
    int64_t row = begin;
    for (; row < rows.batch.size(); ++row) {
        bool is_enough = pairs.size() >= PairsAtOnce;
        if (is_enough && (row == begin || !rows.is_replaced(row - 1))) break;
        if (rows.number(row) == NoKey) continue;
        for (EntryNumber entry = other.first(rows.number(row)); entry != NoEntry;
             entry = other.next(entry)) {
            if (!other.is_expired(entry, rows.now_ms)) pairs.add(row, entry, other.row(entry));
        }
    }
    pairs.end = row;
    return pairs;
}

void KeptJoin::play(const Rows& rows, Round& round, int64_t begin, int64_t end) {
    size_t pair = 0;
    auto meets_of = [&](int64_t row) {
        Meets meets{pair, pair};
        while (meets.end < round.matches.size() && round.matches.rows[meets.end] == row) {
            ++meets.end;
        }
        pair = meets.end;
        return meets;
    };
    for (int64_t row = begin; row < end; ++row) {
        Meets meets = meets_of(row);
        if (rows.is_replaced(row)) {
            Meets old = meets;
            ++row;
            meets = meets_of(row);
            replace(round, row, old, meets);
            keep(rows, round, row, meets);
        } else if (is_addition(rows.batch.kind(row))) {
            add(round, row, meets);
            keep(rows, round, row, meets);
        } else {
            remove(round, row, meets);
            drop(rows, round, row);
        }
    }
}

// What meets nothing, whatever comes, is kept by nobody.
void KeptJoin::keep(const Rows& rows, Round& round, int64_t row, Meets meets) {
    if (rows.number(row) == NoKey) return;
    round.own.add({rows.number(row), rows.packed.rows[static_cast<size_t>(row)], rows.identity(row),
                   partners(round, meets), rows.now_ms});
}

void KeptJoin::drop(const Rows& rows, Round& round, int64_t row) {
    if (rows.number(row) == NoKey) return;
    EntryNumber entry = round.own.find(rows.number(row), rows.identity(row));
    if (entry != NoEntry) round.own.remove(entry);
}

int64_t KeptJoin::partners(const Round& round, Meets meets) {
    int64_t sum = 0;
    for (size_t i = meets.begin; i < meets.end; ++i) {
        sum += round.other.count(round.matches.entries[i]);
    }
    return sum;
}

// Of updates that come without the row before: the same with it, where there is one.
ChangeBatch KeptJoin::with_replaced(JoinInput input, const ChangeBatch& batch) const {
    const KeptSide& own = side(input);
    JoinKeys::OfBatch keys = keys_of_[static_cast<size_t>(input)].of(batch);
    KeptSide::Packed packed = own.packed(batch);
    using Row = std::optional<std::string_view>;
    std::unordered_map<std::string, Row> changed;  // by key and identity, in this batch
    std::vector<std::string_view> rows;
    std::vector<Change> kinds;
    int64_t now = job_.now_ms();
    for (int64_t row = 0; row < batch.size(); ++row) {
        std::string_view bytes = packed.rows[static_cast<size_t>(row)];
        std::string_view identity = packed.identity(static_cast<size_t>(row));
        Change kind = batch.kind(row);
        if (!keys.equals_none(row)) {
            auto [known, is_first] =
                changed.try_emplace(std::string(keys[row]).append(identity), std::nullopt);
            if (is_first) {
                KeyNumber key = keys_.find(keys[row]);
                EntryNumber entry = key == NoKey ? NoEntry : own.find(key, identity);
                bool is_there = entry != NoEntry && !own.is_expired(entry, now);
                if (is_there) known->second = own.row(entry);
            }
            if (is_addition(kind) && known->second) {
                rows.push_back(*known->second);
                kinds.push_back(Change::UpdateBefore);
            }
            known->second = is_addition(kind) ? Row(bytes) : std::nullopt;
        }
        rows.push_back(bytes);
        kinds.push_back(kind);
    }
    if (static_cast<int64_t>(rows.size()) == batch.size()) return batch;
    return {{sql::unpacked(rows, own.types()), static_cast<int64_t>(rows.size())},
            std::move(kinds),
            batch.partition};
}

void KeptJoin::forget_empty(const std::vector<KeyNumber>& numbers) {
    for (KeyNumber key : numbers) {
        if (key == NoKey || !keys_.has(key)) continue;
        if (!sides_[0].has_rows(key) && !sides_[1].has_rows(key)) keys_.forget(key);
    }
}

void KeptJoin::wake(int64_t now_ms, Output&) {
    for (KeptSide& each : sides_) each.forget_expired(now_ms);
    forget_empty(keys_.numbers());
    expires_at_ms_.reset();
    if (keys_.size() > 0) expires_at_ms_ = now_ms + job_.state_ttl.count();
}

void KeptJoin::save(OperatorState& state) {
    SavedKeys saved = state.to_save(keys_);
    state.put_keyed("left", saved, sides_[0].save(keys_, saved.numbers));
    state.put_keyed("right", saved, sides_[1].save(keys_, saved.numbers));
}

void KeptJoin::restore(const OperatorState& state) {
    for (const StateRows& rows : state.keyed("left", job_.keys)) sides_[0].restore(rows, keys_);
    for (const StateRows& rows : state.keyed("right", job_.keys)) sides_[1].restore(rows, keys_);
    bool can_expire = job_.state_ttl.count() > 0 && keys_.size() > 0;
    if (can_expire) expires_at_ms_ = job_.now_ms();
}

size_t KeptJoin::state_bytes() const {
    return sides_[0].bytes() + sides_[1].bytes() + keys_.bytes();
}

}  // namespace tarn::engine
