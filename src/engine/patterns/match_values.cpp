#include "engine/patterns/match_values.hpp"

#include <algorithm>

#include "sql/values/packed_rows.hpp"
#include "sql/values/writers.hpp"

namespace tarn::engine {
namespace {

bool is_of(std::optional<size_t> wanted, size_t variable) {
    return !wanted || *wanted == variable;
}

// The rows of the variable, or all, from the last to the first; stops where `visit` says so.
template <typename Visit>
void visit_rows(const MatchSoFar& match, std::optional<size_t> variable, Visit visit) {
    if (match.row && is_of(variable, match.variable) && !visit(*match.row)) return;
    for (const PathEnd* end = match.path; end != nullptr; end = end->before.get()) {
        if (is_of(variable, end->variable) && !visit(std::string_view(end->row->bytes()))) return;
    }
}

int64_t count_of_rows(const MatchSoFar& match, std::optional<size_t> variable) {
    int64_t count = 0;
    visit_rows(match, variable, [&](std::string_view) { return ++count > 0; });
    return count;
}

std::optional<std::string_view> row_of(const MatchSoFar& match, const sql::MatchedRow& wanted) {
    int64_t steps = wanted.offset;
    if (wanted.is_from_first) steps = count_of_rows(match, wanted.variable) - 1 - steps;
    std::optional<std::string_view> found;
    if (steps < 0) return found;
    visit_rows(match, wanted.variable, [&](std::string_view row) {
        if (steps-- > 0) return true;
        found = row;
        return false;
    });
    return found;
}

sql::Column times_of(std::span<const MatchSoFar> matches, sql::TypeKind kind) {
    auto rows = static_cast<int64_t>(matches.size());
    sql::Writer<sql::Instant> times(sql::type_with(kind, 3), rows);
    for (const MatchSoFar& match : matches) times.append(sql::Instant{{match.time, 0}});
    return times.finish();
}

}  // namespace

sql::Batch MatchValues::of(std::span<const MatchSoFar> matches, const sql::Session& session) const {
    sql::Batch batch{{}, static_cast<int64_t>(matches.size())};
    for (const sql::MatchedRow& row : reads_.rows) add_row(row, matches, batch.columns);
    for (const sql::MatchedAggregate& call : reads_.aggregates) {
        batch.columns.push_back(aggregated(call, matches, session));
    }
    batch.columns.push_back(times_of(matches, sql::TypeKind::Timestamp));
    batch.columns.push_back(times_of(matches, sql::TypeKind::TimestampLtz));
    return batch;
}

void MatchValues::add_row(const sql::MatchedRow& row, std::span<const MatchSoFar> matches,
                          sql::Columns& columns) const {
    std::string nulls = sql::packed_nulls(types_.size());
    std::vector<std::string_view> rows;
    for (const MatchSoFar& match : matches) {
        rows.push_back(row_of(match, row).value_or(std::string_view(nulls)));
    }
    sql::Columns more = sql::unpacked(rows, types_);
    columns.insert(columns.end(), more.begin(), more.end());
}

// Each match is a group.
sql::Column MatchValues::aggregated(const sql::MatchedAggregate& call,
                                    std::span<const MatchSoFar> matches,
                                    const sql::Session& session) const {
    std::vector<std::string_view> rows;
    std::vector<uint32_t> groups;
    for (size_t i = 0; i < matches.size(); ++i) {
        auto begin = static_cast<std::ptrdiff_t>(rows.size());
        visit_rows(matches[i], call.variable, [&](std::string_view row) {
            rows.push_back(row);
            return true;
        });
        std::reverse(rows.begin() + begin, rows.end());
        groups.resize(rows.size(), static_cast<uint32_t>(i));
    }
    sql::AccumulatorPtr values = call.signature.accumulator(sql::AggregateInput::Inserts);
    if (!rows.empty()) {
        sql::Batch input{sql::unpacked(rows, types_), static_cast<int64_t>(rows.size())};
        sql::Columns arguments;
        for (const sql::Bound& each : call.arguments) {
            arguments.push_back(sql::evaluate(each, input, session));
        }
        values->add(groups, arguments);
    }
    return values->values(sql::all_groups(matches.size()));
}

}  // namespace tarn::engine
