#include <fmt/format.h>

#include "base/assert.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/syntax/operators.hpp"
#include "sql/syntax/reserved_words.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

// A quote in the text is doubled.
std::string in_quotes(std::string_view text, char quote) {
    std::string quoted(1, quote);
    for (char c : text) {
        quoted += c;
        if (c == quote) quoted += c;
    }
    return quoted + quote;
}

bool is_symbol(const Expression& expression) {
    const auto* literal = std::get_if<Literal>(&expression.node);
    return literal && literal->kind == Literal::Kind::Symbol;
}

// --- literals

std::string node_text(const Literal& literal) {
    using Kind = Literal::Kind;
    switch (literal.kind) {
        case Kind::Null:
            return "NULL";
        case Kind::Text:
            return quoted_text(literal.text);
        case Kind::Bytes:
            return "X" + quoted_text(literal.text);
        case Kind::Date:
            return "DATE " + quoted_text(literal.text);
        case Kind::Time:
            return "TIME " + quoted_text(literal.text);
        case Kind::Timestamp:
            return "TIMESTAMP " + quoted_text(literal.text);
        default:
            return literal.text;
    }
}

std::string node_text(const IntervalUnits& units) {
    std::string text = units.from;
    bool has_both = units.precision && units.fraction && units.to.empty();
    if (has_both) return fmt::format("{}({}, {})", text, *units.precision, *units.fraction);
    if (units.precision) text += fmt::format("({})", *units.precision);
    if (!units.to.empty()) text += " TO " + units.to;
    if (units.fraction) text += fmt::format("({})", *units.fraction);
    return text;
}

std::string node_text(const IntervalLiteral& interval) {
    return fmt::format("INTERVAL {}{} {}", interval.is_negative ? "-" : "",
                       quoted_text(interval.text), node_text(interval.units));
}

std::string node_text(const ColumnName& column) {
    return text_of(column.parts);
}

std::string node_text(const Star& star) {
    return star.of.empty() ? "*" : text_of(star.of) + ".*";
}

// --- operators

std::string test_text(const Operation& operation) {
    std::string text = text_of(operation.operands.front(), TestLevel) + " IS ";
    if (operation.is_negated) text += "NOT ";
    if (operation.op == Operator::IsDistinctFrom) {
        return text + "DISTINCT FROM " + text_of(operation.operands.at(1), RangeLevel);
    }
    for (const TestOperator& test : test_operators()) {
        if (test.op == operation.op) text += test.words;
    }
    return text;
}

std::string range_text(const Operation& operation) {
    const auto& operands = operation.operands;
    std::string text = text_of(operands.front(), RangeLevel) + (operation.is_negated ? " NOT" : "");
    auto operand = [&](size_t i) { return text_of(operands.at(i), RangeLevel + 1); };
    switch (operation.op) {
        case Operator::Between:
            return text + fmt::format(" BETWEEN {} AND {}", operand(1), operand(2));
        case Operator::BetweenSymmetric:
            return text + fmt::format(" BETWEEN SYMMETRIC {} AND {}", operand(1), operand(2));
        case Operator::In: {
            bool is_query = std::holds_alternative<Subquery>(operands.at(1).node);
            if (is_query && operands.size() == 2) return text + " IN " + text_of(operands.at(1));
            return text + " IN (" + joined_texts(std::span(operands).subspan(1)) + ")";
        }
        default: {
            text += operation.op == Operator::Like ? " LIKE " : " SIMILAR TO ";
            text += operand(1);
            return operands.size() > 2 ? text + " ESCAPE " + operand(2) : text;
        }
    }
}

// What [i] or .field may follow without brackets.
std::string accessed_text(const Expression& value, bool by_field) {
    bool is_column = std::holds_alternative<ColumnName>(value.node);
    const auto* operation = std::get_if<Operation>(&value.node);
    bool is_access =
        operation && (operation->op == Operator::Element || operation->op == Operator::Field);
    bool is_plain =
        is_access || (is_column && !by_field) || std::holds_alternative<FunctionCall>(value.node);
    return is_plain ? text_of(value) : "(" + text_of(value) + ")";
}

std::string node_text(const Operation& operation) {
    const auto& operands = operation.operands;
    if (const InfixOperator* infix = find_infix(operation.op)) {
        // Several of the same stand to the right of the first.
        std::string text = text_of(operands.front(), infix->level);
        for (const Expression& operand : std::span(operands).subspan(1)) {
            text += fmt::format(" {} {}", infix->sign, text_of(operand, infix->level + 1));
        }
        return text;
    }
    switch (operation.op) {
        case Operator::Not:
            return "NOT " + text_of(operands.front(), NotLevel);
        // Two signs in a row would begin a comment.
        case Operator::Negative:
            return "-" + text_of(operands.front(), SignLevel + 1);
        case Operator::Positive:
            return "+" + text_of(operands.front(), SignLevel + 1);
        case Operator::Exists:
            return "EXISTS " + text_of(operands.front());
        case Operator::Unique:
            return "UNIQUE " + text_of(operands.front());
        case Operator::Element:
            return accessed_text(operands.front(), false) + "[" + text_of(operands.at(1)) + "]";
        case Operator::Field:
            return accessed_text(operands.front(), true) + "." + text_of(operands.at(1));
        default:
            return is_range(operation.op) ? range_text(operation) : test_text(operation);
    }
}

