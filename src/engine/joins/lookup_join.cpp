// Rows with those that a table has for them at that moment, as Flink's LookupJoinRunner gives them:
// each change of the left is a change of the same kind, whatever the table had when the row came
// before. Nothing is remembered, so nothing is saved. All keys of a batch are asked for at once.
#include <algorithm>

#include "base/assert.hpp"
#include "engine/joins/joins.hpp"
#include "engine/joins/matches.hpp"
#include "engine/operators/column_types.hpp"
#include "engine/rows/key_table.hpp"

namespace tarn::engine {
namespace {

using sql::stream::Calc;
using sql::stream::LookupJoin;
using sql::stream::TableSource;

// The keys of a batch, each one once.
struct AskedKeys {
    std::vector<KeyNumber> of_rows;  // NoKey where one of its columns is NULL, which equals nothing
    sql::Batch keys;
};

AskedKeys asked_keys(const sql::Columns& columns, int64_t rows) {
    AskedKeys asked{std::vector<KeyNumber>(static_cast<size_t>(rows), NoKey), {{}, 0}};
    sql::PackedRows packed = sql::packed(columns, rows);
    KeyTable numbers;
    sql::RowList firsts;
    for (int64_t row = 0; row < rows; ++row) {
        bool has_null =
            std::ranges::any_of(columns, [&](const auto& column) { return column.is_null(row); });
        if (has_null) continue;
        auto [number, is_new] = numbers.add(packed[static_cast<size_t>(row)]);
        if (is_new) firsts.push_back(row);
        asked.of_rows[static_cast<size_t>(row)] = number;
    }
    asked.keys = sql::taken({columns, rows}, firsts);
    return asked;
}

// What the table has, by keys.
class Answer {
public:
    Answer(Lookup::Found found, int64_t keys)
        : rows_(std::move(found.rows)), begins_(static_cast<size_t>(keys) + 1) {
        for (int64_t key : found.keys) ++begins_[static_cast<size_t>(key) + 1];
        for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
        order_.resize(found.keys.size());
        std::vector<size_t> next = begins_;
        for (size_t row = 0; row < found.keys.size(); ++row) {
            order_[next[static_cast<size_t>(found.keys[row])]++] = static_cast<int64_t>(row);
        }
    }

    const sql::Batch& rows() const { return rows_; }
    std::span<const int64_t> of(KeyNumber key) const {
        return std::span(order_).subspan(begins_[key], begins_[key + 1] - begins_[key]);
    }

private:
    sql::Batch rows_;
    std::vector<size_t> begins_;  // of keys, in the order
    sql::RowList order_;
};

class LookupJoinOperator final : public Operator {
public:
    LookupJoinOperator(const LookupJoin& step, const JobContext& job)
        : job_(job),
          compared_{JoinKeys(step.on, JoinInput::Left), JoinKeys(step.on, JoinInput::Right)},
          types_(types_of(step.right->columns)),
          test_(step.on, step.left->columns.size()),
          keeps_left_(step.on.kind == sql::JoinKind::Left) {
        std::vector<size_t> key;
        for (const sql::stream::LookupKey& each : step.asked_by) {
            values_.push_back(each.value);
            key.push_back(each.column);
        }
        const sql::StreamPlan* plan = step.right.get();
        while (const auto* calc = std::get_if<Calc>(&plan->node)) {
            calcs_.insert(calcs_.begin(), calc);
            plan = calc->input.get();
        }
        TARN_ASSERT(job.open_lookup != nullptr);
        lookup_ = job.open_lookup(std::get<TableSource>(plan->node), key);
    }

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        sql::Session session = job_.session();
        sql::Columns keys;
        for (const sql::Bound& value : values_) {
            keys.push_back(sql::evaluate(value, batch.rows, session));
        }
        AskedKeys asked = asked_keys(keys, batch.size());
        Answer answer = answer_to(asked, session);
        Candidates candidates(*this, batch, asked, answer);
        for (int64_t begin = 0; begin < batch.size();) {
            Matches matches = candidates.from(begin);
            int64_t end = matches.end;
            matches = test_.passed(std::move(matches), batch, JoinInput::Left, types_, session);
            give(batch, begin, end, matches, output);
            begin = end;
        }
    }

private:
    class Candidates {
    public:
        Candidates(const LookupJoinOperator& join, const ChangeBatch& batch, const AskedKeys& asked,
                   const Answer& answer)
            : batch_(batch), asked_(asked), answer_(answer) {
            if (join.compared_[0].places().empty()) return;
            left_ = join.compared_[0].of(batch);
            right_ = join.compared_[1].of({answer.rows()});
        }

