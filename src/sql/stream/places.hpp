// Which columns expressions read, and the same expressions over other columns.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::sql {

bool reads_any_from(const Bound& bound, size_t first, size_t end = SIZE_MAX);

// With the columns computed from what they are made of.
Bound with_values_of(const Bound& bound, const std::vector<Bound>& values);

// All of the conditions; null for none.
Bound all_of(const std::vector<Bound>& conditions);

// The comparison that it is, if it is one: =, <, <=, > or >=.
struct Comparison {
    std::string sign;
    Bound left;
    Bound right;
};
std::optional<Comparison> comparison_of(const Bound& bound);
// > for <, and so on.
std::string turned_sign(const std::string& sign);

std::optional<int64_t> whole_value(const Bound& bound);

}  // namespace tarn::sql
