// A condition on the rows of a table as whoever asks writes it: columns by name, literals as JSON.
// It means something only once it is bound to a schema (filter.hpp). In JSON it has the form of the
// REST protocol.
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tarn::iceberg {

enum class Operation {
    True,
    False,
    And,
    Or,
    Not,
    IsNull,
    NotNull,
    IsNan,
    NotNan,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    In,
    NotIn,
    StartsWith,
    NotStartsWith
};

// "and", "lt-eq", "not-starts-with".
std::string_view name_of(Operation operation);

// How deep conditions may be nested, and how many values an `in` may have.
inline constexpr int ExpressionDepthMax = 500;
inline constexpr size_t LiteralsMax = 100'000;

struct Expression {
    Operation operation = Operation::True;
    std::vector<Expression> children = {};  // of And and Or at least one, of Not one
    // Of the others, but for True and False: "price", "venue.name".
    std::string column = {};
    // In the form of single_value.hpp; numbers may be of any kind. Of In and NotIn any number, of
    // comparisons one.
    std::vector<boost::json::value> literals = {};

    bool operator==(const Expression& other) const = default;
};

Expression all_of(std::vector<Expression> children);
Expression any_of(std::vector<Expression> children);
Expression not_of(Expression child);
// `price < 5` is condition("price", Operation::Less, {5}).
Expression condition(std::string column, Operation operation,
                     std::vector<boost::json::value> literals = {});

boost::json::value to_json(const Expression& expression);
// Throws InvalidInput that names the place, also for terms with a transform: they cannot be told
// apart from the column by those who evaluate rows.
Expression expression_from_json(const boost::json::value& json, std::string_view place);
Expression parse_expression(std::string_view text, std::string_view place);

}  // namespace tarn::iceberg
