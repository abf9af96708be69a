// Expressions in the text of plans.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sql/plan/plan_text.hpp"
#include "sql/values/value_text.hpp"

namespace tarn::sql {
namespace {

class BoundTexts {
public:
    explicit BoundTexts(const NameOfColumn& name_of_column) : name_of_column_(name_of_column) {}

    std::string text(const Bound& bound) const {
        return std::visit([&](const auto& node) { return of_node(node, bound->type); },
                          bound->node);
    }

private:
    std::string of_list(const std::vector<Bound>& values) const {
        std::vector<std::string> texts;
        for (const Bound& value : values) texts.push_back(text(value));
        return fmt::format("{}", fmt::join(texts, ", "));
    }

    std::string of_node(const InputColumn& column, const Type&) const {
        return name_of_column_(column.place);
    }

    static std::string of_node(const OuterColumn& column, const Type&) {
        return fmt::format("$cor0.${}", column.place);
    }

    // A NULL alone would not say of which type it is, nor a number of milliseconds that it is an
    // interval.
    static std::string of_node(const Constant& constant, const Type& type) {
        std::string shown = value_text(type, *constant.value.values, 0);
        bool needs_type = constant.value.is_null(0) || is_interval(type);
        return needs_type ? shown + ":" + text_of(type.or_null()) : shown;
    }

    std::string of_node(const BoundCall& call, const Type& type) const {
        bool is_field = call.name.starts_with('.');
        if (is_field) return text(call.arguments[0]) + call.name;
        std::string shown = fmt::format("{}({})", call.name, of_list(call.arguments));
        bool is_cast = call.name == "CAST" || call.name == "TRY_CAST";
        return is_cast ? shown + ":" + text_of(type) : shown;
    }

    std::string of_node(const Logical& logical, const Type&) const {
        return fmt::format("{}({})", logical.is_and ? "AND" : "OR", of_list(logical.operands));
    }

    std::string of_node(const Choice& choice, const Type&) const {
        std::vector<Bound> parts;
        for (const Choice::Branch& branch : choice.branches) {
            parts.push_back(branch.condition);
            parts.push_back(branch.result);
        }
        parts.push_back(choice.otherwise);
        return fmt::format("CASE({})", of_list(parts));
    }

    std::string of_node(const FirstKnown& first, const Type&) const {
        return fmt::format("COALESCE({})", of_list(first.values));
    }

    const NameOfColumn& name_of_column_;
};

}  // namespace

std::string text_of(const Bound& bound) {
    return text_of(bound, [](size_t place) { return fmt::format("${}", place); });
}

std::string text_of(const Bound& bound, const NameOfColumn& name_of_column) {
    return BoundTexts(name_of_column).text(bound);
}

}  // namespace tarn::sql
