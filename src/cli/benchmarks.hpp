// The built-in benchmarks: what `tarn bench` measures on the machine it runs on. Each run does the
// same fixed work over made-up data and is measured by the CPU time of its thread, which other load
// on the machine disturbs least.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tarn::cli {

struct Benchmark {
    std::string name;  // "json-to-arrow"
    std::string unit;  // of what `run` gives: "records/s per core"
    std::string what;
    std::function<double()> run;
};

std::vector<Benchmark> all_benchmarks();

// The smallest, middle and largest of several runs.
struct Spread {
    double min, median, max;
};
Spread spread_of(std::vector<double> runs);

}  // namespace tarn::cli
