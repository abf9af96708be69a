#include <fmt/format.h>

#include "sql/syntax/text.hpp"

namespace tarn::sql {

std::string text_of(const TableReference& table);
std::string text_of(const GroupItem& item);

namespace {

std::string names_text(const std::vector<Identifier>& names) {
    return names.empty() ? "" : " (" + joined_texts(names) + ")";
}

// --- tables

std::string hints_text(const std::vector<Hint>& hints) {
    return hints.empty() ? "" : " /*+ " + joined_texts(hints) + " */";
}

std::string table_text(const NamedTable& table) {
    std::string text = text_of(table.name) + hints_text(table.hints);
    if (!table.at) return text;
    std::string by = table.at->by == TimeTravel::By::Version     ? "VERSION"
                     : table.at->by == TimeTravel::By::Timestamp ? "TIMESTAMP"
                                                                 : "SYSTEM_TIME";
    return fmt::format("{} FOR {} AS OF {}", text, by, text_of(table.at->point));
}

std::string table_text(const DerivedTable& table) {
    return (table.is_lateral ? "LATERAL (" : "(") + text_of(*table.query) + ")";
}

std::string table_text(const TableFunction& function) {
    return (function.is_lateral ? "LATERAL TABLE(" : "TABLE(") + text_of(function.call) + ")";
}

std::string table_text(const Unnest& unnest) {
    return "UNNEST(" + joined_texts(unnest.of) + ")" +
           (unnest.with_ordinality ? " WITH ORDINALITY" : "");
}

// A join that stands where only one table could, in brackets.
std::string operand_text(const TableReference& table, bool takes_joins) {
    const auto* join = std::get_if<Join>(&table.node);
    bool fits = !join || table.alias || (takes_joins && join->kind != Join::Kind::Comma);
    return fits ? text_of(table) : "(" + text_of(table) + ")";
}

std::string table_text(const Join& join) {
    using Kind = Join::Kind;
    if (join.kind == Kind::Comma) {
        return text_of(*join.left) + ", " + operand_text(*join.right, true);
    }
    std::string word = join.kind == Kind::Left    ? "LEFT JOIN"
                       : join.kind == Kind::Right ? "RIGHT JOIN"
                       : join.kind == Kind::Full  ? "FULL JOIN"
                       : join.kind == Kind::Cross ? "CROSS JOIN"
                                                  : "JOIN";
    std::string text = operand_text(*join.left, true) + (join.is_natural ? " NATURAL " : " ");
    text += word + " " + operand_text(*join.right, false) + clause_text("ON", join.on);
    return text + (join.using_columns.empty() ? "" : " USING" + names_text(join.using_columns));
}

std::string table_text(const RowPattern& pattern) {
    using Kind = RowPattern::Kind;
    auto parts = [&](std::string_view between) {
        std::string joined;
        for (const RowPattern& part : pattern.parts) {
            joined += (joined.empty() ? "" : std::string(between)) + table_text(part);
        }
        return joined;
    };
    switch (pattern.kind) {
        case Kind::Choice:
            return parts(" | ");
        case Kind::Permutation:
            return "PERMUTE(" + parts(", ") + ")" + pattern.quantifier;
        case Kind::Excluded:
            return "{- " + parts(" ") + " -}" + pattern.quantifier;
        case Kind::Sequence:
            return pattern.parts.size() > 1 ? parts(" ")
                                            : "(" + parts("") + ")" + pattern.quantifier;
        default:
            return text_of(Identifier{pattern.variable}) + pattern.quantifier;
    }
}

std::string table_text(const MatchRecognize& match) {
    std::string out = operand_text(*match.input, false) + " MATCH_RECOGNIZE (";
    if (!match.partition_by.empty()) out += "PARTITION BY " + joined_texts(match.partition_by);
    if (!match.order_by.empty()) out += " ORDER BY " + joined_texts(match.order_by);
    std::string between = " MEASURES ";
    for (const auto& [name, expression] : match.measures) {
        out += between + text_of(expression) + " AS " + text_of(name);
        between = ", ";
    }
    if (!match.rows_per_match.empty()) {
        bool is_one = match.rows_per_match == "ONE ROW";
        out += is_one ? " ONE ROW PER MATCH" : " ALL ROWS PER MATCH";
    }
    if (!match.after_match.empty()) {
        out += " AFTER MATCH SKIP " + match.after_match;
        if (match.skip_to) out += " " + text_of(*match.skip_to);
    }
    out += " PATTERN (" + table_text(match.pattern) + ")" + clause_text("WITHIN", match.within);
    between = " SUBSET ";
    for (const auto& [name, expression] : match.subsets) {
        out += between + text_of(name) + " = " + text_of(expression);
        between = ", ";
    }
    between = " DEFINE ";
    for (const auto& [name, expression] : match.define) {
        out += between + text_of(name) + " AS " + text_of(expression);
        between = ", ";
    }
    return out + ")";
}

}  // namespace

std::string text_of(const Hint::Option& option) {
    std::string value = option.is_text ? quoted_text(option.value) : option.value;
    return option.key.empty() ? value : quoted_text(option.key) + " = " + value;
}

std::string text_of(const Hint& hint) {
    std::string text = text_of(hint.name);
    return hint.options.empty() ? text : text + "(" + joined_texts(hint.options) + ")";
}

std::string text_of(const TableReference& table) {
    std::string text = std::visit([](const auto& node) { return table_text(node); }, table.node);
    if (!table.alias) return text;
    if (std::holds_alternative<Join>(table.node)) text = "(" + text + ")";
    return text + " AS " + text_of(*table.alias) + names_text(table.columns);
}

// --- queries

std::string text_of(const SelectItem& item) {
    std::string text = text_of(item.expression);
    return item.alias ? text + " AS " + text_of(*item.alias) : text;
}

std::string text_of(const GroupItem& item) {
    using Kind = GroupItem::Kind;
    if (item.kind == Kind::Expressions) {
        std::string text = joined_texts(item.expressions);
        return item.has_brackets ? "(" + text + ")" : text;
    }
    std::string word = item.kind == Kind::Rollup ? "ROLLUP"
                       : item.kind == Kind::Cube ? "CUBE"
                                                 : "GROUPING SETS";
    return word + "(" + joined_texts(item.items) + ")";
}

std::string text_of(const NamedWindow& window) {
    return text_of(window.name) + " AS " + text_of(window.spec);
}

std::string text_of(const CommonTable& table) {
    return text_of(table.name) + names_text(table.columns) + " AS (" + text_of(*table.query) + ")";
}

namespace {

std::string body_text(const Select& select) {
    std::string text = "SELECT" + hints_text(select.hints);
    text += select.is_distinct ? " DISTINCT " : " ";
    text += joined_texts(select.items);
    if (select.from) text += " FROM " + text_of(*select.from);
    text += clause_text("WHERE", select.where);
    if (!select.group_by.empty()) text += " GROUP BY " + joined_texts(select.group_by);
    text += clause_text("HAVING", select.having);
    if (!select.windows.empty()) text += " WINDOW " + joined_texts(select.windows);
    return text;
}

std::string body_text(const Values& values) {
    return "VALUES " + joined_texts(values.rows);
}

std::string body_text(const ExplicitTable& table) {
    return "TABLE " + text_of(table.name);
}

std::string body_text(const SetOperation& operation) {
    using Kind = SetOperation::Kind;
    std::string_view word = operation.kind == Kind::Union    ? "UNION"
                            : operation.kind == Kind::Except ? "EXCEPT"
                                                             : "INTERSECT";
    return fmt::format("{} {}{} {}", text_of(*operation.left), word, operation.is_all ? " ALL" : "",
                       text_of(*operation.right));
}

std::string body_text(const QueryPtr& inner) {
    return "(" + text_of(*inner) + ")";
}

}  // namespace

std::string text_of(const Query& query) {
    std::string text = query.with.empty() ? "" : "WITH " + joined_texts(query.with) + " ";
    text += std::visit([](const auto& body) { return body_text(body); }, query.body);
    if (!query.order_by.empty()) text += " ORDER BY " + joined_texts(query.order_by);
    return text + clause_text("LIMIT", query.limit) + clause_text("OFFSET", query.offset);
}

}  // namespace tarn::sql
