#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/units.hpp"
#include "cli/benchmarks.hpp"
#include "cli/build_info.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/machine.hpp"
#include "cli/progress.hpp"

namespace tarn::cli {
namespace {

constexpr int RunsByDefault = 5;

std::vector<Benchmark> chosen_benchmarks(const Typed& typed) {
    std::vector<Benchmark> all = all_benchmarks();
    if (!typed.has("name")) return all;
    std::string wanted = typed.value_or("name", "");
    std::vector<std::string> known;
    for (const Benchmark& benchmark : all) {
        if (benchmark.name == wanted) return {benchmark};
        known.push_back(benchmark.name);
    }
    throw Error(ErrorCode::NotFound, "there is no benchmark '{}'", wanted)
        .with_hint(name_hint(wanted, known));
}

int runs_wanted(const Typed& typed) {
    std::string text = typed.value_or("--runs", std::to_string(RunsByDefault));
    int runs = std::atoi(text.c_str());
    if (runs < 1 || runs > 100) {
        throw Error(ErrorCode::InvalidInput, "--runs {}: is not a number from 1 to 100", text);
    }
    return runs;
}

Spread measure(const Benchmark& benchmark, int runs, Terminal& terminal) {
    SystemClock clock;
    Progress progress(terminal, clock, benchmark.name, runs + 1);
    benchmark.run();  // the first warms caches and allocators
    std::vector<double> measured;
    for (int run = 1; run <= runs; ++run) {
        progress.advance_to(run);
        measured.push_back(benchmark.run());
    }
    return spread_of(std::move(measured));
}

// 8714000 as "8.71 M".
std::string shown(double value) {
    if (value >= 1e6) return fmt::format("{:.3g} M", value / 1e6);
    if (value >= 1e3) return fmt::format("{:.3g} k", value / 1e3);
    return fmt::format("{:.3g}", value);
}

int run_benchmarks(Call& call) {
    std::vector<Benchmark> benchmarks = chosen_benchmarks(call.typed);
    int runs = runs_wanted(call.typed);
    Machine machine = this_machine();
    boost::json::array figures;
    std::vector<std::vector<std::string>> rows;
    for (const Benchmark& benchmark : benchmarks) {
        Spread spread = measure(benchmark, runs, call.terminal);
        figures.push_back({{"name", benchmark.name},
                           {"unit", benchmark.unit},
                           {"min", spread.min},
                           {"median", spread.median},
                           {"max", spread.max}});
        rows.push_back({benchmark.name, shown(spread.min), shown(spread.median), shown(spread.max),
                        benchmark.unit, benchmark.what});
    }
    if (call.wants_json()) {
        boost::json::object page = {
            {"schema", "tarn.bench/1"}, {"version", version()},
            {"commit", commit()},       {"cpu", machine.cpu},
            {"cores", machine.cores},   {"memory_bytes", std::to_string(machine.memory_bytes)},
            {"kernel", machine.kernel}, {"runs", runs},
            {"figures", figures}};
        call.terminal.print_line(boost::json::serialize(page));
        return ExitOk;
    }
    call.terminal.print_line(fmt::format(
        "{}, {} cores, {}, Linux {}; tarn {} ({}); {} runs\n", machine.cpu, machine.cores,
        to_human_size(machine.memory_bytes), machine.kernel, version(), commit(), runs));
    call.terminal.table({"BENCHMARK", "MIN", "MEDIAN", "MAX", "UNIT", "WHAT"}, rows);
    return ExitOk;
}

}  // namespace

Command bench_command() {
    return {.name = "bench",
            .summary = "measure this machine; figures with machine and commit",
            .examples = {"tarn bench", "tarn bench json-to-parquet --runs 9", "tarn bench --json"},
            .options = {{"--runs", "N", "how often each is run (default 5)"}},
            .arguments = {{"name", "only this benchmark", false}},
            .run = run_benchmarks};
}

}  // namespace tarn::cli
