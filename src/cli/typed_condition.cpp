#include "cli/typed_condition.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

#include "base/error.hpp"
#include "sql/syntax/expression.hpp"
#include "sql/syntax/parser.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;
using Condition = iceberg::Expression;
using iceberg::Operation;
using sql::Operator;

Operation comparison_of(Operator op) {
    switch (op) {
        case Operator::Equal:
            return Operation::Equal;
        case Operator::NotEqual:
            return Operation::NotEqual;
        case Operator::Less:
            return Operation::Less;
        case Operator::LessEqual:
            return Operation::LessOrEqual;
        case Operator::Greater:
            return Operation::Greater;
        case Operator::GreaterEqual:
            return Operation::GreaterOrEqual;
        default:
            return Operation::True;
    }
}

// 5 < a is a > 5.
Operation turned(Operation comparison) {
    switch (comparison) {
        case Operation::Less:
            return Operation::Greater;
        case Operation::LessOrEqual:
            return Operation::GreaterOrEqual;
        case Operation::Greater:
            return Operation::Less;
        case Operation::GreaterOrEqual:
            return Operation::LessOrEqual;
        default:
            return comparison;
    }
}

bool has_zone(const iceberg::Type& type) {
    return type.kind == iceberg::TypeKind::TimestampTz ||
           type.kind == iceberg::TypeKind::TimestampTzNs;
}

bool is_timestamp(const iceberg::Type& type) {
    return has_zone(type) || type.kind == iceberg::TypeKind::Timestamp ||
           type.kind == iceberg::TypeKind::TimestampNs;
}

// As JSON has it: 2026-11-20 12:00:00 becomes 2026-11-20T12:00:00+00:00.
std::string timestamp_json(std::string text, const iceberg::Type& type) {
    std::ranges::replace(text, ' ', 'T');
    size_t time = text.find('T');
    if (time == std::string::npos) {
        time = text.size();
        text += "T00:00:00";
    }
    bool says_zone = text.find_first_of("Z+-", time) != std::string::npos;
    if (has_zone(type) && !says_zone) text += "+00:00";
    return text;
}

class ConditionReader {
public:
    explicit ConditionReader(const iceberg::Schema& schema) : schema_(schema) {}

    Condition read(const sql::Expression& expression) const {
        if (const auto* operation = std::get_if<sql::Operation>(&expression.node)) {
            return read(*operation, expression);
        }
        if (const auto* literal = std::get_if<sql::Literal>(&expression.node)) {
            if (literal->kind == sql::Literal::Kind::Boolean) {
                return {.operation = literal->text == "TRUE" ? Operation::True : Operation::False};
            }
        }
        // A column of truth values alone.
        if (is_column(expression)) return compared(expression, Operation::Equal, {true});
        refuse(expression);
    }

private:
    Condition read(const sql::Operation& operation, const sql::Expression& whole) const {
        Condition written = as_written(operation, whole);
        return operation.is_negated ? iceberg::not_of(std::move(written)) : written;
    }

    Condition as_written(const sql::Operation& operation, const sql::Expression& whole) const {
        const auto& operands = operation.operands;
        switch (operation.op) {
            case Operator::And:
                return iceberg::all_of(read_each(operands));
            case Operator::Or:
                return iceberg::any_of(read_each(operands));
            case Operator::Not:
                return iceberg::not_of(read(operands.at(0)));
            case Operator::IsNull:
                return compared(operands.at(0), Operation::IsNull, {});
            case Operator::Between:
                return iceberg::all_of({compared(operands.at(0), Operation::GreaterOrEqual,
                                                 {value(operands.at(1), operands.at(0))}),
                                        compared(operands.at(0), Operation::LessOrEqual,
                                                 {value(operands.at(2), operands.at(0))})});
            case Operator::In:
                return one_of(operands);
            case Operator::Like:
                return like(operands);
            default:
                return comparison(operation, whole);
        }
    }

    std::vector<Condition> read_each(const std::vector<sql::Expression>& operands) const {
        std::vector<Condition> conditions;
        for (const sql::Expression& operand : operands) conditions.push_back(read(operand));
        return conditions;
    }

    Condition comparison(const sql::Operation& operation, const sql::Expression& whole) const {
        Operation how = comparison_of(operation.op);
        if (how == Operation::True) refuse(whole);
        const sql::Expression& left = operation.operands.at(0);
        const sql::Expression& right = operation.operands.at(1);
        if (is_column(left)) return compared(left, how, {value(right, left)});
        return compared(right, turned(how), {value(left, right)});
    }

