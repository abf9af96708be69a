#include "sql/rewrite/conditions.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "sql/plan/steps.hpp"

namespace tarn::sql {

bool is_deterministic(const Bound& bound) {
    return !has_part(bound, [](const BoundExpression& part) {
        const auto* call = std::get_if<BoundCall>(&part.node);
        return call && !call->is_deterministic;
    });
}

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
    return with_replaced(bound, [&](const Bound& part) -> Bound {
        const auto* column = std::get_if<InputColumn>(&part->node);
        return column ? of_type(values[column->place], part->type) : nullptr;
    });
}

Bound moved(const Bound& bound, const std::vector<size_t>& places, const Plan& to) {
    return with_replaced(bound, [&](const Bound& part) -> Bound {
        const auto* column = std::get_if<InputColumn>(&part->node);
        return column ? of_type(column_of(to, places[column->place], part->span), part->type)
                      : nullptr;
    });
}

Bound conjunction(const std::vector<Bound>& conjuncts) {
    TARN_ASSERT(!conjuncts.empty());
    if (conjuncts.size() == 1) return conjuncts[0];
    bool is_nullable =
        std::ranges::any_of(conjuncts, [](const Bound& each) { return each->type.is_nullable; });
    return made(simple_type(TypeKind::Boolean).or_null(is_nullable), conjuncts[0]->span,
                Logical{true, conjuncts});
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
