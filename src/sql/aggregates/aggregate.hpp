// One entry for each aggregate function: what it is called, what it takes and gives, and what
// accumulates its values. docs/sql-functions.md is made from these entries too.
#pragma once

#include <arrow/array.h>

#include <memory>

#include "sql/functions/function.hpp"

namespace tarn::sql {

// What an accumulator keeps of groups: Arrow arrays with a row for each of them, that say by
// themselves what they hold and nothing of the groups' numbers. How many there are, and of which
// types, is always the same for a call; states({}) shows it.
using StateColumns = arrow::ArrayVector;

// What a row does to its group.
enum class RowEffect : uint8_t { None, Add, Retract };

// What one call has accumulated, for many groups at once. Each group has a number; whoever gives
// these out begins at 0 and uses those of forgotten groups anew. A group that no row was added to
// has the value of no rows.
class Accumulator {
public:
    virtual ~Accumulator() = default;

    // Of each row the group that it belongs to; the arguments have as many rows, or are constant.
    virtual void add(std::span<const uint32_t> groups, std::span<const Column> arguments) = 0;

    // Takes back rows that were added, or will be: changes may come in any order. Only of what was
    // made for AggregateInput::Changes.
    virtual void retract(std::span<const uint32_t> groups, std::span<const Column> arguments);

    // For those who want to know what each of many rows does to a group: adds the rows or takes
    // them back, one by one, and gives after each the value that its group has then. Not all can.
    virtual bool goes_row_by_row() const { return false; }
    virtual Column values_row_by_row(std::span<const uint32_t> groups,
                                     std::span<const RowEffect> effects,
                                     std::span<const Column> arguments);

    // A row for each of the listed groups, in that order: what a checkpoint keeps, and what another
    // accumulator of the same call and input takes over.
    virtual StateColumns states(std::span<const uint32_t> groups) const = 0;

    // Adds what another has accumulated: row i of the states belongs to groups[i]. A group may be
    // there more than once, and what is merged later came later.
    virtual void merge(std::span<const uint32_t> groups, const StateColumns& states) = 0;

    // As if no row had been added to them.
    virtual void forget(std::span<const uint32_t> groups) = 0;

    // A row for each of the listed groups, in that order. Throws RowError with a place in the list
    // for what makes Flink fail.
    virtual Column values(std::span<const uint32_t> groups) const = 0;

    // How much memory all this takes, roughly.
    virtual size_t bytes() const = 0;
};

using AccumulatorPtr = std::unique_ptr<Accumulator>;

// 0 to count - 1.
std::vector<uint32_t> all_groups(size_t count);

// Whether rows only ever come, or are also taken back. The latter needs more state, and may follow
// other rules: with Flink, MIN and MAX then take NaN for the greatest of numbers.
enum class AggregateInput { Inserts, Changes };

using AccumulatorFactory = std::function<AccumulatorPtr(AggregateInput input)>;

// What a call comes to for its arguments' types. They are cast to the types that stand here.
struct AggregateSignature {
    Type result;
    std::vector<Type> arguments;
    AccumulatorFactory accumulator;
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
