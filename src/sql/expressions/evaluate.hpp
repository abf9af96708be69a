// Bound expressions to columns of values, a batch at a time.
#pragma once

#include "sql/expressions/bound.hpp"

namespace tarn::sql {

struct Batch {
    Columns columns;
    int64_t rows;
};

// A value that could not be computed: what is wrong, in which row, and where the SQL says it.
class EvaluationError : public RowError {
public:
    EvaluationError(const RowError& error, int64_t row, Span span)
        : RowError(row, error.what()), span_(span) {}

    Span span() const { return span_; }

private:
    Span span_;
};

Column evaluate(const Bound& bound, const Batch& batch, const Session& session);

}  // namespace tarn::sql
