#include "sql/plan/plan_check.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "sql/plan/steps.hpp"
#include "sql/plan/walk.hpp"

namespace tarn::sql {
namespace {

using Types = std::vector<Type>;

Types types_of(const Plan& plan) {
    Types types;
    for (const PlanColumn& column : plan.columns) types.push_back(column.type);
    return types;
}

Types together(Types left, const Types& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

// A place that takes NULL takes a value that is never NULL, not the other way round.
bool fits(const Type& value, const Type& place) {
    return value.or_null() == place.or_null() && (place.is_nullable || !value.is_nullable);
}

void check_fit(const Types& values, const Types& places) {
    TARN_ASSERT(std::ranges::equal(values, places, fits));
}

void check_places(const std::vector<size_t>& places, const Plan& input) {
    for (size_t place : places) TARN_ASSERT(place < input.columns.size());
}

void check_value(const Bound& value, const Types& input) {
    has_part(value, [&](const BoundExpression& part) {
        TARN_ASSERT(!std::holds_alternative<OuterColumn>(part.node));
        if (const auto* column = std::get_if<InputColumn>(&part.node)) {
            TARN_ASSERT(column->place < input.size());
            // A CASE around it may know that it is not NULL there.
            TARN_ASSERT(input[column->place].or_null() == part.type.or_null());
        }
        return false;
    });
}

// --- steps: the types of their columns, as far as they follow from what is below

void check_step(const Scan& scan, const Plan& plan) {
    if (scan.columns) TARN_ASSERT(scan.columns->size() == plan.columns.size());
    for (const Bound& filter : scan.filters) check_value(filter, types_of(plan));
    for (const auto& [place, fields] : scan.fields) {
        TARN_ASSERT(plan.columns.at(place).type.kind == TypeKind::Row);
    }
    Types stored;
    for (const TableColumn& column : scan.table->table.columns) {
        if (is_stored(column)) stored.push_back(column.type);
    }
    if (stored.empty()) return;  // a table of a test, which is not declared
    Types read;
    for (size_t i = 0; i < plan.columns.size(); ++i) {
        read.push_back(stored.at(scan.columns ? (*scan.columns)[i] : i));
    }
    check_fit(read, types_of(plan));
}

void check_step(const AssignWatermark& step, const Plan& plan) {
    TARN_ASSERT(step.column < plan.columns.size());
    TARN_ASSERT(types_of(*step.input) == types_of(plan));
}

void check_step(const ConstantRows& step, const Plan& plan) {
    for (const auto& row : step.rows) {
        Types types;
        for (const Bound& value : row) types.push_back(value->type);
        check_fit(types, types_of(plan));
    }
}

void check_step(const Project& step, const Plan& plan) {
    Types types;
    for (const Bound& value : step.values) types.push_back(value->type);
    TARN_ASSERT(types == types_of(plan));
}

void check_step(const Filter& step, const Plan& plan) {
    TARN_ASSERT(step.condition->type.kind == TypeKind::Boolean);
    TARN_ASSERT(types_of(*step.input) == types_of(plan));
}

void check_step(const JoinRows& step, const Plan& plan) {
    PlanPtr same = joined(step.kind, step.left, step.right, step.condition);
    // Who reads the columns was told of an outer join, where it is one no more.
    check_fit(types_of(*same), types_of(plan));
}

void check_step(const JoinVersion& step, const Plan& plan) {
    check_places({step.time}, *step.left);
    PlanPtr same = joined(step.kind, step.left, step.right, step.condition);
    TARN_ASSERT(types_of(*same) == types_of(plan));
}

void check_step(const Unnested& step, const Plan& plan) {
    Types types = types_of(plan);
    TARN_ASSERT(types.size() > step.input->columns.size());
    types.resize(step.input->columns.size());
    TARN_ASSERT(types == types_of(*step.input));
}

void check_step(const AggregateRows& step, const Plan& plan) {
    check_places(step.keys, *step.input);
    for (const AggregateCall& call : step.calls) {
        check_places(call.arguments, *step.input);
        if (call.filter) check_places({*call.filter}, *step.input);
        TARN_ASSERT(call.arguments.size() == call.signature.arguments.size());
    }
    PlanPtr same = aggregated(step.input, step.keys, step.calls, plan.span);
    TARN_ASSERT(types_of(*same) == types_of(plan));
}

void check_step(const Expand& step, const Plan& plan) {
    Type id = simple_type(TypeKind::BigInt).not_null();
    check_fit(together(types_of(*step.input), {id}), types_of(plan));
    for (const Expand::Set& set : step.sets) {
        for (size_t i = 0; i < set.has_key.size(); ++i) {
            TARN_ASSERT(set.has_key[i] || plan.columns.at(i).type.is_nullable);
        }
    }
}

void check_step(const AssignWindows& step, const Plan& plan) {
    check_places({step.window.time}, *step.input);
    check_places(step.window.session_keys, *step.input);
    Types types = types_of(plan);
    TARN_ASSERT(types.size() == step.input->columns.size() + 3);
    types.resize(step.input->columns.size());
    TARN_ASSERT(types == types_of(*step.input));
}

void check_step(const OverRows& step, const Plan& plan) {
    check_places(step.partition, *step.input);
    for (const SortKey& key : step.order) check_places({key.column}, *step.input);
    Types results;
    for (const OverCall& call : step.calls) {
        check_places(call.arguments, *step.input);
        results.push_back(call.type);
    }
    TARN_ASSERT(together(types_of(*step.input), results) == types_of(plan));
}

// Of what stands in one row for expressions over a match.
Types types_of(const MatchReads& reads, const Types& input) {
    Types types;
    for (size_t i = 0; i < reads.rows.size(); ++i) types = together(std::move(types), input);
    for (const MatchedAggregate& call : reads.aggregates) {
        for (const Bound& argument : call.arguments) check_value(argument, input);
        types.push_back(call.type);
    }
    return types;
}

void check_value_of_match(const Bound& value, const MatchReads& reads, const Types& input) {
    Types types = types_of(reads, input);
    size_t time = types.size();
    has_part(value, [&](const BoundExpression& part) {
        const auto* column = std::get_if<InputColumn>(&part.node);
        if (!column || column->place == time || column->place == time + 1) return false;
        TARN_ASSERT(column->place < time);
        TARN_ASSERT(types[column->place].or_null() == part.type.or_null());
        return false;
    });
}

void check_step(const MatchRows& step, const Plan& plan) {
    check_places(step.partition, *step.input);
    for (const SortKey& key : step.order) check_places({key.column}, *step.input);
    const MatchPattern& pattern = step.pattern;
    TARN_ASSERT(pattern.width == step.input->columns.size());
    TARN_ASSERT(!pattern.variables.empty());
    Types input = types_of(*step.input);
    for (const PatternVariable& each : pattern.variables) {
        if (each.condition) check_value_of_match(each.condition, each.reads, input);
    }
    Types results;
    for (size_t place : step.partition) results.push_back(input[place]);
    for (const Bound& measure : pattern.measures) {
        check_value_of_match(measure, pattern.reads, input);
        results.push_back(measure->type);
    }
    TARN_ASSERT(results == types_of(plan));
}

void check_step(const CombineRows& step, const Plan& plan) {
    TARN_ASSERT(step.inputs.size() >= 2);
    for (const PlanPtr& input : step.inputs) check_fit(types_of(*input), types_of(plan));
}

void check_step(const SortRows& step, const Plan& plan) {
    for (const SortKey& key : step.keys) check_places({key.column}, *step.input);
    TARN_ASSERT(types_of(*step.input) == types_of(plan));
}

void check_step(const WriteRows& step, const Plan& plan) {
    TARN_ASSERT(types_of(*step.input) == types_of(plan));
}

}  // namespace

void check(const Plan& plan) {
    Types input;
    for (const PlanPtr& each : inputs_of(plan)) {
        check(*each);
        input = together(std::move(input), types_of(*each));
    }
    // Those of a watermark and the like read the one input, those of joins both.
    for (const Bound& each : expressions_of(plan)) check_value(each, input);
    std::visit([&](const auto& step) { check_step(step, plan); }, plan.node);
}

}  // namespace tarn::sql
