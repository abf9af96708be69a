// The rows of one key in an order; those that it does not tell apart stand as they came.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tarn::engine {

class OrderedRows {
public:
    struct Row {
        std::string bytes;
        std::string key = {};  // of the row itself, where rows replace each other
    };
    // By the sort key and then the number of the arrival. No sort key begins another one.
    using Rows = std::map<std::string, Row>;
    using Place = Rows::iterator;

    Place add(std::string_view sort_key, Row row);
    void erase(Place place) { rows_.erase(place); }
    void erase_last() { rows_.erase(std::prev(rows_.end())); }

    // The first of the rows that are the same; end() for none.
    Place find(std::string_view sort_key, std::string_view bytes);
    Place find_key(std::string_view key);

    // Its number, from 1 up; limit + 1 when it has a higher one.
    int64_t rank_of(Place place, int64_t limit);

    Place begin() { return rows_.begin(); }
    Place end() { return rows_.end(); }
    const Rows& all() const { return rows_; }
    int64_t size() const { return static_cast<int64_t>(rows_.size()); }
    size_t bytes() const;  // roughly

    static std::string_view sort_key(const std::string& place_key) {
        return std::string_view(place_key).substr(0, place_key.size() - sizeof(uint64_t));
    }
    // Of the last row; there is one.
    std::string_view last_sort_key() const { return sort_key(rows_.rbegin()->first); }

private:
    Rows rows_;
    uint64_t arrivals_ = 0;
};

}  // namespace tarn::engine
