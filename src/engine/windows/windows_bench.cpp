// How fast rows go through windows with five aggregates: a row in each millisecond, keys in turn.
#include <benchmark/benchmark.h>

#include "engine/windows/window_operators.hpp"
#include "sql/values/writers.hpp"

namespace tarn::engine {
namespace {

constexpr int64_t Rows = 8192;
constexpr int64_t Second = 1'000;

class Counter final : public Output {
public:
    void take(const ChangeBatch& batch) override { rows += batch.size(); }
    void advance(EventTime) override {}
    void refuse(const ChangeBatch&, Refusal) override {}

    int64_t rows = 0;
};

const sql::Type BigInt = sql::simple_type(sql::TypeKind::BigInt);
const sql::Type Time = sql::type_with(sql::TypeKind::Timestamp, 3);

sql::StreamPlanPtr bids() {
    auto plan = std::make_shared<sql::StreamPlan>();
    plan->columns = {{"k", BigInt}, {"price", BigInt}, {"ts", Time, sql::TimeRole::Rowtime}};
    plan->changes = sql::InsertsOnly;
    return plan;
}

sql::stream::WindowAggregate aggregate_of(const sql::Window& window) {
    sql::stream::WindowAggregate step{bids(), window, std::nullopt, {0}, {}};
    for (const char* name : {"COUNT", "SUM", "MIN", "MAX", "AVG"}) {
        std::vector<sql::Argument> arguments{{BigInt}};
        const sql::Aggregate* function = sql::find_aggregate(name);
        step.calls.push_back({function, *function->resolve(arguments), {1}});
    }
    return step;
}

ChangeBatch batch_from(int64_t begin, int64_t keys) {
    constexpr int64_t Stride = 7919;  // a prime, so that neighbours differ
    sql::Writer<int64_t> key(BigInt, Rows);
    sql::Writer<int64_t> price(BigInt, Rows);
    sql::Writer<sql::WallTime> time(Time, Rows);
    for (int64_t row = begin; row < begin + Rows; ++row) {
        key.append(row * Stride % keys);
        price.append(row * Stride % Rows);
        time.append(sql::WallTime{{row, 0}});
    }
    return {{{key.finish(), price.finish(), time.finish()}, Rows}};
}

void windows(benchmark::State& state, const sql::Window& window) {
    sql::StreamPlan plan;
    plan.columns = {{"window_time", Time, sql::TimeRole::Rowtime}};
    ManualClock clock(WallTime{});
    JobContext job{.clock = clock, .zone = {}};
    OperatorPtr made_operator = made(aggregate_of(window), plan, job);
    Counter output;
    int64_t begin = 0;
    for (auto _ : state) {
        state.PauseTiming();
        ChangeBatch batch = batch_from(begin, state.range(0));
        begin += Rows;
        state.ResumeTiming();
        made_operator->take(0, batch, output);
        made_operator->advance(begin - 1, output);
    }
    benchmark::DoNotOptimize(output.rows);
    state.SetItemsProcessed(state.iterations() * Rows);
}

[[maybe_unused]] const bool AreRegistered = [] {
    auto add = [](const char* name, const sql::Window& window) {
        benchmark::RegisterBenchmark(name, windows, window)->Arg(100)->Arg(10'000);
    };
    add("TUMBLE 10 s", {sql::WindowKind::Tumble, 2, 10 * Second});
    add("HOP 2 s, 10 s", {sql::WindowKind::Hop, 2, 10 * Second, 2 * Second});
    add("HOP 1 s, 60 s", {sql::WindowKind::Hop, 2, 60 * Second, Second});
    add("CUMULATE 2 s, 10 s", {sql::WindowKind::Cumulate, 2, 10 * Second, 2 * Second});
    add("SESSION 1 s", {sql::WindowKind::Session, 2, Second, 0, 0, {0}});
    return true;
}();

}  // namespace
}  // namespace tarn::engine
