// One entry for each aggregate function: what it is called, what it takes and gives, and what
// accumulates its values. docs/sql-functions.md is made from these entries too.
#pragma once

#include <memory>

#include "sql/functions/function.hpp"

namespace tarn::sql {

// What one call has accumulated, for many groups at once; these are numbered from 0. A group that
// no row was added to has the value of no rows.
class Accumulator {
public:
    virtual ~Accumulator() = default;

    // Of each row the group that it belongs to; the arguments have as many rows, or are constant.
    virtual void add(std::span<const uint32_t> groups, std::span<const Column> arguments) = 0;

    // The values of the first `groups` groups. Throws RowError with a group for what makes Flink
    // fail.
    virtual Column values(size_t groups) const = 0;
};

using AccumulatorPtr = std::unique_ptr<Accumulator>;

// What a call comes to for its arguments' types. They are cast to the types that stand here.
struct AggregateSignature {
    Type result;
    std::vector<Type> arguments;
    std::function<AccumulatorPtr()> accumulator;
    // The value of no rows is NULL, so the result is nullable where a group may have none.
    bool is_null_of_none = true;
};

// Nothing when it does not take such arguments.
using AggregateResolver = std::function<std::optional<AggregateSignature>(Arguments arguments)>;

struct Aggregate {
    std::string_view name;
    std::string_view usage;    // "LISTAGG(text[, separator])"
    std::string_view text;     // what it gives, a sentence or two
    std::string_view example;  // "LISTAGG(name, '; ')"
    AggregateResolver resolve;
};

// By its name in upper case; null when there is none. This finds SINGLE_VALUE too, which is for
// scalar subqueries and for nobody to write: the value of a group's only row, be it NULL.
const Aggregate* find_aggregate(std::string_view name);

// Those that users know.
const std::vector<Aggregate>& all_aggregates();

}  // namespace tarn::sql
