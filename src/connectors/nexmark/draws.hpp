// What is drawn for the fields of events, each from numbers of its own: a field has the same values
// whether the others are asked for or not.
#pragma once

#include <string>
#include <string_view>

#include "connectors/made_up/value_maker.hpp"
#include "connectors/nexmark/event_batch.hpp"

namespace tarn::connectors {

constexpr int64_t FirstPerson = 1'000;
constexpr int64_t FirstAuction = 1'000;

// The numbers of a field: "bid.price". The same in all runs.
RowRandom draws_of(std::string_view field);

// Two numbers of 32 bits for the price of one.
struct Pair {
    explicit Pair(uint64_t bits)
        : first(static_cast<uint32_t>(bits)), second(static_cast<uint32_t>(bits >> 32)) {}

    uint32_t first;
    uint32_t second;
};

// Even over 0 .. bound-1, for bounds up to 32 bits.
inline int64_t even_below(uint32_t bits, int64_t bound) {
    return static_cast<int64_t>((static_cast<uint64_t>(bits) * static_cast<uint64_t>(bound)) >> 32);
}

// In cents, from 1 to a million, each order of magnitude as often as the others.
int64_t drawn_price(uint64_t bits);

// One of the active persons or of those to come soon, counted from 0.
int64_t drawn_person(uint32_t bits, int64_t last_person);

// Small letters, with `blank` in each 13th place; at least 3 and less than `most`, and shorter
// where blanks at the ends are cut off.
void append_word(std::string& text, uint64_t bits, int64_t most, char blank = ' ');

// Fills up a row that has `bytes` to the average size, give or take a fifth.
void append_filling(std::string& text, uint64_t bits, int64_t bytes, int64_t average);

}  // namespace tarn::connectors
