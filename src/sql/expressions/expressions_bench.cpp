// Rows a second of whole expressions over batches of the size that jobs work on. Each benchmark is
// named by its SQL, which bench/sql_expressions.py runs on others as well.
#include <benchmark/benchmark.h>

#include <array>

#include "sql/expressions/binder.hpp"
#include "sql/expressions/evaluate.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

constexpr int64_t Rows = 8192;

constexpr auto Expressions = std::to_array<const char*>({
    "a + b",
    "a * 2e0 + b",
    "a > b",
    "i * 3 - j",
    "a > b AND i > 100",
    "CASE WHEN a > b THEN a ELSE b END",
    "COALESCE(a, b)",
    "n * n",
    "CAST(i AS STRING)",
    "UPPER(s)",
    "SUBSTRING(s, 2, 5)",
    "s LIKE 'Trade-1%'",
    "EXTRACT(HOUR FROM ts)",
    "FLOOR(ts TO DAY)",
    "DATE_FORMAT(ts, 'yyyy-MM-dd HH:mm')",
    "TO_TIMESTAMP('2024-02-29 12:30:' || SUBSTRING(s, 7, 2))",
    "CHAR_LENGTH(s)",
    "SPLIT_INDEX(s, '-', 1)",
    "REPLACE(s, 'Trade', 'Bid')",
    "REGEXP_EXTRACT(s, '([a-z]+)-([0-9]+)', 2)",
    "MD5(s)",
});

template <typename T, typename Make>
void add(std::vector<ScopeColumn>& columns, Batch& batch, std::string name, const Type& type,
         Make make) {
    Writer<T> writer(type, Rows);
    for (int64_t row = 0; row < Rows; ++row) writer.append(make(row));
    columns.push_back({"t", std::move(name), type});
    batch.columns.push_back(writer.finish());
}

struct Table {
    Scope scope;
    Batch batch{{}, Rows};
};

Table made_table() {
    constexpr int64_t Stride = 7919;  // a prime, so that neighbours differ
    Table table;
    std::vector<ScopeColumn> columns;
    Type number = simple_type(TypeKind::Double);
    Type whole = simple_type(TypeKind::Int);
    add<double>(columns, table.batch, "a", number, [](int64_t row) { return row * 1.5; });
    add<double>(columns, table.batch, "b", number,
                [](int64_t row) { return static_cast<double>(row * Stride % Rows); });
    add<int32_t>(columns, table.batch, "i", whole, [](int64_t row) { return int32_t(row); });
    add<int32_t>(columns, table.batch, "j", whole,
                 [](int64_t row) { return int32_t(row * Stride % Rows); });
    add<arrow::Decimal128>(columns, table.batch, "n", decimal_type(10, 2),
                           [](int64_t row) { return arrow::Decimal128(row * 100 + 1); });
    add<std::string>(columns, table.batch, "s", string_type(),
                     [](int64_t row) { return "Trade-" + std::to_string(row); });
    add<WallTime>(columns, table.batch, "ts", type_with(TypeKind::Timestamp, 3),
                  [](int64_t row) { return WallTime{{1'700'000'000'000 + row * 1000, 0}}; });
    table.scope = Scope(std::move(columns));
    return table;
}

void computed(benchmark::State& state, const char* sql) {
    Table table = made_table();
    Session session;
    Bound bound = bind_expression(parse_expression(Source("bench", sql)), table.scope, session);
    for (auto _ : state) benchmark::DoNotOptimize(evaluate(bound, table.batch, session));
    state.SetItemsProcessed(state.iterations() * Rows);
}

[[maybe_unused]] const bool AreRegistered = [] {
    for (const char* sql : Expressions) benchmark::RegisterBenchmark(sql, computed, sql);
    return true;
}();

}  // namespace
}  // namespace tarn::sql
