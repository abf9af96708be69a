// DEFINE: whether a row may be one of a variable's. What looks at nothing but the row itself is
// computed for all rows that are due at once; the rest for each open match that asks, for all keys
// together.
#pragma once

#include "engine/patterns/match_values.hpp"
#include "sql/expressions/row_lists.hpp"

namespace tarn::engine {

class Conditions {
public:
    Conditions(const sql::MatchPattern& pattern, const std::vector<sql::Type>& types);

    size_t size() const { return conditions_.size(); }

    // Of rows that are due, those that need no match to be answered.
    void look_at(const sql::Batch& rows, const sql::Session& session);
    // The answer for such a row; nothing where it depends on the match.
    std::optional<bool> answer(size_t variable, size_t row) const;
    std::vector<uint8_t> answers(size_t variable, std::span<const MatchSoFar> matches,
                                 const sql::Session& session) const;

private:
    struct Condition {
        sql::Bound of_row;    // over the row alone; null for none
        sql::Bound of_match;  // over its values; null for none
        MatchValues values;
        std::vector<uint8_t> rows = {};  // where it is of the row alone
    };

    std::vector<Condition> conditions_;  // by variable; one without either holds for all rows
};

}  // namespace tarn::engine
