#include "engine/rows/key_table.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(KeyTable, gives_equal_keys_one_number) {
    KeyTable table;
    EXPECT_TRUE(table.add("a").is_new);
    EXPECT_EQ(table.add("").number, 1U);
    KeyTable::Numbered again = table.add("a");
    EXPECT_FALSE(again.is_new);
    EXPECT_EQ(again.number, 0U);
    EXPECT_EQ(table.key(1), "");
    EXPECT_EQ(table.find("b"), NoKey);
    EXPECT_EQ(table.size(), 2U);
}

TEST(KeyTable, gives_the_numbers_of_forgotten_keys_to_others) {
    KeyTable table;
    table.add("a");
    table.add("b");
    table.forget(0);
    EXPECT_FALSE(table.has(0));
    EXPECT_EQ(table.find("a"), NoKey);
    EXPECT_EQ(table.add("c").number, 0U);
    EXPECT_EQ(table.numbers(), (std::vector<KeyNumber>{0, 1}));
    EXPECT_EQ(table.end(), 2U);
}

TEST(KeyTable, keeps_retired_numbers_back_until_they_are_released) {
    KeyTable table;
    table.add("a");
    table.retire(0);
    EXPECT_FALSE(table.has(0));
    EXPECT_EQ(table.add("a").number, 1U);
    table.release(0);
    EXPECT_EQ(table.add("b").number, 0U);
    EXPECT_EQ(table.size(), 2U);
}

TEST(KeyTable, tells_what_has_changed) {
    KeyTable table;
    table.add("a");
    table.add("b");
    table.add("c");
    // Before anybody asks for changes all of it is new.
    EXPECT_THAT(table.take_changes().numbers, ElementsAre(0, 1, 2));
    EXPECT_THAT(table.take_changes().numbers, IsEmpty());

    table.add("b");
    EXPECT_THAT(table.take_changes().numbers, IsEmpty());
    table.touch(1);
    table.touch(1);
    table.forget(0);
    table.add("d");
    KeyTable::Changes changes = table.take_changes();
    EXPECT_THAT(changes.numbers, UnorderedElementsAre(0, 1));
    EXPECT_THAT(changes.gone, ElementsAre("a"));

    // What came and went in between was never there.
    table.forget(table.add("e").number);
    table.forget(table.find("d"));
    table.forget(table.add("f").number);
    changes = table.take_changes();
    EXPECT_THAT(changes.numbers, IsEmpty());
    EXPECT_THAT(changes.gone, ElementsAre("d"));

    table.touch(1);
    EXPECT_THAT(table.take_all(), ElementsAre(1, 2));
    EXPECT_THAT(table.take_changes().numbers, IsEmpty());
}

TEST(KeyTable, sums_a_sample) {
    KeyTable table;
    for (int i = 0; i < 50'000; ++i) table.add(std::to_string(i));
    EXPECT_EQ(table.sum([](KeyNumber) { return size_t{7}; }), 350'000U);
    EXPECT_EQ(KeyTable().sum([](KeyNumber) { return size_t{7}; }), 0U);
}

TEST(KeyTable, agrees_with_a_map_whatever_comes_and_goes) {
    std::mt19937 random(7);
    KeyTable table;
    std::map<std::string, KeyNumber> expected;
    for (int i = 0; i < 50'000; ++i) {
        std::string key = std::to_string(random() % 2'000);
        auto known = expected.find(key);
        if (random() % 2 == 0) {
            KeyTable::Numbered added = table.add(key);
            EXPECT_EQ(added.is_new, known == expected.end());
            if (!added.is_new) {
                EXPECT_EQ(added.number, known->second);
            }
            expected[key] = added.number;
        } else if (known != expected.end()) {
            table.forget(known->second);
            expected.erase(known);
        }
    }
    EXPECT_EQ(table.size(), expected.size());
    std::set<KeyNumber> numbers;
    for (const auto& [key, number] : expected) {
        EXPECT_EQ(table.find(key), number);
        EXPECT_EQ(table.key(number), key);
        numbers.insert(number);
    }
    EXPECT_EQ(numbers.size(), expected.size());
    EXPECT_LE(table.end(), 2'000U);
}

}  // namespace
}  // namespace tarn::engine
