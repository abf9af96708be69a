// What expressions of DEFINE and MEASURES read of matches: many of them at once, a row of a batch
// for each.
#pragma once

#include <span>

#include "engine/patterns/path.hpp"
#include "sql/expressions/evaluate.hpp"
#include "sql/plan/match.hpp"

namespace tarn::engine {

// A match as far as it has come, and in DEFINE the row that might go on with it.
struct MatchSoFar {
    const PathEnd* path;  // null for no row
    int64_t time;         // that MATCH_ROWTIME gives
    std::optional<std::string_view> row = {};
    size_t variable = 0;  // whose row it might be
};

class MatchValues {
public:
    // `types` are those of the columns of a row.
    MatchValues(sql::MatchReads reads, std::vector<sql::Type> types)
        : reads_(std::move(reads)), types_(std::move(types)) {}

    sql::Batch of(std::span<const MatchSoFar> matches, const sql::Session& session) const;

private:
    void add_row(const sql::MatchedRow& row, std::span<const MatchSoFar> matches,
                 sql::Columns& columns) const;
    sql::Column aggregated(const sql::MatchedAggregate& call, std::span<const MatchSoFar> matches,
                           const sql::Session& session) const;

    sql::MatchReads reads_;
    std::vector<sql::Type> types_;
};

}  // namespace tarn::engine
