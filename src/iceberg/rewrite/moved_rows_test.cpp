#include "iceberg/rewrite/moved_rows.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/random.hpp"

namespace tarn::iceberg {
namespace {

TEST(MovedRows, knows_rows_that_stay_together_as_one_run) {
    MovedRows rows;
    for (int64_t position = 10; position < 1'000; ++position) {
        rows.add(position, {.partition = 2, .row = position + 5});
    }

    EXPECT_EQ(rows.run_count(), 1U);
    EXPECT_EQ(rows.place_of(10), (RowPlace{2, 15}));
    EXPECT_EQ(rows.place_of(999), (RowPlace{2, 1'004}));
    EXPECT_EQ(rows.place_of(9), std::nullopt);
    EXPECT_EQ(rows.place_of(1'000), std::nullopt);
}

TEST(MovedRows, answers_as_a_map_does) {
    SeededRandom random(11);
    MovedRows rows;
    std::map<int64_t, RowPlace> expected;
    std::map<uint32_t, int64_t> next;
    for (int64_t position = 0; position < 5'000; ++position) {
        if (random.below(4) == 0) continue;  // deleted
        auto partition = static_cast<uint32_t>(random.below(8) == 0 ? random.below(3) : 0);
        RowPlace place{partition, next[partition]++};
        rows.add(position, place);
        expected[position] = place;
    }

    for (int64_t position = 0; position < 5'001; ++position) {
        auto found = expected.find(position);
        auto wanted = found == expected.end() ? std::nullopt : std::optional(found->second);
        ASSERT_EQ(rows.place_of(position), wanted) << position;
    }
}

}  // namespace
}  // namespace tarn::iceberg
