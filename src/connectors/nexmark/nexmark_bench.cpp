#include <benchmark/benchmark.h>

#include "base/clock.hpp"
#include "connectors/formats/test_tables.hpp"
#include "connectors/nexmark/nexmark_source.hpp"

namespace tarn::connectors {
namespace {

void make_events(benchmark::State& state, const std::string& columns) {
    ManualClock clock{WallTime{}};
    NexmarkSource source(source_of(test_table("t (" + columns + ") WITH ()")), clock);
    int64_t events = 0;
    for (auto _ : state) events += source.read(8'192)->size();
    state.SetItemsProcessed(events);
}

// As q0 and q2 read them.
BENCHMARK_CAPTURE(make_events, bids,
                  "event_type INT, person ROW<`dateTime` TIMESTAMP(3)>, "
                  "auction ROW<`dateTime` TIMESTAMP(3)>, bid ROW<auction BIGINT, bidder BIGINT, "
                  "price BIGINT, `dateTime` TIMESTAMP(3), extra STRING>");
BENCHMARK_CAPTURE(make_events, prices,
                  "event_type INT, person ROW<`dateTime` TIMESTAMP(3)>, "
                  "auction ROW<`dateTime` TIMESTAMP(3)>, bid ROW<auction BIGINT, price BIGINT, "
                  "`dateTime` TIMESTAMP(3)>");
BENCHMARK_CAPTURE(make_events, all,
                  "event_type INT, person ROW<id BIGINT, name STRING, emailAddress STRING, "
                  "creditCard STRING, city STRING, state STRING, `dateTime` TIMESTAMP(3), "
                  "extra STRING>, auction ROW<id BIGINT, itemName STRING, description STRING, "
                  "initialBid BIGINT, reserve BIGINT, `dateTime` TIMESTAMP(3), "
                  "expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING>, "
                  "bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, "
                  "url STRING, `dateTime` TIMESTAMP(3), extra STRING>");

}  // namespace
}  // namespace tarn::connectors
