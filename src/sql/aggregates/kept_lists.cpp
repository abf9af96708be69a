#include "sql/aggregates/kept_lists.hpp"

#include "sql/aggregates/list_columns.hpp"

namespace tarn::sql {
namespace {

// The items of a column of lists.
class PackedLists {
public:
    explicit PackedLists(const arrow::Array& lists)
        : lists_(static_cast<const arrow::ListArray&>(lists)),
          begin_(lists.length() > 0 ? lists_.value_offset(0) : 0) {
        int64_t end = lists.length() > 0 ? lists_.value_offset(lists.length()) : 0;
        Column items{lists_.values()->Slice(begin_, end - begin_)};
        items_ = packed({&items, 1}, end - begin_);
    }

    void append_to(ByteList& list, int64_t row) const {
        int64_t first = lists_.value_offset(row) - begin_;
        for (int64_t i = first; i < first + lists_.value_length(row); ++i) {
            list.append(items_[static_cast<size_t>(i)]);
        }
    }

private:
    const arrow::ListArray& lists_;
    int64_t begin_;
    PackedRows items_;
};

}  // namespace

// Calls `apply(list, bytes)` for each row that counts, and minds what the lists take.
template <typename Apply>
void KeptLists::for_each_item(Groups groups, const Column& column, Apply apply) {
    List* lists = lists_.up_to(end_of(groups));
    PackedRows items = packed({&column, 1}, static_cast<int64_t>(groups.size()));
    for (size_t at = 0; at < groups.size(); ++at) {
        if (nulls_ == NullItems::LeftOut && begins_with_null(items[at])) continue;
        List& list = lists[groups[at]];
        item_bytes_ -= list.bytes();
        apply(list, items[at]);
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
Column KeptLists::items(Groups groups, ListOf list_of) const {
    std::vector<std::string_view> items;
    for (uint32_t group : groups) {
        list_of(lists_[group]).for_each([&](std::string_view item) { items.push_back(item); });
    }
    return unpacked(items, {&item_, 1})[0];
}

template <typename ListOf>
std::shared_ptr<arrow::Array> KeptLists::state(Groups groups, ListOf list_of) const {
    ListEnds ends(groups.size());
    size_t count = 0;
    for (uint32_t group : groups) {
        count += list_of(lists_[group]).count();
        ends.end_at(static_cast<int64_t>(count));
    }
    return ends.lists(arrow::list(arrow_type(item_)), items(groups, list_of).values);
}

StateColumns KeptLists::states(Groups groups) const {
    return {state(groups, [](const List& list) -> const ByteList& { return list.items; }),
            state(groups, [](const List& list) -> const ByteList& { return list.owed; })};
}

void KeptLists::merge(Groups groups, const StateColumns& states) {
    List* lists = lists_.up_to(end_of(groups));
    PackedLists items(*states[0]);
    PackedLists owed(*states[1]);
    for (size_t at = 0; at < groups.size(); ++at) {
        auto row = static_cast<int64_t>(at);
        List& list = lists[groups[at]];
        item_bytes_ -= list.bytes();
        // A group that only goes on elsewhere is what it was.
        bool is_new = list.items.is_empty() && list.owed.is_empty();
        items.append_to(list.items, row);
        owed.append_to(list.owed, row);
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
    return items(groups, [](const List& list) -> const ByteList& { return list.items; });
}

}  // namespace tarn::sql
