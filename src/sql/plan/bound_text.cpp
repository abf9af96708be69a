// Expressions in the text of plans.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sql/plan/plan_text.hpp"
#include "sql/values/value_text.hpp"

namespace tarn::sql {
namespace {

std::string list_text(const std::vector<Bound>& values) {
    std::vector<std::string> texts;
    for (const Bound& value : values) texts.push_back(text_of(value));
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string node_text(const InputColumn& column, const Type&) {
    return fmt::format("${}", column.place);
}

std::string node_text(const OuterColumn& column, const Type&) {
    return fmt::format("$cor0.${}", column.place);
}

// A NULL alone would not say of which type it is, nor a number of milliseconds that it is an
// interval.
std::string node_text(const Constant& constant, const Type& type) {
    std::string text = value_text(type, *constant.value.values, 0);
    bool needs_type = constant.value.is_null(0) || is_interval(type);
    return needs_type ? text + ":" + text_of(type.or_null()) : text;
}

std::string node_text(const BoundCall& call, const Type& type) {
    bool is_field = call.name.starts_with('.');
    if (is_field) return text_of(call.arguments[0]) + call.name;
    std::string text = fmt::format("{}({})", call.name, list_text(call.arguments));
    bool is_cast = call.name == "CAST" || call.name == "TRY_CAST";
    return is_cast ? text + ":" + text_of(type) : text;
}

std::string node_text(const Logical& logical, const Type&) {
    return fmt::format("{}({})", logical.is_and ? "AND" : "OR", list_text(logical.operands));
}

std::string node_text(const Choice& choice, const Type&) {
    std::vector<Bound> parts;
    for (const Choice::Branch& branch : choice.branches) {
        parts.push_back(branch.condition);
        parts.push_back(branch.result);
    }
    parts.push_back(choice.otherwise);
    return fmt::format("CASE({})", list_text(parts));
}

std::string node_text(const FirstKnown& first, const Type&) {
    return fmt::format("COALESCE({})", list_text(first.values));
}

}  // namespace

std::string text_of(const Bound& bound) {
    return std::visit([&](const auto& node) { return node_text(node, bound->type); }, bound->node);
}

}  // namespace tarn::sql
