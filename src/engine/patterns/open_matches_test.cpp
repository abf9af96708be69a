#include "engine/patterns/open_matches.hpp"

#include <gtest/gtest.h>

namespace tarn::engine {
namespace {

// Matches by the numbers of their first rows, each with a letter that stands in its state.
OpenMatches matches_of(const std::vector<int64_t>& first_numbers) {
    OpenMatches matches;
    size_t letter = 'a';
    for (int64_t number : first_numbers) matches.add({letter++, nullptr, number});
    return matches;
}

std::string letters_of(const OpenMatches& matches) {
    std::string letters;
    for (const OpenMatch& each : matches.all()) letters += static_cast<char>(each.state);
    return letters;
}

std::string taken_one_by_one(OpenMatches& matches) {
    std::string letters;
    while (!matches.is_empty()) letters += static_cast<char>(matches.take_first().state);
    return letters;
}

// All of it as a PriorityQueue of Java 17 gave it.
TEST(OpenMatches, lie_as_in_a_queue_of_java) {
    OpenMatches matches = matches_of({3, 1, 3, 1, 2, 3, 1, 2, 1});
    EXPECT_EQ(letters_of(matches), "bdgiefcah");
    EXPECT_EQ(matches.take_first().state, 'b');
    EXPECT_EQ(matches.take_first().state, 'd');
    EXPECT_EQ(letters_of(matches), "ihgaefc");

    matches.remove_if([](const OpenMatch& each) { return each.first_number < 2; });
    EXPECT_EQ(letters_of(matches), "haefc");
    EXPECT_EQ(taken_one_by_one(matches), "hefca");
}

TEST(OpenMatches, that_began_alike_come_in_the_order_of_java) {
    OpenMatches matches = matches_of({1, 1, 1, 1, 1});
    EXPECT_EQ(taken_one_by_one(matches), "aedcb");
}

TEST(OpenMatches, lie_the_same_when_they_are_added_as_they_lie) {
    OpenMatches matches = matches_of({5, 2, 9, 2, 7, 1, 2});
    OpenMatches again;
    for (const OpenMatch& each : matches.all()) again.add(each);
    EXPECT_EQ(letters_of(again), letters_of(matches));
}

TEST(Path, of_many_rows_goes_without_a_deep_stack) {
    size_t bytes = 0;
    auto row = std::make_shared<const TakenRow>("row", 0, 0, bytes);
    Path path;
    for (int i = 0; i < 1'000'000; ++i) path = std::make_shared<PathEnd>(row, 0, path);
    row.reset();
    EXPECT_GT(bytes, 0);

    path.reset();
    EXPECT_EQ(bytes, 0);
}

TEST(Path, keeps_what_another_shares_with_it) {
    size_t bytes = 0;
    auto row = [&](int64_t number) {
        return std::make_shared<const TakenRow>("row", 0, number, bytes);
    };
    auto first = std::make_shared<PathEnd>(row(1), 0, nullptr);
    auto left = std::make_shared<PathEnd>(row(2), 0, first);
    auto right = std::make_shared<PathEnd>(row(2), 1, first);
    first.reset();
    left.reset();
    EXPECT_EQ(right->before->row->number(), 1);
}

}  // namespace
}  // namespace tarn::engine
