#include "cli/benchmarks.hpp"

#include <gtest/gtest.h>

namespace tarn::cli {
namespace {

TEST(Benchmarks, quote_the_middle_of_their_runs) {
    Spread spread = spread_of({3, 9, 1, 7, 5});
    EXPECT_EQ(spread.min, 1);
    EXPECT_EQ(spread.median, 5);
    EXPECT_EQ(spread.max, 9);
}

TEST(Benchmarks, have_names_of_their_own) {
    std::vector<Benchmark> all = all_benchmarks();
    for (size_t i = 1; i < all.size(); ++i) EXPECT_NE(all[i].name, all[i - 1].name);
}

}  // namespace
}  // namespace tarn::cli
