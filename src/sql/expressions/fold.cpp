#include "sql/expressions/fold.hpp"

#include "sql/expressions/evaluate.hpp"
#include "sql/expressions/literals.hpp"

namespace tarn::sql {

Bound folded(const Bound& bound, const Session& session) {
    if (!is_computable(bound)) return bound;
    try {
        Column value = evaluate(bound, Batch{{}, 1}, session);
        value.is_constant = true;
        return constant(bound->type, std::move(value), bound->span);
    } catch (const RowError&) {
        return bound;
    }
}

}  // namespace tarn::sql
