// The syntax tree of an expression. Trees never change once they are made, so their parts are
// shared, and every node knows its span of the text.
//
// What Flink writes in words of its own, EXTRACT(YEAR FROM t) or TRIM(BOTH 'x' FROM s), is an
// ordinary call here, EXTRACT and TRIM with the words as symbols among the arguments. So those that
// read trees know one kind of call.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/syntax/names.hpp"

namespace tarn::sql {

struct Expression;
struct Query;
using ExpressionPtr = std::shared_ptr<const Expression>;
using QueryPtr = std::shared_ptr<const Query>;

struct Literal {
    enum class Kind { Null, Boolean, Number, Text, Bytes, Date, Time, Timestamp, Symbol };

    Kind kind;
    std::string text;  // without quotes; of booleans and symbols in upper case
};

struct IntervalLiteral {
    std::string text;
    IntervalUnits units;
    bool is_negative = false;
};

struct ColumnName {
    Name parts;
};

// * or t.*
struct Star {
    Name of;
};

enum class Operator {
    Or,
    And,
    Not,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    Concatenate,
    Negative,
    Positive,
    Between,  // of three
    BetweenSymmetric,
    In,    // of a value and what it may be: values or one subquery
    Like,  // of two, or three with the escape
    SimilarTo,
    IsNull,
    IsTrue,
    IsFalse,
    IsUnknown,
    IsDistinctFrom,
    IsJson,
    IsJsonObject,
    IsJsonArray,
    IsJsonScalar,
    Exists,
    Unique,
    Overlaps,
    Contains,
    Element,  // a[i], m['key']
    Field     // (expression).field: of a value and a symbol
};

struct Operation {
    Operator op;
    // Of OR and AND as many as stand in a row.
    std::vector<Expression> operands;
    bool is_negated = false;  // NOT IN, IS NOT NULL, …
};

// Of x = ANY (…): a subquery or values.
struct AnyOrAll {
    bool is_all;
    std::vector<Expression> of;
};

struct Subquery {
    QueryPtr query;
};

// (a, b), ROW(a, b), ARRAY[a, b], MAP[k, v], MULTISET[a]; or of a query: ARRAY(SELECT …).
struct Constructor {
    enum class Kind { Tuple, Row, Array, Map, Multiset };

    Kind kind;
    std::vector<Expression> items;
    QueryPtr query = {};
};

struct Case {
    struct When;

    ExpressionPtr operand;  // null when each WHEN is a condition
    // With an operand, a condition may be an AnyOrAll: WHEN 1, 2 THEN …
    std::vector<When> whens;
    ExpressionPtr otherwise;  // may be null
};

struct Cast {
    ExpressionPtr value;
    TypeName type;
    bool is_try = false;
};

// (a - b) DAY: how long it is from one time to another, as an interval.
struct TimeDifference {
    ExpressionPtr to;
    ExpressionPtr from;
    IntervalUnits units;
};

struct SortItem;
struct WindowSpec;

// What may follow the arguments inside the brackets: RETURNING INT, DEFAULT 0 ON EMPTY,
// NULL ON ERROR, WITH WRAPPER. `words` has a ? where the value or type stands.
struct CallClause {
    std::string words;
    ExpressionPtr value = {};
    std::optional<TypeName> type = {};
};

struct FunctionCall {
    enum class Nulls { AsTheyCome, Ignored, Respected };

    Name name;
    std::vector<Expression> arguments;
    std::vector<CallClause> clauses = {};
    bool has_brackets = true;  // CURRENT_DATE has none
    bool is_distinct = false;
    Nulls nulls = Nulls::AsTheyCome;
    std::vector<SortItem> within_group;
    ExpressionPtr filter = {};
    std::shared_ptr<const WindowSpec> over = {};
};

// name => value
struct NamedArgument {
    Identifier name;
    ExpressionPtr value;
};

// Of a table function: TABLE t PARTITION BY k.
struct TableArgument {
    QueryPtr table;
    std::vector<Expression> partition_by;
    std::vector<SortItem> order_by;
};

// KEY k VALUE v of JSON_OBJECT.
struct KeyValue {
    ExpressionPtr key;
    ExpressionPtr value;
};

struct Expression {
    Span span = {};
    std::variant<Literal, IntervalLiteral, ColumnName, Star, Operation, AnyOrAll, Subquery,
                 Constructor, Case, Cast, TimeDifference, FunctionCall, NamedArgument,
                 TableArgument, KeyValue>
        node;
};

struct Case::When {
    Expression condition;
    Expression result;
};

struct SortItem {
    enum class Nulls { ByDefault, First, Last };

    Expression by;
    bool is_descending = false;
    Nulls nulls = Nulls::ByDefault;
};

struct FrameBound {
    enum class Kind { UnboundedPreceding, Preceding, CurrentRow, Following, UnboundedFollowing };

    Kind kind;
    ExpressionPtr offset = {};
};

struct WindowFrame {
    bool is_by_rows;
    FrameBound from;
    std::optional<FrameBound> to = {};
};

// OVER (…) and WINDOW w AS (…). OVER w is one with nothing but its base.
struct WindowSpec {
    std::optional<Identifier> base = {};
    bool is_only_base = false;
    std::vector<Expression> partition_by = {};
    std::vector<SortItem> order_by = {};
    std::optional<WindowFrame> frame = {};
};

}  // namespace tarn::sql
