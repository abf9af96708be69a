// AND, OR, NOT and the questions whether something is TRUE or NULL, in the logic of three values.
#pragma once

#include "sql/functions/function.hpp"
#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// AND or OR of two, which may be NULL.
Column conjunction(const Column& left, const Column& right, int64_t rows);
Column disjunction(const Column& left, const Column& right, int64_t rows);

// NOT, IS NULL, IS TRUE, IS FALSE, IS UNKNOWN and their opposites.
std::optional<Signature> truth(Operator op, bool is_negated, Arguments arguments);

}  // namespace tarn::sql
