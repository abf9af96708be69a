// Upserts as full changes: which rows are new, and which row each of the others replaces.
#include "engine/changes/change_operators.hpp"
#include "engine/operators/column_types.hpp"
#include "engine/rows/change_builder.hpp"
#include "engine/rows/key_table.hpp"
#include "engine/state/key_times.hpp"

namespace tarn::engine {
namespace {

class NormalizeOperator final : public Operator {
public:
    NormalizeOperator(const sql::stream::ChangelogNormalize& step, const sql::StreamPlan& plan,
                      const JobContext& job)
        : key_(step.key),
          with_befores_(plan.changes.befores),
          job_(job),
          times_(job.state_ttl),
          changes_(types_of(plan.columns)) {}

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        int64_t now_ms = job_.now_ms();
        for (KeyNumber number : times_.over(keys_, now_ms)) keys_.forget(number);
        sql::PackedRows keys = packed(batch, key_);
        sql::PackedRows rows = packed(batch);
        for (size_t row = 0; row < rows.size(); ++row) {
            Change change = batch.kind(static_cast<int64_t>(row));
            is_addition(change) ? put(change, keys[row], rows[row], now_ms)
                                : remove(keys[row], now_ms);
        }
        if (!changes_.is_empty()) output.take(changes_.take());
    }

    void save(OperatorState& state) override {
        SavedKeys saved = state.to_save(keys_);
        std::vector<std::string_view> keys;
        std::vector<int64_t> written;
        std::vector<std::string_view> rows;
        for (KeyNumber number : saved.numbers) {
            keys.emplace_back(keys_.key(number));
            written.push_back(times_.written_ms(number));
            rows.emplace_back(rows_[number]);
        }
        state.put_keyed("rows", saved,
                        state_rows({{"key", bytes_column(keys)},
                                    {"written", number_column(written)},
                                    {"row", bytes_column(rows)}}));
    }

    void restore(const OperatorState& state) override {
        for (const StateRows& saved : state.keyed("rows", job_.keys)) {
            std::vector<std::string_view> keys = bytes_of(saved, 0);
            std::vector<int64_t> written = numbers_of(saved, 1);
            std::vector<std::string_view> rows = bytes_of(saved, 2);
            for (size_t i = 0; i < keys.size(); ++i)
                set(keys_.add(keys[i]).number, rows[i], written[i]);
        }
    }

    size_t state_bytes() const override {
        return keys_.bytes() + keys_.sum([this](KeyNumber number) {
            return rows_[number].size() + sizeof(std::string);
        });
    }

private:
    void put(Change change, std::string_view key, std::string_view row, int64_t now_ms) {
        auto [number, is_new] = keys_.add(key);
        if (is_new || times_.is_over(number, now_ms)) {
            changes_.append(Change::Insert, row);
        } else {
            // Where state has an end, an equal row still makes it last longer, and Flink gives it;
            // and it gives what comes as an update, for it compares the kinds of the rows too.
            bool is_again = rows_[number] == row && change == Change::Insert;
            if (is_again && !times_.are_kept()) return;
            if (with_befores_) changes_.append(Change::UpdateBefore, rows_[number]);
            changes_.append(Change::UpdateAfter, row);
        }
        set(number, row, now_ms);
    }

    // The row that goes is the one that is known: of the other often the key alone is.
    void remove(std::string_view key, int64_t now_ms) {
        KeyNumber number = keys_.find(key);
        if (number == NoKey) return;
        if (!times_.is_over(number, now_ms)) changes_.append(Change::Delete, rows_[number]);
        keys_.forget(number);
    }

    void set(KeyNumber number, std::string_view row, int64_t now_ms) {
        if (rows_.size() < keys_.end()) rows_.resize(keys_.end());
        rows_[number] = row;
        times_.set(number, now_ms);
        keys_.touch(number);
    }

    std::vector<size_t> key_;
    bool with_befores_;
    const JobContext& job_;
    KeyTable keys_;
    KeyTimes times_;
    std::vector<std::string> rows_;  // by the number of the key
    ChangeBuilder changes_;
};

}  // namespace

OperatorPtr made(const sql::stream::ChangelogNormalize& step, const sql::StreamPlan& plan,
                 const JobContext& job) {
    return std::make_unique<NormalizeOperator>(step, plan, job);
}

}  // namespace tarn::engine
