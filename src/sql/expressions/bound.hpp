// An expression that is ready to be computed. Like syntax trees, bound ones never change and share
// their parts; each knows the span it came from, for the errors of its rows.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/functions/function.hpp"
#include "sql/syntax/source.hpp"

namespace tarn::sql {

struct BoundExpression;
using Bound = std::shared_ptr<const BoundExpression>;

// A column of the batch, by its place there.
struct InputColumn {
    size_t place;
};

// A column of the query around the one that names it. Queries are taken apart until none is left.
struct OuterColumn {
    size_t place;
};

struct Constant {
    Column value;
};

struct BoundCall {
    std::string name;  // as plans show it: UPPER, +, CAST
    Kernel kernel;
    std::vector<Bound> arguments;
    bool is_deterministic = true;
    bool can_fail = true;
};

// AND and OR: what follows is computed only for the rows that are not decided yet.
struct Logical {
    bool is_and;
    std::vector<Bound> operands;
};

// CASE: each result is computed for its rows alone. IF, COALESCE and NULLIF come to this too.
struct Choice {
    struct Branch {
        Bound condition;
        Bound result;
    };

    std::vector<Branch> branches;
    Bound otherwise;
};

// The first of them that is not NULL.
struct FirstKnown {
    std::vector<Bound> values;
};

struct BoundExpression {
    Type type;
    Span span;
    std::variant<InputColumn, OuterColumn, Constant, BoundCall, Logical, Choice, FirstKnown> node;
};

Bound made(Type type, Span span, decltype(BoundExpression::node) node);

// Whether both compute the same from the same row.
bool are_same(const Bound& left, const Bound& right);

// The same with parts replaced, wherever `replacement` gives something else than null.
using Replacement = std::function<Bound(const Bound&)>;
Bound with_replaced(const Bound& bound, const Replacement& replacement);

// Whether a part of it is so, or all of it.
bool has_part(const Bound& bound, const std::function<bool(const BoundExpression&)>& is_so);

// The same over other columns: the one at a place is at places[place] there.
Bound at_places(const Bound& bound, const std::vector<size_t>& places);
// What `value` gives for each of the columns, in its place; null leaves the column.
using ValueOfColumn = std::function<Bound(size_t place, const Bound& column)>;
Bound with_columns(const Bound& bound, const ValueOfColumn& value);

// The place of what is a bare column.
std::optional<size_t> column_place(const Bound& bound);

// Whether it is the same each time that it is computed for a row.
bool is_deterministic(const Bound& bound);

// Of the columns that it is computed from, as often as it names them.
std::vector<size_t> places_read(const Bound& bound);

// What is known of values before anything runs, for those who resolve a call of them.
std::vector<Argument> known_of(const std::vector<Bound>& values);
// "INT, STRING"
std::string types_text(const std::vector<Bound>& values);

// A bare NULL.
bool is_null_type(const Bound& value);

// Whether all that it is made of is constant, so that its value can be known as well.
bool is_computable(const Bound& bound);

// Whether computing it may fail for some row.
bool can_fail(const Bound& bound);

// The one value of a constant expression; null for others.
const Column* constant_of(const Bound& bound);

}  // namespace tarn::sql
