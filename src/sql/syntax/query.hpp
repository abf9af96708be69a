// The syntax tree of a query.
#pragma once

#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// One of those in /*+ … */: OPTIONS('k'='v'), STATE_TTL('o'='1d'), BROADCAST(t).
struct Hint {
    struct Option {
        std::string key;  // may be empty
        std::string value;
        bool is_text = true;  // the value, 'in quotes'
    };

    Identifier name;
    std::vector<Option> options;
};

// FOR SYSTEM_TIME AS OF expression, or what Spark and Trino write for a snapshot.
struct TimeTravel {
    enum class By { SystemTime, Version, Timestamp };

    By by;
    Expression point;
};

struct NamedTable {
    Name name;
    std::vector<Hint> hints = {};
    std::optional<TimeTravel> at = {};
};

struct DerivedTable {
    QueryPtr query;
    bool is_lateral = false;
};

// TABLE(TUMBLE(…)), LATERAL TABLE(f(x))
struct TableFunction {
    Expression call;
    bool is_lateral = false;
};

struct Unnest {
    std::vector<Expression> of;
    bool with_ordinality = false;
};

struct TableReference;
using TableReferencePtr = std::shared_ptr<const TableReference>;

struct Join {
    enum class Kind { Inner, Left, Right, Full, Cross, Comma };

    Kind kind;
    bool is_natural = false;
    TableReferencePtr left;
    TableReferencePtr right;
    ExpressionPtr on = {};
    std::vector<Identifier> using_columns = {};
};

// A B+ (C | D){2,3}, of MATCH_RECOGNIZE.
struct RowPattern {
    enum class Kind { Variable, Sequence, Choice, Permutation, Excluded, Empty };

    Kind kind;
    std::string variable = {};
    std::vector<RowPattern> parts = {};
    std::string quantifier = {};  // "", "*", "+?", "{2,3}"
    Span span = {};
};

struct SelectItem;

struct MatchRecognize {
    struct Definition {
        Identifier name;
        Expression expression;
    };

    TableReferencePtr input;
    std::vector<Expression> partition_by = {};
    std::vector<SortItem> order_by = {};
    std::vector<Definition> measures = {};
    std::string rows_per_match = {};         // "ONE ROW" or "ALL ROWS"
    std::string after_match = {};            // "PAST LAST ROW", "TO NEXT ROW", "TO LAST", …
    std::optional<Identifier> skip_to = {};  // the variable of the last ones
    RowPattern pattern = {RowPattern::Kind::Empty};
    ExpressionPtr within = {};
    std::vector<Definition> subsets = {};
    std::vector<Definition> define = {};
};

struct TableReference {
    Span span = {};
    std::variant<NamedTable, DerivedTable, TableFunction, Unnest, Join, MatchRecognize> node;
    std::optional<Identifier> alias = {};
    std::vector<Identifier> columns = {};  // t(a, b)
};

struct SelectItem {
    Expression expression;
    std::optional<Identifier> alias = {};
};

// a, (), (a, b), ROLLUP(a, (b, c)), CUBE(…), GROUPING SETS(…)
struct GroupItem {
    enum class Kind { Expressions, Rollup, Cube, GroupingSets };

    Kind kind = Kind::Expressions;
    bool has_brackets = false;
    std::vector<Expression> expressions = {};
    std::vector<GroupItem> items = {};
};

struct NamedWindow {
    Identifier name;
    WindowSpec spec;
};

struct Select {
    std::vector<Hint> hints = {};
    bool is_distinct = false;
    std::vector<SelectItem> items = {};
    TableReferencePtr from = {};
    ExpressionPtr where = {};
    std::vector<GroupItem> group_by = {};
    ExpressionPtr having = {};
    std::vector<NamedWindow> windows = {};
};

struct Values {
    std::vector<Expression> rows;
};

struct ExplicitTable {
    Name name;
};

struct SetOperation {
    enum class Kind { Union, Intersect, Except };

    Kind kind;
    bool is_all;
    QueryPtr left;
    QueryPtr right;
};

struct CommonTable {
    Identifier name;
    std::vector<Identifier> columns = {};
    QueryPtr query;
};

struct Query {
    Span span = {};
    std::vector<CommonTable> with = {};
    // A query in a query is one in brackets.
    std::variant<Select, Values, ExplicitTable, SetOperation, QueryPtr> body;
    std::vector<SortItem> order_by = {};
    ExpressionPtr offset = {};
    ExpressionPtr limit = {};  // of LIMIT and FETCH NEXT
};

}  // namespace tarn::sql
