// Rows a second of the functions of time that stand in most queries.

#include <benchmark/benchmark.h>

#include "sql/functions/scalar.hpp"
#include "sql/values/time_text.hpp"

namespace tarn::sql {
namespace {

constexpr int64_t Rows = 8'192;

Argument constant_text(const Column& column) {
    return {string_type().not_null(), &column};
}

void run(benchmark::State& state, std::string_view name, std::vector<Argument> arguments,
         std::vector<Column> columns) {
    Session session{TimeZone::named("Europe/Berlin"), {}};
    Signature signature = *find_function(name)->resolve(arguments);
    for (auto _ : state) {
        benchmark::DoNotOptimize(signature.kernel({columns, Rows, signature.result, session}));
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * Rows);
}

// Seven minutes and a bit from row to row, so a batch spans some forty days.
template <typename Time>
Column times(const Type& type) {
    Writer<Time> writer(type, Rows);
    for (int64_t row = 0; row < Rows; ++row)
        writer.append(Time{{1'715'768'430'123 + row * 423'456, 0}});
    return writer.finish();
}

void hour_of_a_timestamp(benchmark::State& state) {
    Type type = type_with(TypeKind::Timestamp, 3);
    run(state, "HOUR", {{type}}, {times<WallTime>(type)});
}
BENCHMARK(hour_of_a_timestamp);

void month_of_a_moment(benchmark::State& state) {
    Type type = type_with(TypeKind::TimestampLtz, 3);
    run(state, "MONTH", {{type}}, {times<Instant>(type)});
}
BENCHMARK(month_of_a_moment);

void floor_to_day(benchmark::State& state) {
    Type type = type_with(TypeKind::Timestamp, 3);
    Column unit = constant_column(string_type(), std::string_view("DAY"));
    run(state, "FLOOR", {{type}, constant_text(unit)}, {times<WallTime>(type), unit});
}
BENCHMARK(floor_to_day);

void date_format(benchmark::State& state) {
    Type type = type_with(TypeKind::Timestamp, 3);
    Column pattern = constant_column(string_type(), std::string_view("yyyy-MM-dd HH:mm"));
    run(state, "DATE_FORMAT", {{type}, constant_text(pattern)}, {times<WallTime>(type), pattern});
}
BENCHMARK(date_format);

void to_timestamp(benchmark::State& state) {
    Writer<std::string_view> writer(string_type(), Rows);
    Type type = type_with(TypeKind::Timestamp, 3);
    Column points = times<WallTime>(type);
    for (int64_t row = 0; row < Rows; ++row) {
        writer.append(text_of(Reader<WallTime>(points)[row], 3));
    }
    run(state, "TO_TIMESTAMP", {{string_type()}}, {writer.finish()});
}
BENCHMARK(to_timestamp);

}  // namespace
}  // namespace tarn::sql
