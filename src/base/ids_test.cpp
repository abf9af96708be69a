#include "base/ids.hpp"

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(Uuid, reads_back_what_it_writes) {
    SeededRandom random(7);
    Uuid uuid = Uuid::random(random);

    EXPECT_EQ(Uuid::parse(uuid.text()), uuid);
    EXPECT_EQ(uuid.text()[14], '4') << "the version";
    EXPECT_NE(std::string_view("89ab").find(uuid.text()[19]), std::string_view::npos);
}

TEST(Uuid, refuses_text_of_another_form) {
    EXPECT_TRUE(Uuid::parse("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"));
    EXPECT_FALSE(Uuid::parse("f81d4fae7dec11d0a76500a0c91e6bf6"));
    EXPECT_FALSE(Uuid::parse("f81d4fae-7dec-11d0-a765-00a0c91e6bfg"));
    EXPECT_FALSE(Uuid::parse("f81d4fae-7dec-11d0-a765_00a0c91e6bf6"));
    EXPECT_FALSE(Uuid::parse(""));
}

TEST(Random, draws_the_same_numbers_from_the_same_seed) {
    SeededRandom a(42), b(42), c(43);
    uint64_t first = a.next();
    EXPECT_EQ(first, b.next());
    EXPECT_NE(first, c.next());
}

TEST(Random, stays_below_its_bound_and_reaches_all_of_it) {
    SeededRandom random(3);
    std::array<int, 5> drawn{};
    for (int i = 0; i < 1000; ++i) ++drawn.at(random.below(5));
    for (int count : drawn) EXPECT_GT(count, 150);
}

}  // namespace
}  // namespace tarn
