#include "engine/patterns/conditions.hpp"

#include <algorithm>

#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

// NULL is no.
std::vector<uint8_t> truths(const sql::Column& condition, int64_t rows) {
    sql::Reader<bool> known(condition);
    std::vector<uint8_t> result;
    for (int64_t row = 0; row < rows; ++row) result.push_back(!known.is_null(row) && known[row]);
    return result;
}

bool is_current(const sql::MatchedRow& row, size_t variable) {
    return !row.is_from_first && row.offset == 0 && (!row.variable || row.variable == variable);
}

// Null where it looks at more than the row. What may fail is left to the matches that ask for it.
sql::Bound of_row_alone(const sql::PatternVariable& variable, size_t place, size_t width) {
    const sql::MatchReads& reads = variable.reads;
    size_t of_rows = reads.rows.size() * width;
    bool is_alone =
        std::ranges::all_of(reads.rows, [&](const auto& row) { return is_current(row, place); }) &&
        std::ranges::all_of(sql::places_read(variable.condition),
                            [&](size_t read) { return read < of_rows; });
    if (!is_alone || sql::can_fail(variable.condition)) return nullptr;
    return sql::with_columns(variable.condition, [&](size_t read, const sql::Bound& column) {
        return sql::made(column->type, column->span, sql::InputColumn{read % width});
    });
}

}  // namespace

Conditions::Conditions(const sql::MatchPattern& pattern, const std::vector<sql::Type>& types) {
    for (size_t i = 0; i < pattern.variables.size(); ++i) {
        const sql::PatternVariable& each = pattern.variables[i];
        Condition condition{nullptr, nullptr, MatchValues(each.reads, types)};
        if (each.condition) condition.of_row = of_row_alone(each, i, pattern.width);
        if (!condition.of_row) condition.of_match = each.condition;
        conditions_.push_back(std::move(condition));
    }
}

void Conditions::look_at(const sql::Batch& rows, const sql::Session& session) {
    for (Condition& each : conditions_) {
        if (each.of_row) each.rows = truths(sql::evaluate(each.of_row, rows, session), rows.rows);
    }
}

std::optional<bool> Conditions::answer(size_t variable, size_t row) const {
    const Condition& condition = conditions_[variable];
    if (condition.of_match) return std::nullopt;
    return !condition.of_row || condition.rows[row] != 0;
}

std::vector<uint8_t> Conditions::answers(size_t variable, std::span<const MatchSoFar> matches,
                                         const sql::Session& session) const {
    const Condition& condition = conditions_[variable];
    sql::Batch values = condition.values.of(matches, session);
    return truths(sql::evaluate(condition.of_match, values, session), values.rows);
}

}  // namespace tarn::engine
