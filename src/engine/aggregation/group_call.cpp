#include "engine/aggregation/group_call.hpp"

#include <arrow/array/concatenate.h>

#include "columns/arrow_result.hpp"
#include "sql/aggregates/distinct_accumulator.hpp"

namespace tarn::engine {
namespace {

sql::Columns cut(const sql::Columns& columns, size_t begin, size_t end) {
    sql::Columns result;
    for (const sql::Column& each : columns) {
        auto from = static_cast<int64_t>(begin);
        auto length = static_cast<int64_t>(end - begin);
        result.push_back(each.is_constant ? each : sql::Column{each.values->Slice(from, length)});
    }
    return result;
}

// The columns' rows in the order of the list.
sql::Columns in_order(sql::Columns columns, const sql::Batch& batch, const sql::RowList& rows) {
    bool is_whole = static_cast<int64_t>(rows.size()) == batch.rows;
    if (is_whole && std::ranges::is_sorted(rows)) return columns;
    for (sql::Column& each : columns) each = taken(each, rows);
    return columns;
}

}  // namespace

GroupCall::GroupCall(const sql::AggregateCall& call, sql::AggregateInput input)
    : arguments_(call.arguments), filter_(call.filter) {
    sql::AggregateSignature signature =
        call.is_distinct ? sql::distinct(call.signature) : call.signature;
    accumulator_ = signature.accumulator(input);
}

sql::Column GroupCall::take(const sql::Batch& batch, const Rounds& all) {
    Rounds fewer;
    if (filter_) fewer = filtered(all, batch.columns[*filter_]);
    const Rounds& rounds = filter_ ? fewer : all;
    sql::Columns arguments = in_order(chosen(batch, arguments_), batch, rounds.rows);
    std::span<const KeyNumber> groups(rounds.groups);
    std::span<const KeyNumber> value_groups(rounds.value_groups);
    arrow::ArrayVector pieces;
    for (const Round& round : rounds.rounds) {
        auto rows = [&](size_t begin, size_t end) { return groups.subspan(begin, end - begin); };
        if (round.begin < round.added_end) {
            accumulator_->add(rows(round.begin, round.added_end),
                              cut(arguments, round.begin, round.added_end));
        }
        if (round.added_end < round.end) {
            accumulator_->retract(rows(round.added_end, round.end),
                                  cut(arguments, round.added_end, round.end));
        }
        size_t count = round.values_end - round.first_value;
        sql::Column values = accumulator_->values(value_groups.subspan(round.first_value, count));
        pieces.push_back(spread(values, static_cast<int64_t>(count)));
    }
    return {pieces.size() == 1 ? pieces[0] : columns::or_throw(arrow::Concatenate(pieces))};
}

int GroupCall::restore(const std::vector<KeyNumber>& groups, const StateRows& rows, int first) {
    int end = first + static_cast<int>(accumulator_->states({}).size());
    sql::StateColumns columns;
    for (int i = first; i < end; ++i) columns.push_back(rows->column(i));
    accumulator_->merge(groups, columns);
    return end;
}

}  // namespace tarn::engine
