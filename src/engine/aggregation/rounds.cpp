#include "engine/aggregation/rounds.hpp"

#include <algorithm>

#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

// Of each row the number of its round.
std::vector<size_t> round_numbers(const std::vector<GroupStep>& steps) {
    std::vector<size_t> numbers(steps.size(), 0);
    for (size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].before != sql::NoRow) {
            numbers[i] = numbers[static_cast<size_t>(steps[i].before)] + 1;
        }
    }
    return numbers;
}

// Puts rows into lots, two for each round: those that are added, and those that are taken back.
Rounds sorted(const GroupRows& rows, const std::vector<size_t>& lots) {
    size_t lot_count = lots.empty() ? 0 : (std::ranges::max(lots) | 1) + 1;
    std::vector<size_t> ends(lot_count + 1, 0);
    for (size_t lot : lots) ++ends[lot + 1];
    for (size_t lot = 0; lot < lot_count; ++lot) ends[lot + 1] += ends[lot];
    Rounds result;
    for (size_t lot = 0; lot < lot_count; lot += 2) {
        Round round{ends[lot], ends[lot + 1], ends[lot + 2], ends[lot], ends[lot + 2]};
        result.rounds.push_back(round);
    }
    result.rows.resize(lots.size());
    result.groups.resize(lots.size());
    result.value_of_step.resize(lots.size());
    for (size_t i = 0; i < lots.size(); ++i) {
        size_t place = ends[lots[i]]++;
        result.rows[place] = rows.rows[i];
        result.groups[place] = rows.groups[i];
        result.value_of_step[i] = static_cast<int64_t>(place);
    }
    return result;
}

}  // namespace

Rounds rounds_of(const GroupRows& rows, const ChangeBatch& batch) {
    bool is_step_each = rows.steps.size() == rows.rows.size();
    std::vector<size_t> lots =
        is_step_each ? round_numbers(rows.steps) : std::vector<size_t>(rows.rows.size(), 0);
    for (size_t i = 0; i < lots.size(); ++i) {
        lots[i] = lots[i] * 2 + !is_addition(batch.kind(rows.rows[i]));
    }
    Rounds result = sorted(rows, lots);
    if (is_step_each) {
        result.value_groups = result.groups;
        return result;
    }
    for (const GroupStep& step : rows.steps) result.value_groups.push_back(step.group);
    result.value_of_step = sql::all_rows(static_cast<int64_t>(rows.steps.size()));
    for (Round& round : result.rounds) round.values_end = rows.steps.size();
    return result;
}

Rounds filtered(const Rounds& rounds, const sql::Column& condition) {
    sql::Reader<bool> holds(condition);
    Rounds result{{}, {}, {}, rounds.value_groups, rounds.value_of_step};
    auto keep = [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
            int64_t row = rounds.rows[i];
            if (holds.is_null(row) || !holds[row]) continue;
            result.rows.push_back(row);
            result.groups.push_back(rounds.groups[i]);
        }
        return result.rows.size();
    };
    for (Round round : rounds.rounds) {
        size_t begin = result.rows.size();
        size_t added_end = keep(round.begin, round.added_end);
        size_t end = keep(round.added_end, round.end);
        result.rounds.push_back({begin, added_end, end, round.first_value, round.values_end});
    }
    return result;
}

}  // namespace tarn::engine
