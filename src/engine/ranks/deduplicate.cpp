// The first or the last row of each key, by the time of the rows or as they come.
#include <optional>
#include <utility>

#include "engine/operators/column_types.hpp"
#include "engine/ranks/rank_operators.hpp"
#include "engine/rows/change_builder.hpp"
#include "engine/rows/key_table.hpp"
#include "engine/state/key_times.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

// By the clock the first row stays the first.
class FirstArrivals final : public Operator {
public:
    FirstArrivals(const sql::stream::Deduplicate& step, const JobContext& job)
        : partition_(step.partition), job_(job), times_(job.state_ttl) {}

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        int64_t now_ms = job_.now_ms();
        for (KeyNumber number : times_.over(keys_, now_ms)) keys_.forget(number);
        sql::PackedRows keys = packed(batch, partition_);
        sql::RowList rows;
        for (int64_t row = 0; row < batch.size(); ++row) {
            auto [number, is_new] = keys_.add(keys[static_cast<size_t>(row)]);
            if (!is_new && !times_.is_over(number, now_ms)) continue;
            times_.set(number, now_ms);
            keys_.touch(number);
            rows.push_back(row);
        }
        if (!rows.empty()) output.take(taken(batch, rows));
    }

    void save(OperatorState& state) override {
        SavedKeys saved = state.to_save(keys_);
        std::vector<std::string_view> keys;
        std::vector<int64_t> written;
        for (KeyNumber number : saved.numbers) {
            keys.emplace_back(keys_.key(number));
            written.push_back(times_.written_ms(number));
        }
        state.put_keyed(
            "keys", saved,
            state_rows({{"key", bytes_column(keys)}, {"written", number_column(written)}}));
    }
    void restore(const OperatorState& state) override {
        for (const StateRows& rows : state.keyed("keys", job_.keys)) {
            std::vector<std::string_view> keys = bytes_of(rows, 0);
            std::vector<int64_t> written = numbers_of(rows, 1);
            for (size_t i = 0; i < keys.size(); ++i)
                times_.set(keys_.add(keys[i]).number, written[i]);
        }
    }
    size_t state_bytes() const override { return keys_.bytes(); }

private:
    std::vector<size_t> partition_;
    const JobContext& job_;
    KeyTable keys_;
    KeyTimes times_;
};

// One row stands for each key until another takes its place.
class Replacements final : public Operator {
public:
    Replacements(const sql::stream::Deduplicate& step, const sql::StreamPlan& plan,
                 const JobContext& job)
        : partition_(step.partition),
          time_(step.time),
          is_rowtime_(step.is_rowtime),
          keeps_last_(step.keeps_last),
          with_befores_(plan.changes.befores),
          job_(job),
          times_(job.state_ttl),
          changes_(types_of(plan.columns)) {
        // The clock does not make rows differ.
        for (size_t i = 0; i < step.input->columns.size(); ++i) {
            if (step.input->columns[i].time != sql::TimeRole::Proctime) compared_.push_back(i);
        }
    }

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        int64_t now_ms = job_.now_ms();
        for (KeyNumber number : times_.over(keys_, now_ms)) keys_.forget(number);
        std::vector<KeyNumber> numbers = numbers_of_keys(batch, now_ms);
        sql::RowList rows = replacing_rows(batch, numbers, now_ms);
        if (job_.may_collapse) keep_last_of_each(rows, numbers);
        std::vector<Change> kinds = kinds_of(batch, rows, numbers);
        if (rows.empty()) return;
        if (with_befores_) return give_with_befores(batch, rows, numbers, kinds, output);
        ChangeBatch result = taken(batch, rows);
        result.kinds = std::move(kinds);
        output.take(result);
    }

    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    size_t state_bytes() const override;