std::string node_text(const AnyOrAll& choice) {
    std::string word = choice.is_all ? "ALL " : "ANY ";
    bool is_query = choice.of.size() == 1 && std::holds_alternative<Subquery>(choice.of[0].node);
    return word + (is_query ? text_of(choice.of[0]) : "(" + joined_texts(choice.of) + ")");
}

std::string node_text(const Subquery& subquery) {
    return "(" + text_of(*subquery.query) + ")";
}

std::string node_text(const Constructor& constructor) {
    using Kind = Constructor::Kind;
    std::string items = joined_texts(constructor.items);
    if (constructor.kind == Kind::Tuple) return "(" + items + ")";
    if (constructor.kind == Kind::Row) return "ROW(" + items + ")";
    std::string word = constructor.kind == Kind::Array ? "ARRAY"
                       : constructor.kind == Kind::Map ? "MAP"
                                                       : "MULTISET";
    if (constructor.query) return word + "(" + text_of(*constructor.query) + ")";
    return word + "[" + items + "]";
}

std::string node_text(const Case& choice) {
    std::string text = "CASE";
    if (choice.operand) text += " " + text_of(*choice.operand);
    for (const Case::When& when : choice.whens) {
        const auto* any = std::get_if<AnyOrAll>(&when.condition.node);
        std::string condition =
            any && choice.operand ? joined_texts(any->of) : text_of(when.condition);
        text += fmt::format(" WHEN {} THEN {}", condition, text_of(when.result));
    }
    if (choice.otherwise) text += " ELSE " + text_of(*choice.otherwise);
    return text + " END";
}

std::string node_text(const Cast& cast) {
    return fmt::format("{}({} AS {})", cast.is_try ? "TRY_CAST" : "CAST", text_of(*cast.value),
                       text_of(cast.type));
}

std::string node_text(const TimeDifference& difference) {
    return fmt::format("({} - {}) {}", text_of(*difference.to, SumLevel),
                       text_of(*difference.from, SumLevel + 1), node_text(difference.units));
}

// --- calls

std::string node_text(const CallClause& clause) {
    std::string with = clause.value  ? text_of(*clause.value)
                       : clause.type ? text_of(*clause.type)
                                     : std::string();
    std::string text = clause.words;
    size_t place = text.find('?');
    return place == std::string::npos ? text : text.replace(place, 1, with);
}

// The arguments with the words that Flink wants between them.
std::string arguments_text(const FunctionCall& call) {
    const auto& arguments = call.arguments;
    const std::string& name = call.name.back().text;
    if (name == "EXTRACT" && arguments.size() == 2) {
        return fmt::format("{} FROM {}", text_of(arguments[0]), text_of(arguments[1]));
    }
    if (name == "TRIM" && !arguments.empty() && is_symbol(arguments[0])) {
        auto words = std::span(arguments).first(arguments.size() - 1);
        return fmt::format("{} FROM {}", joined_texts(words, " "), text_of(arguments.back()));
    }
    if (name == "OVERLAY" && arguments.size() >= 3) {
        std::string text = fmt::format("{} PLACING {} FROM {}", text_of(arguments[0]),
                                       text_of(arguments[1]), text_of(arguments[2]));
        return arguments.size() > 3 ? text + " FOR " + text_of(arguments[3]) : text;
    }
    if (name == "POSITION" && arguments.size() >= 2) {
        std::string text =
            fmt::format("{} IN {}", text_of(arguments[0], RangeLevel + 1), text_of(arguments[1]));
        return arguments.size() > 2 ? text + " FROM " + text_of(arguments[2]) : text;
    }
    bool is_to_unit = arguments.size() == 2 && !is_symbol(arguments[0]) && is_symbol(arguments[1]);
    return joined_texts(arguments, is_to_unit ? " TO " : ", ");
}

std::string node_text(const FunctionCall& call) {
    std::string text = call.has_brackets || !is_variable(call.name.back().text)
                           ? text_of(call.name)
                           : call.name.back().text;
    bool is_reserved_name = call.name.size() == 1 && is_reserved(call.name.back().text);
    if (is_reserved_name) text = call.name.back().text;
    bool is_json = text.starts_with("JSON_");
    if (call.has_brackets) {
        text += call.is_distinct ? "(DISTINCT " : "(";
        text += arguments_text(call);
        if (is_json && !call.within_group.empty()) {
            text += " ORDER BY " + joined_texts(call.within_group);
        }
        for (const CallClause& clause : call.clauses) {
            text += (text.ends_with('(') ? "" : " ") + node_text(clause);
        }
        text += ")";
    }
    if (!is_json && !call.within_group.empty()) {
        text += " WITHIN GROUP (ORDER BY " + joined_texts(call.within_group) + ")";
    }
    if (call.filter) text += " FILTER (WHERE " + text_of(*call.filter) + ")";
    if (call.nulls == FunctionCall::Nulls::Ignored) text += " IGNORE NULLS";
    if (call.nulls == FunctionCall::Nulls::Respected) text += " RESPECT NULLS";
    if (call.over) text += " OVER " + text_of(*call.over);
    return text;
}

