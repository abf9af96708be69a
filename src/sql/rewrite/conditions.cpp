#include "sql/rewrite/conditions.hpp"

#include <algorithm>

#include "sql/plan/steps.hpp"

namespace tarn::sql {

bool is_plain(const Bound& bound) {
    return std::holds_alternative<InputColumn>(bound->node) || constant_of(bound);
}

bool may_move(const Bound& condition) {
    return is_deterministic(condition) && !can_fail(condition);
}

Bound of_type(const Bound& bound, const Type& type) {
    return bound->type == type ? bound : made(type, bound->span, bound->node);
}

Bound substituted(const Bound& bound, const std::vector<Bound>& values) {
    return with_columns(bound, [&](size_t place, const Bound& column) {
        return of_type(values[place], column->type);
    });
}

Bound moved(const Bound& bound, const std::vector<size_t>& places, const Plan& to) {
    return with_columns(bound, [&](size_t place, const Bound& column) {
        return of_type(column_of(to, places[place], column->span), column->type);
    });
}

PlanPtr filtered_by(const PlanPtr& plan, const std::vector<Bound>& conjuncts) {
    std::vector<Bound> different;
    for (const Bound& each : conjuncts) {
        bool is_known = is_deterministic(each) &&
                        std::ranges::any_of(
                            different, [&](const Bound& other) { return are_same(each, other); });
        if (!is_known) different.push_back(each);
    }
    return different.empty() ? plan : filtered(plan, conjunction(different));
}

}  // namespace tarn::sql
