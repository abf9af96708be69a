#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <limits>

#include "connectors/nexmark/draws.hpp"
#include "connectors/nexmark/event_fields.hpp"
#include "connectors/nexmark/field_arrays.hpp"

namespace tarn::connectors {
namespace {

using enum EventField::Type;

// The hot auction is the first of the last hundred.
std::shared_ptr<arrow::Array> auctions_bid_for(const EventBatch& events) {
    constexpr int64_t InFlight = 100;
    constexpr int64_t Ahead = 10;
    RowRandom random = draws_of("bid.auction");
    return whole_numbers(events, EventKind::Bid, [&](int32_t row) {
        int64_t last = events.last_auctions[static_cast<size_t>(row)];
        int64_t earliest = std::max<int64_t>(last - InFlight, 0);
        Pair drawn(random.bits(events.id(row)));
        bool is_hot = even_below(drawn.first, events.rules.hot_auctions) > 0;
        int64_t other = earliest + even_below(drawn.second, last - earliest + 1 + Ahead);
        return FirstAuction + (is_hot ? last / 100 * 100 : other);
    });
}

// The hot bidder is the second of the last hundred persons. Ids begin behind those of persons, by
// a slip of nexmark-flink that its results show.
std::shared_ptr<arrow::Array> bidders(const EventBatch& events) {
    RowRandom random = draws_of("bid.bidder");
    return whole_numbers(events, EventKind::Bid, [&](int32_t row) {
        int64_t last = events.last_persons[static_cast<size_t>(row)];
        Pair drawn(random.bits(events.id(row)));
        bool is_hot = even_below(drawn.first, events.rules.hot_bidders) > 0;
        int64_t other = drawn_person(drawn.second, last);
        return 2 * FirstPerson + (is_hot ? last / 100 * 100 + 1 : other);
    });
}

std::shared_ptr<arrow::Array> prices(const EventBatch& events) {
    RowRandom random = draws_of("bid.price");
    return whole_numbers(events, EventKind::Bid,
                         [&](int32_t row) { return drawn_price(random.bits(events.id(row))); });
}

// --- channels, each with its URL

struct BidChannel {
    std::string name;
    std::string url;
};

std::string made_up_url(int64_t channel) {
    RowRandom random = draws_of("url").other(std::to_string(channel));
    std::string url = "https://www.nexmark.com/";
    for (int64_t word = 0; word < 3; ++word) {
        append_word(url, random.bits(word), 5, '_');
        url += '/';
    }
    return url + "item.htm?query=1";
}

// The bits of the number from behind, as nexmark-flink tells its channels apart.
int64_t turned_around(uint32_t number) {
    uint32_t turned = 0;
    for (int bit = 0; bit < 32; ++bit) turned |= ((number >> bit) & 1U) << (31 - bit);
    auto whole = std::bit_cast<int32_t>(turned);
    // The smallest number has no counterpart above zero, and stays below it in Java.
    return whole == std::numeric_limits<int32_t>::min() ? whole : std::abs(whole);
}

const std::vector<BidChannel>& hot_channels() {
    static const std::vector<BidChannel> all = {{"Google", made_up_url(-1)},
                                                {"Facebook", made_up_url(-2)},
                                                {"Baidu", made_up_url(-3)},
                                                {"Apple", made_up_url(-4)}};
    return all;
}

// One in ten has no id in its URL.
const std::vector<BidChannel>& other_channels() {
    static const std::vector<BidChannel> all = [] {
        constexpr uint32_t Count = 10'000;
        RowRandom random = draws_of("channel_id");
        std::vector<BidChannel> channels;
        for (uint32_t i = 0; i < Count; ++i) {
            bool has_id = even_below(Pair(random.bits(i)).first, 10) > 0;
            std::string id = has_id ? fmt::format("&channel_id={}", turned_around(i)) : "";
            channels.push_back({fmt::format("channel-{}", i), made_up_url(i) + id});
        }
        return channels;
    }();
    return all;
}

template <std::string BidChannel::* part>
std::shared_ptr<arrow::Array> parts_of_channels(const EventBatch& events) {
    RowRandom random = draws_of("bid.channel");
    const std::vector<BidChannel>& hot = hot_channels();
    const std::vector<BidChannel>& other = other_channels();
    return texts(events, EventKind::Bid, [&](std::string& text, int32_t row) {
        Pair drawn(random.bits(events.id(row)));
        const auto& channels = even_below(drawn.first, 2) > 0 ? hot : other;
        auto size = static_cast<int64_t>(channels.size());
        text += channels[static_cast<size_t>(even_below(drawn.second, size))].*part;
    });
}

std::shared_ptr<arrow::Array> bid_times(const EventBatch& events) {
    return time_values(events, EventKind::Bid,
                       [&](int32_t row) { return events.times[static_cast<size_t>(row)]; });
}

// Channel and URL are not counted, as they came later.
std::shared_ptr<arrow::Array> bid_extras(const EventBatch& events) {
    constexpr int64_t OtherBytes = 4 * sizeof(int64_t);
    RowRandom random = draws_of("bid.extra");
    return texts(events, EventKind::Bid, [&](std::string& text, int32_t row) {
        append_filling(text, random.bits(events.id(row)), OtherBytes, events.rules.bid_bytes);
    });
}

constexpr auto BidFields = std::to_array<EventField>({
    {"auction", Number, auctions_bid_for},
    {"bidder", Number, bidders},
    {"price", Number, prices},
    {"channel", Text, parts_of_channels<&BidChannel::name>},
    {"url", Text, parts_of_channels<&BidChannel::url>},
    {"dateTime", Time, bid_times},
    {"extra", Text, bid_extras},
});

}  // namespace

std::span<const EventField> bid_fields() {
    return BidFields;
}

}  // namespace tarn::connectors
