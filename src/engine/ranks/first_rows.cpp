#include "engine/ranks/first_rows.hpp"

namespace tarn::engine {

bool FirstRows::add(std::string_view sort_key, OrderedRows::Row row, Rules rules,
                    RankedChanges& changes) {
    bool is_behind =
        !rules.keeps_rest && is_full() && (rows_.size() == 0 || sort_key >= rows_.last_sort_key());
    if (is_behind) return false;
    Place place = rows_.add(sort_key, std::move(row));
    if (rules.by_number) {
        shift_down(place, changes);
    } else if (int64_t rank = rows_.rank_of(place, last_); rank <= last_) {
        Place pushed_out = place;
        for (int64_t each = rank; each <= last_ && pushed_out != rows_.end(); ++each) ++pushed_out;
        if (pushed_out != rows_.end()) {
            changes.give(Change::Delete, pushed_out->second.bytes, last_);
        }
        changes.give(Change::Insert, place->second.bytes, rank);
    }
    if (!rules.keeps_rest && rows_.size() > last_) rows_.erase_last();
    return true;
}

void FirstRows::shift_down(Place place, RankedChanges& changes) {
    int64_t rank = rows_.rank_of(place, last_);
    if (rank > last_) return;
    const std::string* moved = &place->second.bytes;
    for (++place; place != rows_.end() && rank <= last_; ++place, ++rank) {
        changes.update(place->second.bytes, *moved, rank);
        moved = &place->second.bytes;
    }
    if (rank <= last_) changes.give(Change::Insert, *moved, rank);
}

void FirstRows::remove(std::string_view sort_key, std::string_view row, Rules rules,
                       RankedChanges& changes) {
    // One that is not there came before its time was over, or never.
    if (Place place = rows_.find(sort_key, row); place != rows_.end()) {
        remove(place, rules, changes);
    }
}

void FirstRows::remove(Place place, Rules rules, RankedChanges& changes) {
    int64_t rank = rows_.rank_of(place, last_);
    Place next = std::next(place);
    const std::string* gone = &place->second.bytes;
    if (rules.by_number) {
        for (; next != rows_.end() && rank <= last_; ++next, ++rank) {
            changes.update(*gone, next->second.bytes, rank);
            gone = &next->second.bytes;
        }
        if (rank <= last_) changes.give(Change::Delete, *gone, rank);
    } else if (rank <= last_) {
        changes.give(Change::Delete, *gone, rank);
        for (; rank < last_ && next != rows_.end(); ++rank) ++next;
        if (next != rows_.end()) changes.give(Change::Insert, next->second.bytes, last_);
    }
    rows_.erase(place);
}

bool FirstRows::put(std::string_view sort_key, OrderedRows::Row row, Rules rules,
                    RankedChanges& changes) {
    Place known = rows_.find_key(row.key);
    if (known == rows_.end()) return add(sort_key, std::move(row), rules, changes);
    std::string_view before = OrderedRows::sort_key(known->first);
    Place next = std::next(known);
    bool stays_before_next = next == rows_.end() || sort_key < OrderedRows::sort_key(next->first);
    if (sort_key == before) {
        replace(known, std::move(row), rules, changes);
    } else if (sort_key < before || stays_before_next) {
        move_up(known, sort_key, std::move(row), rules, changes);
    } else {
        // MIN moves back from NULL to its first value, and where state has an end counts begin
        // anew.
        remove(known, rules, changes);
        add(sort_key, std::move(row), rules, changes);
    }
    return true;
}

void FirstRows::replace(Place known, OrderedRows::Row row, Rules rules, RankedChanges& changes) {
    int64_t rank = rules.by_number ? rows_.rank_of(known, last_) : last_;
    changes.update(known->second.bytes, row.bytes, rank);
    known->second = std::move(row);
}

// Flink takes the row back at its old number right behind the first row that it moves.
void FirstRows::move_up(Place known, std::string_view sort_key, OrderedRows::Row row, Rules rules,
                        RankedChanges& changes) {
    int64_t old_rank = rows_.rank_of(known, last_);
    std::string old = std::move(known->second.bytes);
    rows_.erase(known);
    Place place = rows_.add(sort_key, std::move(row));
    const std::string* moved = &place->second.bytes;
    if (!rules.by_number) return changes.update(old, *moved, last_);
    int64_t rank = rows_.rank_of(place, last_);
    if (rank == old_rank) return changes.update(old, *moved, rank);
    bool is_first = true;
    for (++place; rank < old_rank; ++place, ++rank) {
        changes.give(Change::UpdateBefore, place->second.bytes, rank);
        if (is_first) changes.give(Change::UpdateBefore, old, old_rank);
        is_first = false;
        changes.give(Change::UpdateAfter, *moved, rank);
        moved = &place->second.bytes;
    }
    changes.give(Change::UpdateAfter, *moved, old_rank);
}

}  // namespace tarn::engine
