// What an INSERT gives to its table.
#include <algorithm>

#include "base/error.hpp"
#include "engine/changes/change_operators.hpp"
#include "engine/changes/sink_columns.hpp"
#include "engine/changes/sink_rows.hpp"
#include "engine/operators/column_types.hpp"
#include "engine/rows/key_table.hpp"
#include "engine/state/key_times.hpp"

namespace tarn::engine {
namespace {

// The shortest key tells rows apart best; none where no key does.
std::vector<size_t> row_key_columns(const sql::StreamPlan& input) {
    auto is_shorter = [](const sql::UpsertKey& left, const sql::UpsertKey& right) {
        return std::pair(left.size(), left) < std::pair(right.size(), right);
    };
    auto key = std::ranges::min_element(input.upsert_keys, is_shorter);
    return key == input.upsert_keys.end() ? sql::UpsertKey() : *key;
}

// Of each key of the table the row that came last of those that are there.
class LastRows {
public:
    LastRows(const sql::stream::Sink& step, const JobContext& job)
        : key_(key_columns(step)),
          row_key_(row_key_columns(*step.input)),
          job_(job),
          times_(job.state_ttl),
          changes_(types_of(step.input->columns)) {}

    void take(const ChangeBatch& batch, Output& output) {
        int64_t now_ms = job_.now_ms();
        for (KeyNumber number : times_.over(keys_, now_ms)) keys_.forget(number);
        sql::PackedRows keys = packed(batch, key_);
        sql::PackedRows rows = packed(batch);
        sql::PackedRows row_keys = row_key_.empty() ? sql::PackedRows() : packed(batch, row_key_);
        for (size_t row = 0; row < rows.size(); ++row) {
            SinkRows::Row each{std::string(rows[row])};
            if (!row_key_.empty()) each.key = row_keys[row];
            take_row(keys[row], std::move(each), batch.kind(static_cast<int64_t>(row)), now_ms);
        }
        if (!changes_.is_empty()) output.take(changes_.take());
    }

    void save(OperatorState& state) {
        SavedKeys saved = state.to_save(keys_);
        std::vector<std::string_view> keys;
        std::vector<int64_t> written;
        std::vector<std::string_view> rows;
        std::vector<std::string_view> row_keys;
        for (KeyNumber number : saved.numbers) {
            for (const SinkRows::Row& row : by_key_[number].all()) {
                keys.emplace_back(keys_.key(number));
                written.push_back(times_.written_ms(number));
                rows.emplace_back(row.bytes);
                row_keys.emplace_back(row.key);
            }
        }
        state.put_keyed("rows", saved,
                        state_rows({{"key", bytes_column(keys)},
                                    {"written", number_column(written)},
                                    {"row", bytes_column(rows)},
                                    {"row_key", bytes_column(row_keys)}}));
    }

    void restore(const OperatorState& state) {
        for (const StateRows& saved : state.keyed("rows", job_.keys)) {
            std::vector<std::string_view> keys = bytes_of(saved, 0);
            std::vector<int64_t> written = numbers_of(saved, 1);
            std::vector<std::string_view> rows = bytes_of(saved, 2);
            std::vector<std::string_view> row_keys = bytes_of(saved, 3);
            for (size_t i = 0; i < keys.size(); ++i) {
                KeyNumber number = number_of(keys[i], written[i]);
                by_key_[number].restore({std::string(rows[i]), std::string(row_keys[i])});
                times_.set(number, written[i]);
            }
        }
    }

    size_t bytes() const {
        return keys_.bytes() + keys_.sum([this](KeyNumber number) {
            size_t bytes = 0;
            for (const SinkRows::Row& row : by_key_[number].all()) {
                bytes += sizeof row + row.bytes.size() + row.key.size();
            }
            return bytes;
        });
    }

private:
    KeyNumber number_of(std::string_view key, int64_t now_ms) {
        auto [number, is_new] = keys_.add(key);
        if (by_key_.size() < keys_.end()) by_key_.resize(keys_.end());
        if (is_new || times_.is_over(number, now_ms)) by_key_[number] = {};
        return number;
    }

    void take_row(std::string_view key, SinkRows::Row row, Change change, int64_t now_ms) {
        KeyNumber number = number_of(key, now_ms);
        SinkRows& of_key = by_key_[number];
        if (is_addition(change)) {
            of_key.add(std::move(row), changes_);
        } else {
            of_key.remove(row, changes_);
        }
        times_.set(number, now_ms);
        keys_.touch(number);
        if (of_key.all().empty()) keys_.forget(number);
    }

    std::vector<size_t> key_;
    std::vector<size_t> row_key_;
    const JobContext& job_;
    KeyTable keys_;
    KeyTimes times_;
    std::vector<SinkRows> by_key_;
    ChangeBuilder changes_;
};

class SinkOperator final : public Operator {
public:
    SinkOperator(const sql::stream::Sink& step, const JobContext& job)
        : null_rule_(job.null_in_not_null) {
        std::vector<const sql::TableColumn*> written = written_columns(step);
        for (size_t i = 0; i < written.size(); ++i) {
            if (written[i]->type.is_nullable && !is_of_key(*written[i], step)) continue;
            not_null_.push_back(i);
            names_.push_back(written[i]->name);
        }
        if (step.upsert_materialize) last_rows_.emplace(step, job);
    }

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        if (!has_null(batch)) return give(batch, output);
        ChangeBatch rest = without_nulls(batch);
        if (rest.size() > 0) give(rest, output);
    }

    void save(OperatorState& state) override {
        if (last_rows_) last_rows_->save(state);
    }
    void restore(const OperatorState& state) override {
        if (last_rows_) last_rows_->restore(state);
    }
    size_t state_bytes() const override { return last_rows_ ? last_rows_->bytes() : 0; }

private:
    void give(const ChangeBatch& batch, Output& output) {
        last_rows_ ? last_rows_->take(batch, output) : output.take(batch);
    }

    bool has_null(const ChangeBatch& batch) const {
        return std::ranges::any_of(not_null_, [&](size_t place) {
            return batch.rows.columns[place].values->null_count() > 0;
        });
    }

    ChangeBatch without_nulls(const ChangeBatch& batch) const {
        sql::RowList rows;
        for (int64_t row = 0; row < batch.size(); ++row) {
            auto null = std::ranges::find_if(
                not_null_, [&](size_t place) { return batch.rows.columns[place].is_null(row); });
            if (null == not_null_.end()) {
                rows.push_back(row);
            } else if (null_rule_ == NullInNotNull::Fails) {
                throw Error(ErrorCode::InvalidInput,
                            "the column '{}' is NOT NULL, and a row for it has NULL; with "
                            "'table.exec.sink.not-null-enforcer' = 'DROP' such rows are left out",
                            names_[static_cast<size_t>(null - not_null_.begin())]);
            }
        }
        return taken(batch, rows);
    }

    std::vector<size_t> not_null_;    // the places of columns that want a value
    std::vector<std::string> names_;  // of those
    NullInNotNull null_rule_;
    std::optional<LastRows> last_rows_;
};

}  // namespace

OperatorPtr made(const sql::stream::Sink& step, const sql::StreamPlan&, const JobContext& job) {
    return std::make_unique<SinkOperator>(step, job);
}

}  // namespace tarn::engine
