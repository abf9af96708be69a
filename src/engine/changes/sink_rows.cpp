#include "engine/changes/sink_rows.hpp"

#include <algorithm>

namespace tarn::engine {

void SinkRows::add(Row row, ChangeBuilder& changes) {
    changes.append(rows_.empty() ? Change::Insert : Change::UpdateAfter, row.bytes);
    auto known = row.key.empty() ? rows_.end() : find(row);
    if (known == rows_.end()) {
        rows_.push_back(std::move(row));
    } else {
        *known = std::move(row);
    }
}

void SinkRows::remove(const Row& row, ChangeBuilder& changes) {
    auto known = find(row);
    if (known == rows_.end()) return;
    bool is_last = std::next(known) == rows_.end();
    rows_.erase(known);
    if (rows_.empty()) {
        changes.append(Change::Delete, row.bytes);
    } else if (is_last) {
        changes.append(Change::UpdateAfter, rows_.back().bytes);
    }
}

std::vector<SinkRows::Row>::iterator SinkRows::find(const Row& row) {
    return row.key.empty() ? std::ranges::find(rows_, row.bytes, &Row::bytes)
                           : std::ranges::find(rows_, row.key, &Row::key);
}

}  // namespace tarn::engine
