// Arrays and maps made of the items of others. Items are spoken of by their places in one array
// that holds those of all arguments, so a kernel compares and picks places, and the items
// themselves are copied once, at the end.
#pragma once

#include <arrow/array/array_nested.h>

#include <ranges>

#include "sql/functions/number_loops.hpp"

namespace tarn::sql {

// Which items of a list a kernel is about: those of an array, the keys of a map, its values.
using ItemsOf = std::shared_ptr<arrow::Array> (*)(const arrow::ListArray& lists);

std::shared_ptr<arrow::Array> items_of_array(const arrow::ListArray& lists);
std::shared_ptr<arrow::Array> keys_of_map(const arrow::ListArray& lists);
std::shared_ptr<arrow::Array> values_of_map(const arrow::ListArray& lists);

// The items of several columns, one column behind the other.
class JoinedItems {
public:
    // The first columns, as many as `lists` says, are of lists; the rest are of single items.
    JoinedItems(std::span<const Column> columns, size_t lists, ItemsOf items_of = items_of_array);

    const std::shared_ptr<arrow::Array>& values() const { return values_; }

    // The places of what a column has for a row.
    auto places(size_t column, int64_t row) const {
        const Part& part = parts_[column];
        int64_t at = part.column.place(row);
        int64_t begin = part.begin + (part.lists ? part.lists->value_offset(at) : at);
        return std::views::iota(begin, begin + (part.lists ? part.lists->value_length(at) : 1));
    }

private:
    struct Part {
        Column column;
        const arrow::ListArray* lists;  // null for single items
        int64_t begin;
    };

    std::vector<Part> parts_;
    std::shared_ptr<arrow::Array> values_;
};

// Which of the items are the same, a NULL being the same as another. Plain values are numbered
// once, so that comparing two of them is no more than comparing their numbers.
class SameItems {
public:
    explicit SameItems(std::shared_ptr<arrow::Array> values);

    bool operator()(int64_t left, int64_t right) const;
    bool has(const std::ranges::range auto& places, int64_t wanted) const {
        return std::ranges::any_of(places, [&](int64_t place) { return (*this)(place, wanted); });
    }

private:
    std::shared_ptr<arrow::Array> values_;
    std::shared_ptr<arrow::Array> codes_;  // null where values are compared themselves
    const int32_t* numbers_ = nullptr;
};

// How many items the list of each row has, and which rows have none at all.
class ListLengths {
public:
    explicit ListLengths(int64_t rows) { lengths_.reserve(static_cast<size_t>(rows)); }

    void append(size_t length) { lengths_.push_back(static_cast<int32_t>(length)); }
    void append_null() { lengths_.push_back(-1); }

    struct Buffers {
        int64_t rows;
        std::shared_ptr<arrow::Buffer> offsets;
        std::shared_ptr<arrow::Buffer> validity;
        int64_t null_count;
    };
    Buffers finish() const;

private:
    std::vector<int32_t> lengths_;
};

Column array_column(const KernelCall& call, const ListLengths& lengths,
                    const std::shared_ptr<arrow::Array>& items);
Column map_column(const KernelCall& call, const ListLengths& lengths,
                  const std::shared_ptr<arrow::Array>& keys,
                  const std::shared_ptr<arrow::Array>& items);

inline bool has_null(std::span<const Column> columns, int64_t row) {
    return std::ranges::any_of(columns, [row](const Column& each) { return each.is_null(row); });
}

// An array for each row, of the places that `fill` adds to a vector; NULL where one of the columns
// is that it cannot do without.
template <typename Fill>
Column arrays_of(const KernelCall& call, std::span<const Column> needed, const JoinedItems& items,
                 const Fill& fill) {
    int64_t rows = rows_to_compute(call);
    ListLengths lengths(rows);
    std::vector<int64_t> all;
    std::vector<int64_t> places;
    for (int64_t row = 0; row < rows; ++row) {
        if (has_null(needed, row)) {
            lengths.append_null();
            continue;
        }
        places.clear();
        fill(row, places);
        all.insert(all.end(), places.begin(), places.end());
        lengths.append(places.size());
    }
    return array_column(call, lengths, taken({items.values()}, all).values);
}

}  // namespace tarn::sql