std::string node_text(const NamedArgument& argument) {
    return text_of(argument.name) + " => " + text_of(*argument.value);
}

std::string node_text(const TableArgument& argument) {
    bool is_name = std::holds_alternative<ExplicitTable>(argument.table->body);
    std::string text = text_of(*argument.table);
    if (!is_name) text = "TABLE(" + text + ")";
    if (!argument.partition_by.empty()) {
        text += " PARTITION BY (" + joined_texts(argument.partition_by) + ")";
    }
    if (!argument.order_by.empty()) text += " ORDER BY (" + joined_texts(argument.order_by) + ")";
    return text;
}

std::string node_text(const KeyValue& pair) {
    return fmt::format("KEY {} VALUE {}", text_of(*pair.key), text_of(*pair.value));
}

std::string node_text(const FrameBound& bound) {
    using Kind = FrameBound::Kind;
    switch (bound.kind) {
        case Kind::UnboundedPreceding:
            return "UNBOUNDED PRECEDING";
        case Kind::UnboundedFollowing:
            return "UNBOUNDED FOLLOWING";
        case Kind::CurrentRow:
            return "CURRENT ROW";
        case Kind::Preceding:
            return text_of(*bound.offset) + " PRECEDING";
        case Kind::Following:
            return text_of(*bound.offset) + " FOLLOWING";
    }
    TARN_ASSERT(false);
    return "";
}

}  // namespace

std::string quoted_text(std::string_view text) {
    return in_quotes(text, '\'');
}

std::string text_of(const Identifier& identifier) {
    bool needs_quotes = !is_plain_name(identifier.text) || is_reserved(upper(identifier.text));
    return needs_quotes ? in_quotes(identifier.text, '`') : identifier.text;
}

std::string text_of(const Name& name) {
    return joined_texts(name, ".");
}

std::string text_of(const TypeName& type) {
    std::string text = type.name;
    if (!type.sizes.empty()) text += fmt::format("({})", fmt::join(type.sizes, ", "));
    if (type.units) text += " " + node_text(*type.units);
    if (!type.parts.empty()) text += "<" + joined_texts(type.parts) + ">";
    if (!type.texts.empty()) {
        std::string inside;
        for (const std::string& each : type.texts) {
            inside += (inside.empty() ? "" : ", ") + quoted_text(each);
        }
        text += "(" + inside + ")";
    }
    if (type.name == "ROW") {
        std::string fields;
        for (const TypeName::Field& field : type.fields) {
            fields += fmt::format("{}{} {}", fields.empty() ? "" : ", ", text_of(field.name),
                                  text_of(field.type));
            if (field.comment) fields += " " + quoted_text(*field.comment);
        }
        text += "<" + fields + ">";
    }
    if (type.is_nullable) text += *type.is_nullable ? " NULL" : " NOT NULL";
    return text;
}

std::string text_of(const Expression& expression) {
    return std::visit([](const auto& node) { return node_text(node); }, expression.node);
}

std::string text_of(const Expression& expression, int level) {
    bool binds_less = level_of(expression) < level;
    return binds_less ? "(" + text_of(expression) + ")" : text_of(expression);
}

std::string clause_text(std::string_view words, const ExpressionPtr& expression) {
    return expression ? fmt::format(" {} {}", words, text_of(*expression)) : "";
}

std::string text_of(const SortItem& item) {
    std::string text = text_of(item.by);
    if (item.is_descending) text += " DESC";
    if (item.nulls == SortItem::Nulls::First) text += " NULLS FIRST";
    if (item.nulls == SortItem::Nulls::Last) text += " NULLS LAST";
    return text;
}

std::string text_of(const WindowSpec& spec) {
    if (spec.is_only_base) return text_of(*spec.base);
    std::vector<std::string> parts;
    if (spec.base) parts.push_back(text_of(*spec.base));
    if (!spec.partition_by.empty()) {
        parts.push_back("PARTITION BY " + joined_texts(spec.partition_by));
    }
    if (!spec.order_by.empty()) parts.push_back("ORDER BY " + joined_texts(spec.order_by));
    if (spec.frame) {
        std::string word = spec.frame->is_by_rows ? "ROWS " : "RANGE ";
        std::string from = node_text(spec.frame->from);
        parts.push_back(spec.frame->to ? fmt::format("{}BETWEEN {} AND {}", word, from,
                                                     node_text(*spec.frame->to))
                                       : word + from);
    }
    return fmt::format("({})", fmt::join(parts, " "));
}

}  // namespace tarn::sql
