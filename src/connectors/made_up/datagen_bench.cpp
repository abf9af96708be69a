#include <benchmark/benchmark.h>

#include "base/clock.hpp"
#include "connectors/formats/test_tables.hpp"
#include "connectors/made_up/made_up_source.hpp"

namespace tarn::connectors {
namespace {

void make_plain_numbers(benchmark::State& state) {
    ManualClock clock{WallTime{}};
    SeededRandom random(1);
    auto table = test_table(
        "t (a INT, b BIGINT, c DOUBLE, d TIMESTAMP(3)) WITH ('rows-per-second' = '1000000000')");
    MadeUpSource source(source_of(table), value_maker, clock, random);
    source.read(1);
    int64_t rows = 0;
    for (auto _ : state) {
        clock.advance(std::chrono::seconds(1));
        rows += source.read(8'192)->size();
    }
    state.SetItemsProcessed(rows);
}
BENCHMARK(make_plain_numbers);

}  // namespace
}  // namespace tarn::connectors
