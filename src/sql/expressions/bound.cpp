#include "sql/expressions/bound.hpp"

#include <algorithm>

namespace tarn::sql {
namespace {

bool is_constant(const Bound& bound) {
    return constant_of(bound) != nullptr;
}

bool has_known_parts(const InputColumn&) {
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

}  // namespace

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
                    std::holds_alternative<Constant>(bound->node);
    return !is_value;
}

const Column* constant_of(const Bound& bound) {
    const auto* constant = std::get_if<Constant>(&bound->node);
    return constant ? &constant->value : nullptr;
}

}  // namespace tarn::sql
