#include "iceberg/format/expression.hpp"

#include <boost/json/parse.hpp>

#include <array>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/json_object.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// In the order of Operation.
constexpr std::array<std::string_view, 19> Names = {"true",     "false",       "and",
                                                    "or",       "not",         "is-null",
                                                    "not-null", "is-nan",  //
                                                    "not-nan",  "lt",          "lt-eq",
                                                    "gt",       "gt-eq",       "eq",
                                                    "not-eq",   "in",  //
                                                    "not-in",   "starts-with", "not-starts-with"};

std::optional<Operation> operation_of(std::string_view name) {
    for (size_t i = 0; i < Names.size(); ++i) {
        if (Names[i] == name) return static_cast<Operation>(i);
    }
    return std::nullopt;
}

bool is_list(Operation operation) {
    return operation == Operation::In || operation == Operation::NotIn;
}

bool is_unary(Operation operation) {
    return operation >= Operation::IsNull && operation <= Operation::NotNan;
}

std::string column_of(const JsonObject& object, std::string_view member) {
    const json::value& term = object.get(member);
    if (term.is_string()) return std::string(term.get_string());
    JsonObject parts(term, object.place_of(member));
    if (parts.find_text("type") == "reference") return parts.text("term");
    object.refuse(member, "only columns can be compared, no transforms of them");
}

Expression expression_at(const json::value& value, std::string place, int depth);

Expression child_of(const JsonObject& object, std::string_view member, int depth) {
    return expression_at(object.get(member), object.place_of(member), depth + 1);
}

std::vector<json::value> values_of(const JsonObject& object) {
    const json::value& values = object.get("values");
    if (!values.is_array()) object.refuse("values", "an array is expected");
    if (values.get_array().size() > LiteralsMax) {
        object.refuse("values", "{} values, {} are the most", values.get_array().size(),
                      LiteralsMax);
    }
    return {values.get_array().begin(), values.get_array().end()};
}

Expression expression_at(const json::value& value, std::string place, int depth) {
    if (depth > ExpressionDepthMax) {
        throw Error(ErrorCode::InvalidInput, "{}: nested more than {} deep", place,
                    ExpressionDepthMax);
    }
    if (value.is_bool()) {
        return {.operation = value.get_bool() ? Operation::True : Operation::False};
    }
    JsonObject object(value, std::move(place));
    std::string name = object.text("type");
    auto operation = operation_of(name);
    if (!operation) object.refuse("type", "'{}' is no expression", name);
    switch (*operation) {
        case Operation::True:
        case Operation::False:
            return {.operation = *operation};
        case Operation::And:
        case Operation::Or:
            return {
                .operation = *operation,
                .children = {child_of(object, "left", depth), child_of(object, "right", depth)}};
        case Operation::Not:
            return not_of(child_of(object, "child", depth));
        default:
            break;
    }
    Expression leaf = condition(column_of(object, "term"), *operation);
    if (is_list(*operation)) {
        leaf.literals = values_of(object);
    } else if (!is_unary(*operation)) {
        leaf.literals = {object.get("value")};
    }
    return leaf;
}

}  // namespace

std::string_view name_of(Operation operation) {
    return Names[static_cast<size_t>(operation)];
}

Expression all_of(std::vector<Expression> children) {
    return {.operation = Operation::And, .children = std::move(children)};
}

Expression any_of(std::vector<Expression> children) {
    return {.operation = Operation::Or, .children = std::move(children)};
}

Expression not_of(Expression child) {
    return {.operation = Operation::Not, .children = {std::move(child)}};
}

Expression condition(std::string column, Operation operation, std::vector<json::value> literals) {
    return {.operation = operation, .column = std::move(column), .literals = std::move(literals)};
}

json::value to_json(const Expression& expression) {
    std::string_view name = name_of(expression.operation);
    switch (expression.operation) {
        case Operation::True:
            return true;
        case Operation::False:
            return false;
        case Operation::And:
        case Operation::Or: {
            // The protocol joins two at a time.
            TARN_ASSERT(!expression.children.empty());
            json::value joined = to_json(expression.children[0]);
            for (size_t i = 1; i < expression.children.size(); ++i) {
                joined = json::object{{"type", name},
                                      {"left", std::move(joined)},
                                      {"right", to_json(expression.children[i])}};
            }
            return joined;
        }
        case Operation::Not:
            return json::object{{"type", name}, {"child", to_json(expression.children[0])}};
        default:
            break;
    }
    json::object leaf{{"type", name}, {"term", expression.column}};
    if (is_list(expression.operation)) {
        leaf["values"] = json::array(expression.literals.begin(), expression.literals.end());
    } else if (!is_unary(expression.operation)) {
        leaf["value"] = expression.literals.at(0);
    }
    return leaf;
}

Expression expression_from_json(const json::value& json, std::string_view place) {
    return expression_at(json, std::string(place), 0);
}

Expression parse_expression(std::string_view text, std::string_view place) {
    boost::system::error_code failure;
    json::parse_options options;
    options.max_depth = ExpressionDepthMax + 2;
    json::value value =
        json::parse(json::string_view(text.data(), text.size()), failure, {}, options);
    if (failure) {
        throw Error(ErrorCode::InvalidInput, "{}: this is no JSON: {}", place, failure.message());
    }
    return expression_from_json(value, place);
}

}  // namespace tarn::iceberg
