// How fast a file of a hundred statements is read, its names found and its plans made.
#include <benchmark/benchmark.h>

#include "sql/statements/checker.hpp"

namespace tarn::sql {
namespace {

Source job_of_a_hundred_statements() {
    std::string text;
    for (int i = 0; i < 33; ++i) {
        text += fmt::format(R"(
CREATE TABLE trades_{0} (symbol STRING, price DOUBLE, quantity BIGINT, ts BIGINT,
    at_time AS TO_TIMESTAMP_LTZ(ts, 3), WATERMARK FOR at_time AS at_time - INTERVAL '5' SECOND)
    WITH ('connector' = 'kafka', 'topic' = 'trades', 'format' = 'json',
          'properties.bootstrap.servers' = 'localhost:9092');
CREATE TABLE ohlcv_{0} (symbol STRING, window_start TIMESTAMP(3), open_price DOUBLE, high DOUBLE,
    low DOUBLE, close_price DOUBLE, quantity BIGINT, average DOUBLE) WITH ('connector' = 'print');
INSERT INTO ohlcv_{0} SELECT symbol, window_start, FIRST_VALUE(price) AS open_price,
    MAX(price) AS high, MIN(price) AS low, LAST_VALUE(price) AS close_price, SUM(quantity),
    SUM(CASE WHEN price > 100 AND symbol LIKE 'A%' THEN price * quantity ELSE 0 END) / COUNT(*)
    FROM TABLE(TUMBLE(TABLE trades_{0}, DESCRIPTOR(at_time), INTERVAL '1' MINUTE))
    WHERE symbol IS NOT NULL AND price BETWEEN 1 AND 1000 GROUP BY symbol, window_start, window_end;
)",
                            i);
    }
    return {"job.sql", text + "SELECT COUNT(*) FROM trades_0;"};
}

void check_a_hundred_statements(benchmark::State& state) {
    Source source = job_of_a_hundred_statements();
    for (auto _ : state) {
        Parsed parsed = parse(source);
        Checked checked = check(parsed);
        bool is_right = parsed.statements.size() == 100 && checked.problems.empty();
        if (!is_right) state.SkipWithError("not all of it is right");
        benchmark::DoNotOptimize(checked);
    }
}
BENCHMARK(check_a_hundred_statements)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tarn::sql
