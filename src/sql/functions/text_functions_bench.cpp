// Rows a second of the functions that jobs call most, on short texts of ASCII.
#include <benchmark/benchmark.h>

#include "sql/functions/function.hpp"
#include "sql/functions/like.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

constexpr int64_t Rows = 8192;

Column short_texts() {
    Writer<std::string> writer(string_type(), Rows);
    for (int64_t row = 0; row < Rows; ++row) writer.append("Trade-" + std::to_string(row * 7919));
    return writer.finish();
}

Column text_constant(std::string_view text) {
    return constant_column<std::string_view>(string_type(), text);
}

Column number_constant(int32_t number) {
    return constant_column<int32_t>(simple_type(TypeKind::Int), number);
}

void run(benchmark::State& state, const Resolver& resolver, std::vector<Column> constants) {
    Columns columns = {short_texts()};
    std::vector<Argument> arguments = {{string_type()}};
    for (Column& constant : constants) {
        bool is_text = constant.values->type()->id() == arrow::Type::STRING;
        arguments.push_back({is_text ? string_type() : simple_type(TypeKind::Int)});
        columns.push_back(std::move(constant));
    }
    auto signature = resolver(arguments);
    Session session;
    for (auto _ : state) {
        benchmark::DoNotOptimize(signature->kernel({columns, Rows, signature->result, session}));
    }
    state.SetItemsProcessed(state.iterations() * Rows);
}

void run_named(benchmark::State& state, const char* name, std::vector<Column> constants) {
    run(state, find_function(name)->resolve, std::move(constants));
}

void upper(benchmark::State& state) {
    run_named(state, "UPPER", {});
}
void substring(benchmark::State& state) {
    run_named(state, "SUBSTRING", {number_constant(2), number_constant(5)});
}
void char_length(benchmark::State& state) {
    run_named(state, "CHAR_LENGTH", {});
}
void concat(benchmark::State& state) {
    run_named(state, "CONCAT", {text_constant("-suffix")});
}
void replace(benchmark::State& state) {
    run_named(state, "REPLACE", {text_constant("-"), text_constant("/")});
}
void split_index(benchmark::State& state) {
    run_named(state, "SPLIT_INDEX", {text_constant("-"), number_constant(1)});
}
void like_prefix(benchmark::State& state) {
    run(state, like_resolver(), {text_constant("Trade-1%")});
}
void regexp_extract(benchmark::State& state) {
    run_named(state, "REGEXP_EXTRACT", {text_constant("-(\\d+)"), number_constant(1)});
}
void md5(benchmark::State& state) {
    run_named(state, "MD5", {});
}

BENCHMARK(upper);
BENCHMARK(substring);
BENCHMARK(char_length);
BENCHMARK(concat);
BENCHMARK(replace);
BENCHMARK(split_index);
BENCHMARK(like_prefix);
BENCHMARK(regexp_extract);
BENCHMARK(md5);

}  // namespace
}  // namespace tarn::sql
