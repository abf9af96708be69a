// Queries without the columns of the query around them.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::sql {

// A query of which a part is left to whoever joins it: conditions with columns of its own, as
// InputColumn, and of the rows that it is joined to, as OuterColumn. It may have more columns than
// before, behind the others.
struct Detached {
    PlanPtr plan;
    std::vector<Bound> conditions;
};

// Throws SqlError for what cannot be taken apart.
Detached detached(const PlanPtr& plan);

// The conditions, for a join with rows of `width` columns on the left.
std::vector<Bound> as_of_join(const std::vector<Bound>& conditions, size_t width);

// Whether it is of the form `own = outer`; then the two sides.
struct OuterEquality {
    Bound own;
    Bound outer;
};
std::optional<OuterEquality> outer_equality(const Bound& condition);

// What an aggregate of all rows gives for each of its columns when there are none; nothing for
// other queries.
std::optional<std::vector<Bound>> values_of_none(const Plan& plan);

// With `own` replaced by a column.
Bound with_own_side(const Bound& equality, const Bound& own);

}  // namespace tarn::sql
