#include "engine/aggregation/group_call.hpp"

#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

RoundRows filtered(const RoundRows& all, const sql::Column& condition) {
    sql::Reader<bool> holds(condition);
    RoundRows result;
    for (size_t round = 0, i = 0; round < all.ends.size(); ++round) {
        for (; i < all.ends[round]; ++i) {
            int64_t row = all.rows[i];
            if (holds.is_null(row) || !holds[row]) continue;
            result.rows.push_back(row);
            result.groups.push_back(all.groups[i]);
        }
        result.ends.push_back(result.rows.size());
    }
    return result;
}

sql::Column in_step_order(const sql::Column& values, const Rounds& rounds) {
    return rounds.values.ends.size() == 1 ? values : taken(values, rounds.value_of_step);
}

std::vector<sql::RowEffect> effects_of(const ChangeBatch& batch, const sql::RowList& rows) {
    std::vector<sql::RowEffect> effects;
    effects.reserve(rows.size());
    for (int64_t row : rows) {
        effects.push_back(is_addition(batch.kind(row)) ? sql::RowEffect::Add
                                                       : sql::RowEffect::Retract);
    }
    return effects;
}

void leave_out(std::vector<sql::RowEffect>& effects, const sql::RowList& rows,
               const sql::Column& condition) {
    sql::Reader<bool> holds(condition);
    for (size_t i = 0; i < rows.size(); ++i) {
        bool is_in = !holds.is_null(rows[i]) && holds[rows[i]];
        if (!is_in) effects[i] = sql::RowEffect::None;
    }
}

}  // namespace

GroupCall::GroupCall(const sql::AggregateCall& call, sql::AggregateInput input)
    : arguments_(call.arguments),
      filter_(call.filter),
      accumulator_(call.signature.accumulator(input)) {}

sql::Column GroupCall::take(const sql::Batch& batch, const Rounds& rounds) {
    auto values_of = [&](const RoundRows& retracted, const RoundRows& added) {
        sql::Columns arguments = chosen(batch, arguments_);
        return values_by_round(*accumulator_, arguments_of(retracted, arguments, batch.rows),
                               arguments_of(added, arguments, batch.rows), rounds.values);
    };
    if (!filter_) return in_step_order(values_of(rounds.retracted, rounds.added), rounds);
    const sql::Column& condition = batch.columns[*filter_];
    return in_step_order(
        values_of(filtered(rounds.retracted, condition), filtered(rounds.added, condition)),
        rounds);
}

sql::Column GroupCall::take_row_by_row(const ChangeBatch& batch, const GroupRows& rows) {
    std::vector<sql::RowEffect> effects = effects_of(batch, rows.rows);
    if (filter_) leave_out(effects, rows.rows, batch.rows.columns[*filter_]);
    sql::Columns arguments = chosen(batch.rows, arguments_);
    bool is_whole = static_cast<int64_t>(rows.rows.size()) == batch.size();
    if (!is_whole) {
        for (sql::Column& each : arguments) each = taken(each, rows.rows);
    }
    return accumulator_->values_row_by_row(rows.groups, effects, arguments);
}

int GroupCall::restore(const std::vector<KeyNumber>& groups, const StateRows& rows, int first) {
    int end = first + static_cast<int>(accumulator_->states({}).size());
    sql::StateColumns columns;
    for (int i = first; i < end; ++i) columns.push_back(rows->column(i));
    accumulator_->merge(groups, columns);
    return end;
}

Rounds rounds_of(const GroupRows& rows, const ChangeBatch& batch) {
    std::vector<InRound> steps;
    steps.reserve(rows.steps.size());
    for (const GroupStep& step : rows.steps) {
        size_t round =
            step.before == sql::NoRow ? 0 : steps[static_cast<size_t>(step.before)].round + 1;
        steps.push_back({static_cast<int64_t>(steps.size()), step.group, round});
    }
    std::vector<InRound> added;
    std::vector<InRound> retracted;
    added.reserve(rows.rows.size());
    // Where rows collapse all steps are in the first round, and so are all rows.
    bool has_step_each = steps.size() == rows.rows.size();
    for (size_t i = 0; i < rows.rows.size(); ++i) {
        auto& list = is_addition(batch.kind(rows.rows[i])) ? added : retracted;
        list.push_back({rows.rows[i], rows.groups[i], has_step_each ? steps[i].round : 0});
    }
    return {retracted, added, steps};
}

}  // namespace tarn::engine
