#include "sql/expressions/bound.hpp"

#include <arrow/compare.h>

#include <algorithm>

namespace tarn::sql {
namespace {

bool is_constant(const Bound& bound) {
    return constant_of(bound) != nullptr;
}

bool has_known_parts(const InputColumn&) {
    return false;
}
bool has_known_parts(const OuterColumn&) {
    return false;
}
bool has_known_parts(const Constant&) {
    return false;  // it is what it is already
}
bool has_known_parts(const BoundCall& call) {
    return call.is_deterministic && std::ranges::all_of(call.arguments, is_constant);
}
bool has_known_parts(const Logical& logical) {
    return std::ranges::all_of(logical.operands, is_constant);
}
bool has_known_parts(const Choice& choice) {
    return is_constant(choice.otherwise) &&
           std::ranges::all_of(choice.branches, [](const Choice::Branch& branch) {
               return is_constant(branch.condition) && is_constant(branch.result);
           });
}
bool has_known_parts(const FirstKnown& first) {
    return std::ranges::all_of(first.values, is_constant);
}

// What it is computed from, in an order that is the same for all of its kind.
std::vector<Bound> parts_of(const InputColumn&) {
    return {};
}
std::vector<Bound> parts_of(const OuterColumn&) {
    return {};
}
std::vector<Bound> parts_of(const Constant&) {
    return {};
}
std::vector<Bound> parts_of(const BoundCall& call) {
    return call.arguments;
}
std::vector<Bound> parts_of(const Logical& logical) {
    return logical.operands;
}
std::vector<Bound> parts_of(const Choice& choice) {
    std::vector<Bound> parts{choice.otherwise};
    for (const Choice::Branch& branch : choice.branches) {
        parts.push_back(branch.condition);
        parts.push_back(branch.result);
    }
    return parts;
}
std::vector<Bound> parts_of(const FirstKnown& first) {
    return first.values;
}
std::vector<Bound> parts_of(const Bound& bound) {
    return std::visit([](const auto& node) { return parts_of(node); }, bound->node);
}

// Nodes of one kind that differ in nothing but their parts.
bool are_alike(const InputColumn& left, const InputColumn& right) {
    return left.place == right.place;
}
bool are_alike(const OuterColumn& left, const OuterColumn& right) {
    return left.place == right.place;
}
bool are_alike(const Constant& left, const Constant& right) {
    return left.value.values->Equals(right.value.values, arrow::EqualOptions().nans_equal(true));
}
bool are_alike(const BoundCall& left, const BoundCall& right) {
    return left.name == right.name;
}
bool are_alike(const Logical& left, const Logical& right) {
    return left.is_and == right.is_and;
}
bool are_alike(const Choice&, const Choice&) {
    return true;
}
bool are_alike(const FirstKnown&, const FirstKnown&) {
    return true;
}

// The same node of other parts.
InputColumn with_parts(const InputColumn& input, const std::vector<Bound>&) {
    return input;
}
OuterColumn with_parts(const OuterColumn& outer, const std::vector<Bound>&) {
    return outer;
}
Constant with_parts(const Constant& constant, const std::vector<Bound>&) {
    return constant;
}
BoundCall with_parts(BoundCall call, const std::vector<Bound>& parts) {
    call.arguments = parts;
    return call;
}
Logical with_parts(Logical logical, const std::vector<Bound>& parts) {
    logical.operands = parts;
    return logical;
}
Choice with_parts(Choice choice, const std::vector<Bound>& parts) {
    choice.otherwise = parts[0];
    for (size_t i = 0; i < choice.branches.size(); ++i) {
        choice.branches[i] = {parts[2 * i + 1], parts[2 * i + 2]};
    }
    return choice;
}
FirstKnown with_parts(const FirstKnown&, const std::vector<Bound>& parts) {
    return {parts};
}

}  // namespace

bool are_same(const Bound& left, const Bound& right) {
    if (left == right) return true;
    if (left->type != right->type || left->node.index() != right->node.index()) return false;
    bool alike = std::visit(
        [&](const auto& node) {
            return are_alike(node, std::get<std::decay_t<decltype(node)>>(right->node));
        },
        left->node);
    return alike && std::ranges::equal(parts_of(left), parts_of(right), are_same);
}

Bound with_replaced(const Bound& bound, const Replacement& replacement) {
    if (Bound other = replacement(bound)) return other;
    std::vector<Bound> parts = parts_of(bound);
    if (parts.empty()) return bound;
    for (Bound& part : parts) part = with_replaced(part, replacement);
    return std::visit(
        [&](const auto& node) { return made(bound->type, bound->span, with_parts(node, parts)); },
        bound->node);
}

bool has_part(const Bound& bound, const std::function<bool(const BoundExpression&)>& is_so) {
    return is_so(*bound) || std::ranges::any_of(parts_of(bound), [&](const Bound& part) {
               return has_part(part, is_so);
           });
}

Bound with_columns(const Bound& bound, const ValueOfColumn& value) {
    return with_replaced(bound, [&](const Bound& part) -> Bound {
        auto place = column_place(part);
        return place ? value(*place, part) : nullptr;
    });
}

Bound at_places(const Bound& bound, const std::vector<size_t>& places) {
    return with_columns(bound, [&](size_t place, const Bound& column) {
        return made(column->type, column->span, InputColumn{places[place]});
    });
}

std::optional<size_t> column_place(const Bound& bound) {
    const auto* column = std::get_if<InputColumn>(&bound->node);
    return column ? std::optional(column->place) : std::nullopt;
}

bool is_deterministic(const Bound& bound) {
    return !has_part(bound, [](const BoundExpression& part) {
        const auto* call = std::get_if<BoundCall>(&part.node);
        return call && !call->is_deterministic;
    });
}

std::vector<size_t> places_read(const Bound& bound) {
    std::vector<size_t> places;
    has_part(bound, [&](const BoundExpression& part) {
        if (const auto* column = std::get_if<InputColumn>(&part.node)) {
            places.push_back(column->place);
        }
        return false;
    });
    return places;
}

Bound made(Type type, Span span, decltype(BoundExpression::node) node) {
    return std::make_shared<BoundExpression>(
        BoundExpression{std::move(type), span, std::move(node)});
}

std::vector<Argument> known_of(const std::vector<Bound>& values) {
    std::vector<Argument> arguments;
    for (const Bound& value : values) arguments.push_back({value->type, constant_of(value)});
    return arguments;
}

std::string types_text(const std::vector<Bound>& values) {
    std::string text;
    for (const Bound& value : values) {
        text += (text.empty() ? "" : ", ") + text_of(value->type.or_null());
    }
    return text;
}

bool is_null_type(const Bound& value) {
    return value->type.kind == TypeKind::Null;
}

bool is_computable(const Bound& bound) {
    return std::visit([](const auto& node) { return has_known_parts(node); }, bound->node);
}

bool can_fail(const Bound& bound) {
    if (const auto* call = std::get_if<BoundCall>(&bound->node)) {
        return call->can_fail || std::ranges::any_of(call->arguments, can_fail);
    }
    if (const auto* logical = std::get_if<Logical>(&bound->node)) {
        return std::ranges::any_of(logical->operands, can_fail);
    }
    bool is_value = std::holds_alternative<InputColumn>(bound->node) ||
                    std::holds_alternative<OuterColumn>(bound->node) ||
                    std::holds_alternative<Constant>(bound->node);
    return !is_value;
}

const Column* constant_of(const Bound& bound) {
    const auto* constant = std::get_if<Constant>(&bound->node);
    return constant ? &constant->value : nullptr;
}

}  // namespace tarn::sql
