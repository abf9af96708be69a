// What is laid down about each event by its place in the stream: of which kind it is, which persons
// and auctions there are by then, and its time. All else is drawn.
#pragma once

#include <cstdint>
#include <limits>

#include "sql/syntax/statement.hpp"

namespace tarn::connectors {

enum class EventKind : int32_t { Person, Auction, Bid };  // as the column event_type has them

struct EventRules {
    // Of each turn, in this order.
    int64_t persons = 1;
    int64_t auctions = 3;
    int64_t bids = 46;

    double events_per_second = 10'000;
    int64_t event_count = std::numeric_limits<int64_t>::max();

    int64_t person_bytes = 200;
    int64_t auction_bytes = 500;
    int64_t bid_bytes = 100;

    // All but one in so many go to the few that are hot.
    int64_t hot_auctions = 2;
    int64_t hot_bidders = 4;
    int64_t hot_sellers = 4;

    bool stays_at_end = false;
    bool keeps_pace = false;  // events come when it is their time, rather than at once

    int64_t turn() const { return persons + auctions + bids; }

    // When the event is, in milliseconds since 1970. Events are counted from 0.
    int64_t time_ms(int64_t event) const {
        constexpr int64_t BeginMs = 1'767'225'600'000;  // 2026-01-01 00:00:00
        double micros = static_cast<double>(event + 1) * (1e6 / events_per_second);
        return BeginMs + static_cast<int64_t>(micros) / 1'000;
    }
};

// Throws InvalidInput for values that are none.
EventRules event_rules(const sql::Options& options);

}  // namespace tarn::connectors
