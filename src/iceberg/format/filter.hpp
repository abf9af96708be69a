// A condition bound to the columns of a schema: columns by id, literals as values of the column's
// type, no negation left but that of single comparisons. A row is taken where the condition is
// true, so what is unknown because of a null counts as false; pushing negation down to the
// comparisons keeps that right.
//
// NaN comes after every number and equals itself; -0.0 equals 0.0.
#pragma once

#include <compare>
#include <set>
#include <string>
#include <vector>

#include "iceberg/format/expression.hpp"
#include "iceberg/format/schema.hpp"
#include "iceberg/format/value.hpp"

namespace tarn::iceberg {

struct Filter {
    Operation operation = Operation::True;  // never Not
    std::vector<Filter> children = {};      // of And and Or, two or more
    // Of the others, but for True and False.
    int32_t field_id = 0;
    Type type = {};
    // Of In and NotIn ascending and two or more, of comparisons one.
    std::vector<Value> literals = {};

    bool is_true() const { return operation == Operation::True; }
    bool is_false() const { return operation == Operation::False; }
    bool is_leaf() const { return operation >= Operation::IsNull; }

    bool operator==(const Filter& other) const = default;
};

struct BindOptions {
    bool ignores_case = false;
};

// A literal beyond the column's type makes its comparison always or never true. Throws InvalidInput
// for columns that are not there or cannot be compared, and for literals of another kind.
Filter bind(const Expression& expression, const Schema& schema, BindOptions options = {});

// At any depth of structs; throws InvalidInput, with a hint, when there is none of that name.
const Field& find_column(const Schema& schema, std::string_view full_name,
                         BindOptions options = {});

// With what is constant left out.
Filter both(std::vector<Filter> parts);
Filter either(std::vector<Filter> parts);
// What is true of a row whose columns are not null exactly when the other is false.
Filter opposite(const Filter& filter);

// The columns that it looks at.
std::set<int32_t> columns_of(const Filter& filter);

// For those who are told what is left to check. The columns must be in the schema.
Expression to_expression(const Filter& filter, const Schema& schema);

// The order of literals and of the values that they are compared with.
std::weak_ordering order(const Value& left, const Value& right);
bool is_nan(const Value& value);

// Whether one value fulfils a single comparison.
bool is_fulfilled(const Filter& leaf, const OptionalValue& value);

}  // namespace tarn::iceberg
