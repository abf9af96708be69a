// How fast a file of a hundred statements is read.

#include <benchmark/benchmark.h>

#include "sql/syntax/parser.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

Source hundred_statements() {
    std::string text;
    for (int i = 0; i < 50; ++i) {
        text += fmt::format(R"(
CREATE TABLE trades_{} (symbol STRING, price DOUBLE, quantity BIGINT, ts BIGINT,
    at_time AS TO_TIMESTAMP_LTZ(ts, 3), WATERMARK FOR at_time AS at_time - INTERVAL '5' SECOND)
    WITH ('connector' = 'kafka', 'topic' = 'trades', 'format' = 'json',
          'properties.bootstrap.servers' = 'localhost:9092');
INSERT INTO ohlcv_{} SELECT symbol, window_start, FIRST_VALUE(price) AS open_price,
    MAX(price) AS high, MIN(price) AS low, LAST_VALUE(price) AS close_price, SUM(quantity),
    SUM(CASE WHEN price > 100 AND symbol LIKE 'A%' THEN price * quantity ELSE 0 END) / COUNT(*)
    FROM TABLE(TUMBLE(TABLE trades_{}, DESCRIPTOR(at_time), INTERVAL '1' MINUTE))
    WHERE symbol IS NOT NULL AND price BETWEEN 1 AND 1000 GROUP BY symbol, window_start, window_end;
)",
                            i, i, i);
    }
    return {"job.sql", std::move(text)};
}

void read_a_hundred_statements(benchmark::State& state) {
    Source source = hundred_statements();
    for (auto _ : state) {
        Parsed parsed = parse(source);
        if (parsed.statements.size() != 100) state.SkipWithError("not all were read");
        benchmark::DoNotOptimize(parsed);
    }
}
BENCHMARK(read_a_hundred_statements)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tarn::sql
