// GROUP BY without windows. As with Flink, each row of a group takes back what the group was and
// tells what it is now, unless that is the same; where groups have a time to live it is told even
// then, so that those who keep the row keep it alive.
#include <arrow/array/concatenate.h>
#include <fmt/format.h>

#include "columns/arrow_result.hpp"
#include "engine/aggregation/aggregation.hpp"
#include "engine/aggregation/equal_values.hpp"
#include "engine/aggregation/group_call.hpp"

namespace tarn::engine {
namespace {

constexpr std::string_view Table = "groups";

// Where the values stand of what each step goes from and to: those from before the batch come
// first, then one for each step.
struct StepValues {
    std::vector<sql::Column> columns;
    std::vector<PlacePair> steps;
};

// The changes that come of steps, row by row.
class StepChanges {
public:
    explicit StepChanges(bool has_befores) : has_befores_(has_befores) {}

    void add(const GroupStep& step, const PlacePair& values) {
        switch (step.kind) {
            case GroupStep::Kind::Begins:
                return add(Change::Insert, step.row, values.after);
            case GroupStep::Kind::GoesOn:
                if (has_befores_) add(Change::UpdateBefore, step.row, values.before);
                return add(Change::UpdateAfter, step.row, values.after);
            case GroupStep::Kind::Ends:
                return add(Change::Delete, step.row, values.before);
        }
    }

    bool is_empty() const { return kinds_.empty(); }

    ChangeBatch take(const sql::Columns& keys, const sql::Columns& values) {
        ChangeBatch result{{{}, static_cast<int64_t>(kinds_.size())}};
        for (const sql::Column& key : keys) result.rows.columns.push_back(taken(key, rows_));
        for (const sql::Column& value : values) {
            result.rows.columns.push_back(taken(value, places_));
        }
        bool has_others =
            std::ranges::any_of(kinds_, [](Change change) { return change != Change::Insert; });
        if (has_others) result.kinds = std::move(kinds_);
        return result;
    }

private:
    void add(Change change, int64_t row, int64_t place) {
        kinds_.push_back(change);
        rows_.push_back(row);
        places_.push_back(place);
    }

    bool has_befores_;
    std::vector<Change> kinds_;
    sql::RowList rows_;    // of the batch, for the keys
    sql::RowList places_;  // of the values
};

class GroupAggregateOperator final : public Operator {
public:
    GroupAggregateOperator(const sql::stream::GroupAggregate& step, const sql::StreamPlan& plan,
                           const JobContext& job)
        : keys_(step.keys),
          has_befores_(plan.changes.befores),
          job_(job),
          groups_({.counts_rows = !step.input->changes.is_insert_only(),
                   .collapses = job.may_collapse,
                   .ttl_ms = job.state_ttl.count()}) {
        auto input = step.input->changes.is_insert_only() ? sql::AggregateInput::Inserts
                                                          : sql::AggregateInput::Changes;
        for (const sql::AggregateCall& call : step.calls) calls_.emplace_back(call, input);
    }

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        sql::Columns keys = chosen(batch.rows, keys_);
        GroupRows rows = groups_.take(batch, sql::packed(keys, batch.size()), job_.now_ms());
        if (!rows.steps.empty()) give(accumulated(batch, rows), rows, keys, output);
        forget_ended();
    }

    void advance(EventTime watermark, Output& output) override {
        if (watermark == EndOfTime && lacks_its_row()) output.take(row_of_nothing());
        output.advance(watermark);
    }

    std::optional<int64_t> wakes_at_ms() const override { return groups_.expires_at_ms(); }
    void wake(int64_t now_ms, Output&) override {
        if (groups_.expires_at_ms() > now_ms) return;
        groups_.expire(now_ms);
        forget_ended();
    }

    void save(OperatorState& state) override {
        SavedKeys saved = groups_.to_save(state);
        std::vector<StateColumn> columns = groups_.states(saved.numbers);
        for (const GroupCall& call : calls_) {
            for (const auto& each : call.states(saved.numbers)) {
                columns.push_back({fmt::format("value {}", columns.size()), each});
            }
        }
        state.put_keyed(std::string(Table), saved, state_rows(columns));
    }

