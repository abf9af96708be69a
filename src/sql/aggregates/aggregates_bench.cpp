// How fast values are added to groups, in batches of the size that jobs work on.
#include <benchmark/benchmark.h>

#include "sql/aggregates/aggregate.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

constexpr int64_t Rows = 8192;

struct Input {
    Type type;
    Column column;
};

template <typename T, typename Make>
Input made_input(const Type& type, Make make) {
    constexpr int64_t Stride = 7919;  // a prime, so that neighbours differ
    Writer<T> writer(type, Rows);
    for (int64_t row = 0; row < Rows; ++row) writer.append(make(row * Stride % Rows));
    return {type, writer.finish()};
}

Input input_of(const std::string& name) {
    if (name == "INT") {
        return made_input<int32_t>(simple_type(TypeKind::Int),
                                   [](int64_t value) { return static_cast<int32_t>(value); });
    }
    if (name == "BIGINT") {
        return made_input<int64_t>(simple_type(TypeKind::BigInt),
                                   [](int64_t value) { return value; });
    }
    if (name == "DOUBLE") {
        return made_input<double>(simple_type(TypeKind::Double),
                                  [](int64_t value) { return static_cast<double>(value) * 1.5; });
    }
    if (name == "DECIMAL") {
        return made_input<arrow::Decimal128>(
            decimal_type(10, 2), [](int64_t value) { return arrow::Decimal128(value * 100 + 1); });
    }
    return made_input<std::string>(string_type(),
                                   [](int64_t value) { return "Trade-" + std::to_string(value); });
}

void added(benchmark::State& state, const char* name, const char* type) {
    constexpr uint32_t Mixing = 2'654'435'761;
    auto group_count = static_cast<uint32_t>(state.range(0));
    Input input = input_of(type);
    std::vector<Argument> arguments{{input.type}};
    auto accumulator =
        find_aggregate(name)->resolve(arguments)->accumulator(AggregateInput::Inserts);
    std::vector<uint32_t> groups;
    for (uint32_t row = 0; row < Rows; ++row) {
        groups.push_back(((row * Mixing) >> 16) % group_count);
    }
    for (auto _ : state) accumulator->add(groups, std::span(&input.column, 1));
    benchmark::DoNotOptimize(accumulator->values(all_groups(group_count)));
    state.SetItemsProcessed(state.iterations() * Rows);
}

[[maybe_unused]] const bool AreRegistered = [] {
    auto add = [](const char* name, const char* type) {
        std::string title = std::string(name) + "(" + type + ")";
        benchmark::RegisterBenchmark(title.c_str(), added, name, type)->Arg(1)->Arg(16)->Arg(4096);
    };
    for (const char* type : {"INT", "BIGINT", "DOUBLE"}) {
        for (const char* name : {"COUNT", "SUM", "MIN", "MAX", "AVG", "VAR_POP"}) add(name, type);
    }
    for (const char* name : {"SUM", "AVG", "MAX"}) add(name, "DECIMAL");
    for (const char* name : {"LAST_VALUE", "MIN", "APPROX_COUNT_DISTINCT"}) add(name, "STRING");
    return true;
}();

}  // namespace
}  // namespace tarn::sql
