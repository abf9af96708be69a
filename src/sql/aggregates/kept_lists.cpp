#include "sql/aggregates/kept_lists.hpp"

#include "sql/aggregates/list_columns.hpp"

namespace tarn::sql {

// Calls `apply(list, bytes)` for each row that counts, and minds what the lists take.
template <typename Apply>
void KeptLists::for_each_item(Groups groups, const Column& column, Apply apply) {
    List* lists = lists_.up_to(end_of(groups));
    for (size_t at = 0; at < groups.size(); ++at) {
        auto row = static_cast<int64_t>(at);
        if (nulls_ == NullItems::LeftOut && column.is_null(row)) continue;
        bytes_.clear();
        append_value_bytes(bytes_, column, row);
        List& list = lists[groups[at]];
        item_bytes_ -= list.bytes();
        apply(list, std::string_view(bytes_));
        item_bytes_ += list.bytes();
    }
}

void KeptLists::add(Groups groups, std::span<const Column> arguments) {
    for_each_item(groups, arguments[0],
                  [](List& list, std::string_view item) { list.items.append(item); });
}

void KeptLists::retract(Groups groups, std::span<const Column> arguments) {
    for_each_item(groups, arguments[0], [](List& list, std::string_view item) {
        if (!list.items.remove(item)) list.owed.append(item);
    });
}

template <typename ListOf>
std::shared_ptr<arrow::Array> KeptLists::state(Groups groups, ListOf list_of) const {
    ListEnds ends(groups.size());
    ValuesOfBytes items = values_of_bytes();
    for (uint32_t group : groups) {
        list_of(lists_[group]).for_each([&](std::string_view item) { items.append(item); });
        ends.end_at(items.length());
    }
    return ends.lists(arrow::list(arrow_type(item_)), items.finish());
}

StateColumns KeptLists::states(Groups groups) const {
    return {state(groups, [](const List& list) -> const ByteList& { return list.items; }),
            state(groups, [](const List& list) -> const ByteList& { return list.owed; })};
}

void KeptLists::append_items(ByteList& list, const arrow::Array& lists, int64_t row) {
    const auto& all = static_cast<const arrow::ListArray&>(lists);
    Column items{all.values()};
    for (int32_t i = 0; i < all.value_length(row); ++i) {
        bytes_.clear();
        append_value_bytes(bytes_, items, all.value_offset(row) + i);
        list.append(bytes_);
    }
}

void KeptLists::merge(Groups groups, const StateColumns& states) {
    List* lists = lists_.up_to(end_of(groups));
    for (size_t at = 0; at < groups.size(); ++at) {
        auto row = static_cast<int64_t>(at);
        List& list = lists[groups[at]];
        item_bytes_ -= list.bytes();
        // A group that only goes on elsewhere is what it was.
        bool is_new = list.items.is_empty() && list.owed.is_empty();
        append_items(list.items, *states[0], row);
        append_items(list.owed, *states[1], row);
        if (!is_new) settle(list);
        item_bytes_ += list.bytes();
    }
}

void KeptLists::settle(List& list) {
    ByteList owed = std::exchange(list.owed, {});
    owed.for_each([&](std::string_view item) {
        if (!list.items.remove(item)) list.owed.append(item);
    });
}

void KeptLists::forget(Groups groups) {
    for (uint32_t group : groups) {
        item_bytes_ -= lists_[group].bytes();
        lists_.forget({&group, 1});
    }
}

Column KeptLists::items_of(Groups groups) const {
    ValuesOfBytes items = values_of_bytes();
    for (uint32_t group : groups) {
        list(group).for_each([&](std::string_view item) { items.append(item); });
    }
    return {items.finish()};
}

ValuesOfBytes KeptLists::values_of_bytes() const {
    return ValuesOfBytes(arrow_type(item_));
}

}  // namespace tarn::sql