        // Of rows from there on, until they are many.
        Matches from(int64_t begin) const {
            Matches found;
            sql::RowList others;
            int64_t row = begin;
            for (; row < batch_.size() && found.size() < PairsAtOnce; ++row) {
                KeyNumber key = asked_.of_rows[static_cast<size_t>(row)];
                if (key == NoKey) continue;
                for (int64_t other : answer_.of(key)) {
                    if (!are_equal(row, other)) continue;
                    found.add(row, 0, {});
                    others.push_back(other);
                }
            }
            found.end = row;
            if (found.size() > 0) found.columns = sql::taken(answer_.rows(), others).columns;
            return found;
        }

    private:
        bool are_equal(int64_t row, int64_t other) const {
            if (!left_) return true;
            return !left_->equals_none(row) && !right_->equals_none(other) &&
                   (*left_)[row] == (*right_)[other];
        }

        const ChangeBatch& batch_;
        const AskedKeys& asked_;
        const Answer& answer_;
        std::optional<JoinKeys::OfBatch> left_;  // none when nothing is compared
        std::optional<JoinKeys::OfBatch> right_;
    };

    Answer answer_to(const AskedKeys& asked, const sql::Session& session) {
        if (asked.keys.rows == 0) return {{{sql::unpacked({}, types_), 0}, {}}, 0};
        Lookup::Found found = lookup_->rows_for(asked.keys);
        for (const Calc* calc : calcs_) found = calculated(*calc, std::move(found), session);
        return {std::move(found), asked.keys.rows};
    }

    static Lookup::Found calculated(const Calc& calc, Lookup::Found found,
                                    const sql::Session& session) {
        if (calc.condition) {
            sql::Column holds = sql::evaluate(calc.condition, found.rows, session);
            sql::RowList rows = sql::true_rows(holds, found.rows.rows);
            std::vector<int64_t> keys;
            for (int64_t row : rows) keys.push_back(found.keys[static_cast<size_t>(row)]);
            found = {sql::taken(found.rows, rows), std::move(keys)};
        }
        sql::Columns columns;
        for (const sql::Bound& value : calc.values) {
            columns.push_back(sql::evaluate(value, found.rows, session));
        }
        found.rows.columns = std::move(columns);
        return found;
    }

    // Rows from `begin` to `end` with their matches.
    void give(const ChangeBatch& batch, int64_t begin, int64_t end, const Matches& matches,
              Output& output) const {
        JoinedRows joined;
        size_t pair = 0;
        for (int64_t row = begin; row < end; ++row) {
            size_t first = pair;
            for (; pair < matches.size() && matches.rows[pair] == row; ++pair) {
                joined.add(batch.kind(row), row, static_cast<int64_t>(pair));
            }
            if (keeps_left_ && pair == first) joined.add(batch.kind(row), row, JoinedRows::None);
        }
        if (joined.is_empty()) return;
        output.take(joined.both(batch, JoinInput::Left, matches, types_));
    }

    const JobContext& job_;
    std::array<JoinKeys, 2> compared_;  // by values that nobody can ask for
    std::vector<sql::Type> types_;      // of the right
    JoinTest test_;
    bool keeps_left_;
    std::vector<sql::Bound> values_;  // of keys, of the left
    std::vector<const Calc*> calcs_;  // from the table up
    LookupPtr lookup_;
};

}  // namespace

OperatorPtr made(const LookupJoin& step, const sql::StreamPlan&, const JobContext& job) {
    return std::make_unique<LookupJoinOperator>(step, job);
}

}  // namespace tarn::engine
