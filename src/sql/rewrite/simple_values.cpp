#include <algorithm>

#include "sql/expressions/fold.hpp"
#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"
#include "sql/rewrite/conditions.hpp"
#include "sql/rewrite/passes.hpp"

namespace tarn::sql {
namespace {

bool is_known_false(const Bound& condition) {
    const Column* value = constant_of(condition);
    return value && !value->is_null(0) && !is_always_true(condition);
}

bool is_known_null(const Bound& value) {
    const Column* known = constant_of(value);
    return known && known->is_null(0);
}

// Parts first, so that a step up finds those that are constant by now.
class Simplification {
public:
    explicit Simplification(const Session& session) : session_(session) {}

    Bound of(const Bound& bound) const {
        Bound simple =
            std::visit([&](const auto& node) { return of_node(node, bound); }, bound->node);
        // Who reads the value has been told its type.
        return of_type(folded(simple, session_), bound->type);
    }

private:
    static Bound of_node(const InputColumn&, const Bound& bound) { return bound; }
    static Bound of_node(const OuterColumn&, const Bound& bound) { return bound; }
    static Bound of_node(const Constant&, const Bound& bound) { return bound; }

    Bound of_node(const BoundCall& call, const Bound& bound) const {
        std::vector<Bound> arguments = all_of(call.arguments);
        if (const auto* inner = negation(call) ? negation_of(arguments[0]) : nullptr) return *inner;
        if (arguments == call.arguments) return bound;
        BoundCall same = call;
        same.arguments = std::move(arguments);
        return made(bound->type, bound->span, std::move(same));
    }

    static bool negation(const BoundCall& call) { return call.name == "NOT"; }

    // Of what a NOT negates.
    static const Bound* negation_of(const Bound& bound) {
        const auto* call = std::get_if<BoundCall>(&bound->node);
        return call && negation(*call) ? &call->arguments[0] : nullptr;
    }

    // Operands that cannot decide it go, and what stands behind one that does is never asked.
    Bound of_node(const Logical& logical, const Bound& bound) const {
        auto decides = logical.is_and ? is_known_false : is_always_true;
        auto is_idle = logical.is_and ? is_always_true : is_known_false;
        std::vector<Bound> operands;
        for (const Bound& operand : flat(all_of(logical.operands), logical.is_and)) {
            if (is_idle(operand)) continue;
            // One that fails before it comes to that still fails.
            bool is_decided = decides(operand) && std::ranges::none_of(operands, can_fail);
            if (is_decided) return operand;
            operands.push_back(operand);
            if (decides(operand)) break;
        }
        if (operands.empty()) return all_of(logical.operands).back();
        if (operands.size() == 1) return operands[0];
        if (operands == logical.operands) return bound;
        return made(bound->type, bound->span, Logical{logical.is_and, std::move(operands)});
    }

    static std::vector<Bound> flat(const std::vector<Bound>& operands, bool is_and) {
        std::vector<Bound> all;
        for (const Bound& operand : operands) {
            const auto* inner = std::get_if<Logical>(&operand->node);
            bool is_same = inner && inner->is_and == is_and;
            if (!is_same) all.push_back(operand);
            if (is_same) all.insert(all.end(), inner->operands.begin(), inner->operands.end());
        }
        return all;
    }

    // A branch that is never taken goes; one that always is stands for all behind it.
    Bound of_node(const Choice& choice, const Bound& bound) const {
        std::vector<Choice::Branch> branches;
        Bound otherwise;
        bool is_same = true;
        for (const Choice::Branch& branch : choice.branches) {
            Choice::Branch simple{of(branch.condition), of(branch.result)};
            bool is_taken = is_always_true(simple.condition);
            bool is_idle = constant_of(simple.condition) && !is_taken;
            is_same = is_same && !is_taken && !is_idle && simple.condition == branch.condition &&
                      simple.result == branch.result;
            if (is_taken) otherwise = simple.result;
            if (is_taken) break;
            if (!is_idle) branches.push_back(std::move(simple));
        }
        if (!otherwise) otherwise = of(choice.otherwise);
        if (branches.empty()) return otherwise;
        if (is_same && otherwise == choice.otherwise) return bound;
        return made(bound->type, bound->span,
                    Choice{std::move(branches), of_type(otherwise, bound->type)});
    }

    // What stands behind a value that is known is never asked for.
    Bound of_node(const FirstKnown& first, const Bound& bound) const {
        std::vector<Bound> values;
        for (const Bound& value : all_of(first.values)) {
            if (is_known_null(value)) continue;
            values.push_back(value);
            if (constant_of(value) || !value->type.is_nullable) break;
        }
        if (values.empty()) return null_of(bound->type, bound->span);
        if (values.size() == 1) return values[0];
        if (values == first.values) return bound;
        return made(bound->type, bound->span, FirstKnown{std::move(values)});
    }

    std::vector<Bound> all_of(const std::vector<Bound>& bounds) const {
        std::vector<Bound> all;
        for (const Bound& each : bounds) all.push_back(of(each));
        return all;
    }

    const Session& session_;
};

}  // namespace

Bound simplified(const Bound& bound, const Session& session) {
    return Simplification(session).of(bound);
}

PlanPtr with_simple_values(const PlanPtr& plan, const Session& session) {
    std::vector<PlanPtr> inputs = inputs_of(*plan);
    for (PlanPtr& input : inputs) input = with_simple_values(input, session);
    return with_expressions(with_inputs(plan, inputs),
                            [&](const Bound& bound) { return simplified(bound, session); });
}

}  // namespace tarn::sql
