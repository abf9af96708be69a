#include "engine/rows/key_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace tarn::engine {
namespace {

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
