#include "sql/aggregates/distinct_rows.hpp"

#include <functional>

#include "sql/aggregates/byte_list.hpp"

namespace tarn::sql {
namespace {

uint32_t hash_of_row(uint32_t group, std::string_view bytes) {
    uint64_t mixed = std::hash<std::string_view>()(bytes) ^ (group * uint64_t{0x9E3779B97F4A7C15});
    return static_cast<uint32_t>(mixed ^ (mixed >> 32));
}

}  // namespace

DistinctRows::Row& DistinctRows::row_of(uint32_t group, std::string_view bytes) {
    uint32_t hash = hash_of_row(group, bytes);
    size_t slot = slot_of(group, bytes, hash);
    if (slots_[slot].row != None) return rows_[slots_[slot].row];
    size_t used = rows_.size() - free_.size();
    if ((used + 1) * 4 > slots_.size() * 3) {
        grow();
        slot = slot_of(group, bytes, hash);
    }
    slots_[slot] = {new_row(group, bytes), hash};
    return rows_[slots_[slot].row];
}

uint32_t DistinctRows::new_row(uint32_t group, std::string_view bytes) {
    if (free_.empty()) {
        free_.push_back(static_cast<uint32_t>(rows_.size()));
        rows_.emplace_back();
    }
    uint32_t number = free_.back();
    free_.pop_back();
    uint32_t& first = first_.up_to(size_t{group} + 1)[group];
    Row& row = rows_[number];
    row.bytes = bytes;
    row.group = group;
    row.next = first;
    if (first != None) rows_[first].previous = number;
    first = number;
    bytes_outside_ += bytes_outside(row.bytes);
    return number;
}

void DistinctRows::remove(Row& row) {
    auto number = static_cast<uint32_t>(&row - rows_.data());
    size_t slot = home(hash_of_row(row.group, row.bytes));
    while (slots_[slot].row != number) slot = behind(slot);
    close_gap(slot);
    uint32_t& before = row.previous == None ? first_.up_to(size_t{row.group} + 1)[row.group]
                                            : rows_[row.previous].next;
    before = row.next;
    if (row.next != None) rows_[row.next].previous = row.previous;
    bytes_outside_ -= bytes_outside(row.bytes);
    row = {};
    free_.push_back(number);
}

// Moves back what stands behind the gap and would not be found across it.
void DistinctRows::close_gap(size_t gap) {
    size_t mask = slots_.size() - 1;
    for (size_t next = behind(gap); slots_[next].row != None; next = behind(next)) {
        size_t wanted = home(slots_[next].hash);
        if (((next - wanted) & mask) < ((next - gap) & mask)) continue;
        slots_[gap] = slots_[next];
        gap = next;
    }
    slots_[gap] = {};
}

void DistinctRows::forget(Groups groups) {
    for (uint32_t group : groups) {
        while (first_[group] != None) remove(rows_[first_[group]]);
    }
}

std::vector<const DistinctRows::Row*> DistinctRows::rows_of(uint32_t group) const {
    std::vector<const Row*> rows;
    for (uint32_t number = first_[group]; number != None; number = rows_[number].next) {
        rows.push_back(&rows_[number]);
    }
    std::ranges::sort(rows, {}, [](const Row* row) { return row->place; });
    return rows;
}

size_t DistinctRows::slot_of(uint32_t group, std::string_view bytes, uint32_t hash) const {
    size_t slot = home(hash);
    for (; slots_[slot].row != None; slot = behind(slot)) {
        if (slots_[slot].hash != hash) continue;
        const Row& row = rows_[slots_[slot].row];
        if (row.group == group && row.bytes == bytes) break;
    }
    return slot;
}

void DistinctRows::grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& each : old) {
        if (each.row == None) continue;
        size_t slot = home(each.hash);
        while (slots_[slot].row != None) slot = behind(slot);
        slots_[slot] = each;
    }
}

// About two slots for each row.
size_t DistinctRows::bytes() const {
    size_t used = rows_.size() - free_.size();
    return used * (sizeof(Row) + 2 * sizeof(Slot)) + first_.bytes() + bytes_outside_;
}

}  // namespace tarn::sql