    Condition one_of(const std::vector<sql::Expression>& operands) const {
        std::vector<json::value> values;
        for (size_t i = 1; i < operands.size(); ++i) {
            values.push_back(value(operands[i], operands[0]));
        }
        return compared(operands.at(0), Operation::In, std::move(values));
    }

    Condition like(const std::vector<sql::Expression>& operands) const {
        const auto* pattern = std::get_if<sql::Literal>(&operands.at(1).node);
        bool is_text = pattern && pattern->kind == sql::Literal::Kind::Text;
        if (!is_text || operands.size() > 2) refuse(operands.at(1));
        std::string text = pattern->text;
        size_t wildcard = text.find_first_of("%_");
        if (wildcard == std::string::npos)
            return compared(operands[0], Operation::Equal, {json::value(text)});
        bool is_beginning = wildcard + 1 == text.size() && text.back() == '%';
        if (!is_beginning) refuse(operands[1]);
        text.pop_back();
        return compared(operands[0], Operation::StartsWith, {json::value(text)});
    }

    static bool is_column(const sql::Expression& expression) {
        return std::holds_alternative<sql::ColumnName>(expression.node);
    }

    static Condition compared(const sql::Expression& column, Operation how,
                              std::vector<json::value> values) {
        return iceberg::condition(column_name(column), how, std::move(values));
    }

    static std::string column_name(const sql::Expression& expression) {
        const auto* column = std::get_if<sql::ColumnName>(&expression.node);
        if (!column) refuse(expression);
        std::string name;
        for (const sql::Identifier& part : column->parts) {
            name += (name.empty() ? "" : ".") + part.text;
        }
        return name;
    }

    json::value value(const sql::Expression& expression, const sql::Expression& column) const {
        if (const auto* operation = std::get_if<sql::Operation>(&expression.node)) {
            const auto* number = operation->op == Operator::Negative
                                     ? std::get_if<sql::Literal>(&operation->operands.at(0).node)
                                     : nullptr;
            if (number && number->kind == sql::Literal::Kind::Number) {
                return number_of("-" + number->text, expression, column);
            }
        }
        const auto* literal = std::get_if<sql::Literal>(&expression.node);
        if (!literal) refuse(expression);
        switch (literal->kind) {
            case sql::Literal::Kind::Boolean:
                return literal->text == "TRUE";
            case sql::Literal::Kind::Number:
                return number_of(literal->text, expression, column);
            case sql::Literal::Kind::Text:
            case sql::Literal::Kind::Date:
            case sql::Literal::Kind::Time:
            case sql::Literal::Kind::Timestamp:
                return text_of(literal->text, column);
            default:
                refuse(expression);
        }
    }

    const iceberg::Field* field_of(const sql::Expression& column) const {
        return schema_.find(std::string_view(column_name(column)));
    }

    json::value text_of(const std::string& text, const sql::Expression& column) const {
        const iceberg::Field* field = field_of(column);
        bool is_time = field && is_timestamp(field->type);
        return json::value(is_time ? timestamp_json(text, field->type) : text);
    }

    // Decimals stay text, which is exact.
    json::value number_of(const std::string& text, const sql::Expression& place,
                          const sql::Expression& column) const {
        const iceberg::Field* field = field_of(column);
        if (field && field->type.kind == iceberg::TypeKind::Decimal) return json::value(text);
        boost::system::error_code failure;
        json::value number = json::parse(text, failure);
        if (failure) refuse(place);
        return number;
    }

    [[noreturn]] static void refuse(const sql::Expression& expression) {
        sql::refuse(expression.span, "this is nothing that the statistics of files can answer",
                    "compare columns with values by =, <>, <, <=, >, >=, BETWEEN, IN, "
                    "LIKE 'beginning%' or IS NULL, and join that with AND, OR and NOT");
    }

    const iceberg::Schema& schema_;
};

}  // namespace

iceberg::Expression typed_condition(const std::string& option, const std::string& text,
                                    const iceberg::Schema& schema) {
    sql::Source source(option, text);
    try {
        return ConditionReader(schema).read(sql::parse_expression(source));
    } catch (const sql::SqlError& error) {
        throw Error(ErrorCode::InvalidInput, "{}", sql::text_of(source, error.problem()));
    }
}

}  // namespace tarn::cli
