// Subqueries as joins. A subquery that names columns of the query around it is computed for each
// row of that query; here it is computed for all of them at once, and what it reads of the row
// becomes a condition of the join.
#pragma once

#include "sql/expressions/binder.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::sql {

// Rows with what a subquery has said to each of them behind their columns.
struct Answered {
    PlanPtr plan;
    Bound value;
};

// (SELECT …) as a value: NULL where it has no row.
Answered with_scalar(const PlanPtr& rows, const PlanPtr& subquery, Span span,
                     const ExpressionBinder& binder);

// Whether it has a row at all, or one that `condition` holds for, which reads the columns of both.
// Only the rows of which that is true, or with `is_anti` those of which it is not.
PlanPtr where_exists(const PlanPtr& rows, const PlanPtr& subquery, const std::vector<Bound>& equal,
                     bool is_anti, Span span, const ExpressionBinder& binder);

// EXISTS as a value.
Answered with_exists(const PlanPtr& rows, const PlanPtr& subquery, Span span,
                     const ExpressionBinder& binder);

// value IN (SELECT …) as a value, NULL where it is open.
Answered with_in(const PlanPtr& rows, const Bound& value, const PlanPtr& subquery, Span span,
                 const ExpressionBinder& binder);

// JOIN LATERAL: for each row those of the query, whose columns come behind its own.
PlanPtr joined_row_by_row(const PlanPtr& rows, const PlanPtr& query, bool keeps_rows_without,
                          const Bound& condition);

}  // namespace tarn::sql
