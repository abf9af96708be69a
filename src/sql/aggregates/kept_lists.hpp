// The values of each group in the order in which they came: what LISTAGG and ARRAY_AGG need, and
// FIRST_VALUE and LAST_VALUE when rows may be taken back. What they make of them is for each to
// say.
#pragma once

#include "sql/aggregates/byte_list.hpp"
#include "sql/aggregates/clauses.hpp"
#include "sql/aggregates/groups.hpp"
#include "sql/values/packed_rows.hpp"

namespace tarn::sql {

class KeptLists : public Accumulator {
public:
    // Of the values, which are the first argument.
    KeptLists(Type item, NullItems nulls) : item_(std::move(item)), nulls_(nulls) {}

    void add(Groups groups, std::span<const Column> arguments) override;

    // Takes the first value out that is equal. One that is not there is owed: as in Flink it goes
    // out when lists are merged, and not when it is added later.
    void retract(Groups groups, std::span<const Column> arguments) override;

    StateColumns states(Groups groups) const override;
    void merge(Groups groups, const StateColumns& states) override;
    void forget(Groups groups) override;
    size_t bytes() const override { return lists_.bytes() + item_bytes_; }

protected:
    const ByteList& list(uint32_t group) const { return lists_[group].items; }

    // Those of all the groups, one group behind the other.
    Column items_of(Groups groups) const;

    const Type& item() const { return item_; }

private:
    struct List {
        ByteList items;
        ByteList owed;

        size_t bytes() const { return items.bytes() + owed.bytes(); }
    };

    template <typename Apply>
    void for_each_item(Groups groups, const Column& column, Apply apply);
    // Takes out what is owed.
    static void settle(List& list);
    template <typename ListOf>
    Column items(Groups groups, ListOf list_of) const;
    template <typename ListOf>
    std::shared_ptr<arrow::Array> state(Groups groups, ListOf list_of) const;

    Type item_;
    NullItems nulls_;
    OfGroups<List> lists_;
    size_t item_bytes_ = 0;
};

}  // namespace tarn::sql
