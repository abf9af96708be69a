#include <algorithm>
#include <array>

#include "connectors/nexmark/draws.hpp"
#include "connectors/nexmark/event_fields.hpp"
#include "connectors/nexmark/field_arrays.hpp"

namespace tarn::connectors {
namespace {

using enum EventField::Type;

constexpr int64_t ItemNameMost = 20;
constexpr int64_t DescriptionMost = 100;

std::shared_ptr<arrow::Array> auction_ids(const EventBatch& events) {
    return whole_numbers(events, EventKind::Auction, [&](int32_t row) {
        return FirstAuction + events.last_auctions[static_cast<size_t>(row)];
    });
}

std::shared_ptr<arrow::Array> item_names(const EventBatch& events) {
    RowRandom random = draws_of("auction.itemName");
    return texts(events, EventKind::Auction, [&](std::string& text, int32_t row) {
        append_word(text, random.bits(events.id(row)), ItemNameMost);
    });
}

std::shared_ptr<arrow::Array> descriptions(const EventBatch& events) {
    RowRandom random = draws_of("auction.description");
    return texts(events, EventKind::Auction, [&](std::string& text, int32_t row) {
        append_word(text, random.bits(events.id(row)), DescriptionMost);
    });
}

int64_t initial_bid(int64_t id) {
    return drawn_price(draws_of("auction.initialBid").bits(id));
}

std::shared_ptr<arrow::Array> initial_bids(const EventBatch& events) {
    return whole_numbers(events, EventKind::Auction,
                         [&](int32_t row) { return initial_bid(events.id(row)); });
}

std::shared_ptr<arrow::Array> reserves(const EventBatch& events) {
    RowRandom random = draws_of("auction.reserve");
    return whole_numbers(events, EventKind::Auction, [&](int32_t row) {
        int64_t id = events.id(row);
        return initial_bid(id) + drawn_price(random.bits(id));
    });
}

std::shared_ptr<arrow::Array> auction_times(const EventBatch& events) {
    return time_values(events, EventKind::Auction,
                       [&](int32_t row) { return events.times[static_cast<size_t>(row)]; });
}

// On average an auction lasts until a hundred more have begun.
std::shared_ptr<arrow::Array> expiry_times(const EventBatch& events) {
    constexpr int64_t AuctionsInFlight = 100;
    RowRandom random = draws_of("auction.expires");
    const EventRules& rules = events.rules;
    int64_t ahead = AuctionsInFlight * rules.turn() / std::max<int64_t>(rules.auctions, 1);
    return time_values(events, EventKind::Auction, [&](int32_t row) {
        int64_t time = events.times[static_cast<size_t>(row)];
        int64_t average = rules.time_ms(events.first + row + ahead) - time;
        auto bound = static_cast<uint64_t>(std::max<int64_t>(average * 2, 1));
        return time + 1 + static_cast<int64_t>(random.below(events.id(row), bound));
    });
}

// The hot seller is the first of the last hundred persons.
std::shared_ptr<arrow::Array> sellers(const EventBatch& events) {
    RowRandom random = draws_of("auction.seller");
    return whole_numbers(events, EventKind::Auction, [&](int32_t row) {
        int64_t last = events.last_persons[static_cast<size_t>(row)];
        Pair drawn(random.bits(events.id(row)));
        bool is_hot = even_below(drawn.first, events.rules.hot_sellers) > 0;
        return FirstPerson + (is_hot ? last / 100 * 100 : drawn_person(drawn.second, last));
    });
}

std::shared_ptr<arrow::Array> categories(const EventBatch& events) {
    constexpr int64_t FirstCategory = 10;
    constexpr int64_t Categories = 5;
    RowRandom random = draws_of("auction.category");
    return whole_numbers(events, EventKind::Auction, [&](int32_t row) {
        return FirstCategory + even_below(Pair(random.bits(events.id(row))).first, Categories);
    });
}

std::shared_ptr<arrow::Array> auction_extras(const EventBatch& events) {
    constexpr int64_t NumberBytes = 6 * sizeof(int64_t);
    RowRandom random = draws_of("auction.extra");
    RowRandom names = draws_of("auction.itemName");
    RowRandom described = draws_of("auction.description");
    std::string others;
    return texts(events, EventKind::Auction, [&](std::string& text, int32_t row) {
        int64_t id = events.id(row);
        others.clear();
        append_word(others, names.bits(id), ItemNameMost);
        append_word(others, described.bits(id), DescriptionMost);
        auto bytes = NumberBytes + static_cast<int64_t>(others.size());
        append_filling(text, random.bits(id), bytes, events.rules.auction_bytes);
    });
}

constexpr auto AuctionFields = std::to_array<EventField>({
    {"id", Number, auction_ids},
    {"itemName", Text, item_names},
    {"description", Text, descriptions},
    {"initialBid", Number, initial_bids},
    {"reserve", Number, reserves},
    {"dateTime", Time, auction_times},
    {"expires", Time, expiry_times},
    {"seller", Number, sellers},
    {"category", Number, categories},
    {"extra", Text, auction_extras},
});

}  // namespace

std::span<const EventField> auction_fields() {
    return AuctionFields;
}

}  // namespace tarn::connectors