    void restore(const OperatorState& state) override {
        for (const StateRows& rows : state.keyed(Table, job_.keys)) {
            std::vector<KeyNumber> groups = groups_.restore(rows);
            int column = Groups::StateWidth;
            for (GroupCall& call : calls_) column = call.restore(groups, rows, column);
        }
    }

    size_t state_bytes() const override {
        size_t bytes = groups_.bytes();
        for (const GroupCall& call : calls_) bytes += call.bytes();
        return bytes;
    }

private:
    bool tells_all() const { return job_.state_ttl.count() > 0; }

    // Without keys there is one group, in batch mode also of no rows. One worker has it.
    bool lacks_its_row() const {
        return job_.is_batch && keys_.empty() && groups_.numbers().empty() && job_.keys.has("");
    }
    ChangeBatch row_of_nothing() const {
        ChangeBatch row{{{}, 1}};
        for (const GroupCall& call : calls_) row.rows.columns.push_back(call.values({0}));
        return row;
    }

    StepValues accumulated(const ChangeBatch& batch, const GroupRows& rows) {
        std::optional<Rounds> rounds;
        bool is_row_by_row = has_several_rows_of_a_group(rows);
        std::vector<KeyNumber> old_groups;
        for (const GroupStep& step : rows.steps) {
            bool is_old = step.kind != GroupStep::Kind::Begins && step.before == sql::NoRow;
            if (is_old) old_groups.push_back(step.group);
        }
        StepValues result{{}, places_of(rows, old_groups.size())};
        for (GroupCall& call : calls_) {
            auto old_count = static_cast<int64_t>(old_groups.size());
            auto before = spread(call.values(old_groups), old_count);
            bool goes_by_row = is_row_by_row && call.goes_row_by_row();
            if (!goes_by_row && !rounds) rounds = rounds_of(rows, batch);
            auto after = goes_by_row ? call.take_row_by_row(batch, rows).values
                                     : call.take(batch.rows, *rounds).values;
            auto both = columns::or_throw(arrow::Concatenate({before, after}));
            if (!tells_all()) compare(both, result.steps);
            result.columns.push_back({std::move(both)});
        }
        return result;
    }

    void give(const StepValues& values, const GroupRows& rows, const sql::Columns& keys,
              Output& output) const {
        StepChanges changes(has_befores_);
        for (size_t i = 0; i < rows.steps.size(); ++i) {
            const GroupStep& step = rows.steps[i];
            bool is_same = step.kind == GroupStep::Kind::GoesOn && values.steps[i].is_equal;
            if (!is_same || tells_all()) changes.add(step, values.steps[i]);
        }
        if (!changes.is_empty()) output.take(changes.take(keys, values.columns));
    }

    // Where each row is a step, and some group has more than one.
    static bool has_several_rows_of_a_group(const GroupRows& rows) {
        return std::ranges::any_of(rows.steps,
                                   [](const GroupStep& step) { return step.before != sql::NoRow; });
    }

    static std::vector<PlacePair> places_of(const GroupRows& rows, size_t old_count) {
        auto first = static_cast<int64_t>(old_count);
        int64_t next_old = 0;
        std::vector<PlacePair> places;
        places.reserve(rows.steps.size());
        for (size_t i = 0; i < rows.steps.size(); ++i) {
            const GroupStep& step = rows.steps[i];
            int64_t after = first + static_cast<int64_t>(i);
            int64_t before = after;
            if (step.before != sql::NoRow) {
                before = first + step.before;
            } else if (step.kind != GroupStep::Kind::Begins) {
                before = next_old++;
            }
            places.push_back({before, after});
        }
        return places;
    }

    void forget_ended() {
        std::vector<KeyNumber> ended = groups_.release();
        if (ended.empty()) return;
        for (GroupCall& call : calls_) call.forget(ended);
    }

    std::vector<size_t> keys_;
    bool has_befores_;
    const JobContext& job_;
    Groups groups_;
    std::vector<GroupCall> calls_;
};

}  // namespace

OperatorPtr made(const sql::stream::GroupAggregate& step, const sql::StreamPlan& plan,
                 const JobContext& job) {
    return std::make_unique<GroupAggregateOperator>(step, plan, job);
}

}  // namespace tarn::engine
