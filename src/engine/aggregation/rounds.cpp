#include "engine/aggregation/rounds.hpp"

#include <arrow/array/concatenate.h>

#include <algorithm>

#include "columns/arrow_result.hpp"

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

// The arguments of the round's rows; a round is often all there is.
sql::Columns arguments_in(const RoundArguments& all, size_t round) {
    size_t begin = all.rows.begin(round);
    size_t end = all.rows.ends[round];
    bool is_whole = begin == 0 && end == all.rows.rows.size();
    return is_whole ? all.arguments : cut(all.arguments, begin, end);
}

}  // namespace

RoundRows in_rounds(const std::vector<InRound>& rows, size_t rounds) {
    RoundRows result;
    std::vector<size_t> next(rounds + 1, 0);
    for (const InRound& each : rows) ++next[each.round + 1];
    for (size_t round = 0; round < rounds; ++round) next[round + 1] += next[round];
    result.ends.assign(next.begin() + 1, next.end());
    result.rows.resize(rows.size());
    result.groups.resize(rows.size());
    for (const InRound& each : rows) {
        size_t place = next[each.round]++;
        result.rows[place] = each.row;
        result.groups[place] = each.group;
    }
    return result;
}

Rounds::Rounds(const std::vector<InRound>& retracted_rows, const std::vector<InRound>& added_rows,
               const std::vector<InRound>& steps) {
    size_t count = 0;
    for (const InRound& step : steps) count = std::max(count, step.round + 1);
    retracted = in_rounds(retracted_rows, count);
    added = in_rounds(added_rows, count);
    values = in_rounds(steps, count);
    value_of_step.resize(steps.size());
    for (size_t i = 0; i < values.rows.size(); ++i) {
        value_of_step[static_cast<size_t>(values.rows[i])] = static_cast<int64_t>(i);
    }
}

RoundArguments arguments_of(const RoundRows& rows, sql::Columns arguments, int64_t batch_rows) {
    bool is_whole = static_cast<int64_t>(rows.rows.size()) == batch_rows;
    if (!is_whole || !std::ranges::is_sorted(rows.rows)) {
        for (sql::Column& each : arguments) each = taken(each, rows.rows);
    }
    return {rows, std::move(arguments)};
}

// What goes is taken back before what comes is added, which floating numbers tell: so does Flink.
sql::Column values_by_round(sql::Accumulator& accumulator, const RoundArguments& retracted,
                            const RoundArguments& added, const RoundRows& values) {
    arrow::ArrayVector pieces;
    for (size_t round = 0; round < values.ends.size(); ++round) {
        auto gone = retracted.rows.groups_of(round);
        if (!gone.empty()) accumulator.retract(gone, arguments_in(retracted, round));
        auto come = added.rows.groups_of(round);
        if (!come.empty()) accumulator.add(come, arguments_in(added, round));
        auto groups = values.groups_of(round);
        pieces.push_back(spread(accumulator.values(groups), static_cast<int64_t>(groups.size())));
    }
    return {pieces.size() == 1 ? pieces[0] : columns::or_throw(arrow::Concatenate(pieces))};
}

}  // namespace tarn::engine
