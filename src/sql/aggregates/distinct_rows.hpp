// The different rows of arguments that groups have, and how often: one table for the rows of all
// groups, so that a row is found with few looks at memory. Open addressing with linear probing;
// rows of up to 15 bytes lie in the table's own vectors.
#pragma once

#include <string>
#include <string_view>

#include "sql/aggregates/groups.hpp"

namespace tarn::sql {

class DistinctRows {
public:
    struct Row {
        std::string bytes;
        int64_t count = 0;   // below zero while it was taken back more often than added
        uint64_t place = 0;  // tells in which order rows came
        uint32_t group = 0;
        // The others of the group.
        uint32_t previous = None;
        uint32_t next = None;
    };

    // A new one with a count of 0 where there is none. Good until another one is asked for.
    Row& row_of(uint32_t group, std::string_view bytes);
    void remove(Row& row);
    void forget(Groups groups);

    // In the order of their places.
    std::vector<const Row*> rows_of(uint32_t group) const;

    size_t bytes() const;

private:
    static constexpr uint32_t None = UINT32_MAX;

    struct Slot {
        uint32_t row = None;
        uint32_t hash = 0;
    };

    size_t home(uint32_t hash) const { return hash & (slots_.size() - 1); }
    size_t behind(size_t slot) const { return (slot + 1) & (slots_.size() - 1); }
    size_t slot_of(uint32_t group, std::string_view bytes, uint32_t hash) const;
    uint32_t new_row(uint32_t group, std::string_view bytes);
    void close_gap(size_t gap);
    void grow();

    std::vector<Slot> slots_ = std::vector<Slot>(16);  // a power of two of them
    std::vector<Row> rows_;
    std::vector<uint32_t> free_;
    OfGroups<uint32_t> first_{None};  // of each group
    size_t bytes_outside_ = 0;
};

}  // namespace tarn::sql
