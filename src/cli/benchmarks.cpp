#include "cli/benchmarks.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::cli {

std::vector<Benchmark> all_benchmarks() { return {}; }

Spread spread_of(std::vector<double> runs) {
    TARN_ASSERT(!runs.empty());
    std::ranges::sort(runs);
    return {.min = runs.front(), .median = runs[runs.size() / 2], .max = runs.back()};
}

}  // namespace tarn::cli