private:
    struct Kept {
        EventTime time = 0;         // of rowtimes
        std::string row = {};       // where updates come with the rows before them
        std::string compared = {};  // where an equal row is no update
        bool is_there = false;
        bool is_given = false;
        bool is_listed = false;  // while a batch is looked at
    };

    std::vector<KeyNumber> numbers_of_keys(const ChangeBatch& batch, int64_t now_ms) {
        std::vector<KeyNumber> numbers;
        sql::PackedRows keys = packed(batch, partition_);
        numbers.reserve(keys.size());
        for (size_t row = 0; row < keys.size(); ++row) {
            auto [number, is_new] = keys_.add(keys[row]);
            if (kept_.size() < keys_.end()) kept_.resize(keys_.end());
            if (is_new || times_.is_over(number, now_ms)) {
                kept_[number] = {};
                times_.set(number, now_ms);
            }
            numbers.push_back(number);
        }
        return numbers;
    }

    // Those that take the place of the row before them.
    sql::RowList replacing_rows(const ChangeBatch& batch, const std::vector<KeyNumber>& numbers,
                                int64_t now_ms) {
        std::optional<sql::Reader<sql::Instant>> times;
        if (is_rowtime_) times.emplace(batch.rows.columns[time_]);
        sql::RowList rows;
        for (int64_t row = 0; row < batch.size(); ++row) {
            KeyNumber number = numbers[static_cast<size_t>(row)];
            Kept& kept = kept_[number];
            EventTime time = times ? (*times)[row].millis : 0;
            bool replaces = keeps_last_ ? time >= kept.time : time < kept.time;
            if (kept.is_there && !replaces) continue;
            kept.is_there = true;
            kept.time = time;
            times_.set(number, now_ms);
            keys_.touch(number);
            rows.push_back(row);
        }
        return rows;
    }

    void keep_last_of_each(sql::RowList& rows, const std::vector<KeyNumber>& numbers) {
        auto kept = [&](int64_t row) -> Kept& { return kept_[numbers[static_cast<size_t>(row)]]; };
        size_t begin = rows.size();
        for (size_t i = rows.size(); i-- > 0;) {
            if (std::exchange(kept(rows[i]).is_listed, true)) continue;
            rows[--begin] = rows[i];
        }
        rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
        for (int64_t row : rows) kept(row).is_listed = false;
    }

    // Of the rows, without those that are as the one before them.
    std::vector<Change> kinds_of(const ChangeBatch& batch, sql::RowList& rows,
                                 const std::vector<KeyNumber>& numbers) {
        bool compares = !is_rowtime_ && !times_.are_kept();
        sql::PackedRows compared = compares ? packed(batch, compared_) : sql::PackedRows();
        std::vector<Change> kinds;
        std::erase_if(rows, [&](int64_t row) {
            auto place = static_cast<size_t>(row);
            Kept& kept = kept_[numbers[place]];
            if (compares && kept.is_given && kept.compared == compared[place]) return true;
            // Flink compares the kinds of the rows as well: none equals one that is an update.
            kept.compared = compares && !kept.is_given ? compared[place] : std::string_view();
            kinds.push_back(kept.is_given ? Change::UpdateAfter : Change::Insert);
            kept.is_given = true;
            return false;
        });
        return kinds;
    }

    void give_with_befores(const ChangeBatch& batch, const sql::RowList& rows,
                           const std::vector<KeyNumber>& numbers, const std::vector<Change>& kinds,
                           Output& output) {
        sql::PackedRows all = packed(batch);
        for (size_t i = 0; i < rows.size(); ++i) {
            auto place = static_cast<size_t>(rows[i]);
            std::string& kept = kept_[numbers[place]].row;
            if (kinds[i] == Change::UpdateAfter) changes_.append(Change::UpdateBefore, kept);
            changes_.append(kinds[i], all[place]);
            kept = all[place];
        }
        output.take(changes_.take());
    }

    std::vector<size_t> partition_;
    size_t time_;
    bool is_rowtime_;
    bool keeps_last_;
    bool with_befores_;
    std::vector<size_t> compared_ = {};
    const JobContext& job_;
    KeyTable keys_;
    KeyTimes times_;
    std::vector<Kept> kept_;
    ChangeBuilder changes_;
};

void Replacements::save(OperatorState& state) {
    SavedKeys saved = state.to_save(keys_);
    std::vector<std::string_view> keys;
    std::vector<int64_t> written;
    std::vector<int64_t> times;
    std::vector<std::string_view> rows;
    std::vector<std::string_view> compared;
    for (KeyNumber number : saved.numbers) {
        keys.emplace_back(keys_.key(number));
        written.push_back(times_.written_ms(number));
        times.push_back(kept_[number].time);
        rows.emplace_back(kept_[number].row);
        compared.emplace_back(kept_[number].compared);
    }
    state.put_keyed("rows", saved,
                    state_rows({{"key", bytes_column(keys)},
                                {"written", number_column(written)},
                                {"time", number_column(times)},
                                {"row", bytes_column(rows)},
                                {"compared", bytes_column(compared)}}));
}

void Replacements::restore(const OperatorState& state) {
    for (const StateRows& saved : state.keyed("rows", job_.keys)) {
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        std::vector<int64_t> written = numbers_of(saved, 1);
        std::vector<int64_t> times = numbers_of(saved, 2);
        std::vector<std::string_view> rows = bytes_of(saved, 3);
        std::vector<std::string_view> compared = bytes_of(saved, 4);
        for (size_t i = 0; i < keys.size(); ++i) {
            KeyNumber number = keys_.add(keys[i]).number;
            kept_.resize(keys_.end());
            kept_[number] = {times[i], std::string(rows[i]), std::string(compared[i]), true, true};
            times_.set(number, written[i]);
        }
    }
}

size_t Replacements::state_bytes() const {
    return keys_.bytes() + keys_.sum([this](KeyNumber number) {
        const Kept& kept = kept_[number];
        return sizeof kept + kept.row.size() + kept.compared.size();
    });
}

}  // namespace

OperatorPtr made(const sql::stream::Deduplicate& step, const sql::StreamPlan& plan,
                 const JobContext& job) {
    bool stays = !step.is_rowtime && !step.keeps_last;
    if (stays) return std::make_unique<FirstArrivals>(step, job);
    return std::make_unique<Replacements>(step, plan, job);
}

}  // namespace tarn::engine
