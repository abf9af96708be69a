#include "connectors/nexmark/event_rules.hpp"

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {
namespace {

constexpr int64_t ProportionMax = 1'000'000;
constexpr int64_t RateMax = 1'000'000'000;
constexpr int64_t BytesMax = 100'000;

struct Range {
    int64_t least;
    int64_t most;
};

void take_number(const OptionValues& options, std::string_view key, Range range, int64_t& value) {
    value = options.whole(key).value_or(value);
    if (value < range.least || value > range.most) {
        throw Error(ErrorCode::InvalidInput, "the option '{}' is {}, not from {} to {}", key, value,
                    range.least, range.most);
    }
}

void take_size(const OptionValues& options, std::string_view key, int64_t& bytes) {
    bytes = options.size(key).value_or(bytes);
    if (bytes > BytesMax) {
        throw Error(ErrorCode::InvalidInput, "the option '{}' is {} bytes, more than {}", key,
                    bytes, BytesMax);
    }
}

void take_proportions(const OptionValues& options, EventRules& rules) {
    take_number(options, "person.proportion", {0, ProportionMax}, rules.persons);
    take_number(options, "auction.proportion", {0, ProportionMax}, rules.auctions);
    take_number(options, "bid.proportion", {0, ProportionMax}, rules.bids);
    if (rules.turn() == 0) {
        throw Error(ErrorCode::InvalidInput,
                    "the proportions of persons, auctions and bids are all 0");
    }
}

// A count of 0 stands for no end, and so does a stop before the first event.
int64_t count_of_events(const OptionValues& options, int64_t endless) {
    int64_t count = options.whole("events.num").value_or(0);
    int64_t stop = options.whole("stop-at").value_or(-1);
    return std::min(count > 0 ? count : endless, stop >= 0 ? stop : endless);
}

}  // namespace

EventRules event_rules(const sql::Options& options) {
    OptionValues values(options);
    EventRules rules;
    take_proportions(values, rules);
    int64_t rate = 10'000;
    take_number(values, "first-event.rate", {1, RateMax}, rate);
    rules.events_per_second = static_cast<double>(rate);
    rules.event_count = count_of_events(values, rules.event_count);
    take_size(values, "person.avg-size", rules.person_bytes);
    take_size(values, "auction.avg-size", rules.auction_bytes);
    take_size(values, "bid.avg-size", rules.bid_bytes);
    take_number(values, "bid.hot-ratio.auctions", {1, ProportionMax}, rules.hot_auctions);
    take_number(values, "bid.hot-ratio.bidders", {1, ProportionMax}, rules.hot_bidders);
    take_number(values, "auction.hot-ratio.sellers", {1, ProportionMax}, rules.hot_sellers);
    rules.stays_at_end = values.is_on("keep-alive");
    rules.keeps_pace = !values.flag("max-emit-speed").value_or(true);
    return rules;
}

}  // namespace tarn::connectors
