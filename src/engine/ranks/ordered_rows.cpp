#include "engine/ranks/ordered_rows.hpp"

#include <algorithm>

namespace tarn::engine {

OrderedRows::Place OrderedRows::add(std::string_view sort_key, Row row) {
    std::string place(sort_key);
    uint64_t arrival = arrivals_++;
    for (int shift = 56; shift >= 0; shift -= 8) {
        place.push_back(static_cast<char>(arrival >> static_cast<unsigned>(shift)));
    }
    return rows_.emplace(std::move(place), std::move(row)).first;
}

OrderedRows::Place OrderedRows::find(std::string_view sort_key, std::string_view bytes) {
    for (Place place = rows_.lower_bound(std::string(sort_key)); place != end(); ++place) {
        if (OrderedRows::sort_key(place->first) != sort_key) break;
        if (place->second.bytes == bytes) return place;
    }
    return end();
}

OrderedRows::Place OrderedRows::find_key(std::string_view key) {
    return std::ranges::find_if(rows_, [&](const auto& row) { return row.second.key == key; });
}

int64_t OrderedRows::rank_of(Place place, int64_t limit) {
    int64_t rank = 1;
    for (Place each = begin(); each != place && rank <= limit; ++each) ++rank;
    return rank;
}

size_t OrderedRows::bytes() const {
    constexpr size_t NodeBytes = 64;
    size_t bytes = sizeof *this;
    for (const auto& [place, row] : rows_) {
        bytes += NodeBytes + place.size() + row.bytes.size() + row.key.size();
    }
    return bytes;
}

}  // namespace tarn::engine
