#include "kafka/groups/topic_pattern.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/error.hpp"

namespace tarn::kafka {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
    return TopicPattern::parse(pattern).matches(name);
}

std::string refusal(std::string_view pattern) {
    try {
        TopicPattern::parse(pattern);
        return "none";
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(TopicPattern, matches_the_whole_name_and_no_part_of_it) {
    EXPECT_TRUE(matches("trades", "trades"));
    EXPECT_FALSE(matches("trades", "trades-eu"));
    EXPECT_FALSE(matches("trades", "my-trades"));
    EXPECT_TRUE(matches("trades.*", "trades-eu"));
    EXPECT_TRUE(matches("^trades$", "trades"));
    EXPECT_TRUE(matches("\\Atrades\\z", "trades"));
}

TEST(TopicPattern, knows_the_repetitions) {
    for (const char* pattern : {"ab*c", "ab*?c", "ab{0,}c", "a(?:b)*c"}) {
        EXPECT_TRUE(matches(pattern, "ac")) << pattern;
        EXPECT_TRUE(matches(pattern, "abbbc")) << pattern;
    }
    EXPECT_FALSE(matches("ab+c", "ac"));
    EXPECT_TRUE(matches("ab?c", "ac"));
    EXPECT_FALSE(matches("ab?c", "abbc"));
    EXPECT_TRUE(matches("a{2,3}", "aaa"));
    EXPECT_FALSE(matches("a{2,3}", "a"));
    EXPECT_FALSE(matches("a{2,3}", "aaaa"));
    EXPECT_TRUE(matches("a{2}", "aa"));
    EXPECT_TRUE(matches("(a*)*", ""));
    EXPECT_TRUE(matches("(a|b*)*c", "abbac"));
}

TEST(TopicPattern, takes_a_brace_that_counts_nothing_as_it_is) {
    EXPECT_TRUE(matches("a{x}", "a{x}"));
    EXPECT_TRUE(matches("a{,2}", "a{,2}"));
    EXPECT_TRUE(matches("a{", "a{"));
}

TEST(TopicPattern, knows_choices_and_groups) {
    EXPECT_TRUE(matches("trades|bids", "bids"));
    EXPECT_TRUE(matches("(trades|bids)-eu", "bids-eu"));
    EXPECT_FALSE(matches("trades|bids-eu", "trades-eu"));
    EXPECT_TRUE(matches("(?P<kind>a|b)c", "bc"));
    EXPECT_TRUE(matches("(?<kind>a|b)c", "ac"));
    EXPECT_TRUE(matches("a(|b)", "a"));
}

TEST(TopicPattern, knows_classes_of_characters) {
    EXPECT_TRUE(matches("[a-c]+", "abc"));
    EXPECT_FALSE(matches("[^a-c]+", "xbz"));
    EXPECT_TRUE(matches("[]a-]+", "a-]"));
    EXPECT_TRUE(matches("[\\d_]+", "1_2"));
    EXPECT_TRUE(matches("[[:alpha:]]+[[:^alpha:]]", "abc1"));
    EXPECT_TRUE(matches("\\w+\\.\\d\\D", "trades.1x"));
    EXPECT_TRUE(matches("\\p{Lu}\\pL+\\PL", "Trades1"));
    EXPECT_TRUE(matches("\\x74\\x{72}\\141", "tra"));
    EXPECT_FALSE(matches("a.b", "a\nb"));
    EXPECT_TRUE(matches("(?s)a.b", "a\nb"));
}

TEST(TopicPattern, knows_quotes_cases_and_words) {
    EXPECT_TRUE(matches("\\Qa.b*\\E+", "a.b**"));
    EXPECT_FALSE(matches("\\Qa.b\\E", "axb"));
    EXPECT_TRUE(matches("(?i)trades", "TRADES"));
    EXPECT_TRUE(matches("(?i:t)rades", "Trades"));
    EXPECT_FALSE(matches("(?i:t)rades", "TRADES"));
    EXPECT_FALSE(matches("((?i)a)b", "AB"));
    EXPECT_FALSE(matches("(?i)[^a]", "A"));
    EXPECT_TRUE(matches("a\\b-\\bb", "a-b"));
    EXPECT_FALSE(matches("a\\bb", "ab"));
    EXPECT_TRUE(matches("a\\Bb", "ab"));
}

TEST(TopicPattern, matches_no_name_with_characters_that_names_have_not) {
    EXPECT_FALSE(matches("größe", "grosse"));
    EXPECT_TRUE(matches("gr(ö|o)[ßs]s?e", "grosse"));
}

TEST(TopicPattern, says_what_is_wrong_and_where) {
    EXPECT_EQ(refusal("a("), "the pattern has a ( without its ) at character 3");
    EXPECT_EQ(refusal("a)"), "the pattern has a ) without its ( at character 2");
    EXPECT_EQ(refusal("[a"), "the pattern has a [ without its ] at character 3");
    EXPECT_EQ(refusal("*a"), "the pattern repeats nothing at character 1");
    EXPECT_EQ(refusal("a**"), "the pattern repeats a repetition at character 4");
    EXPECT_EQ(refusal("[z-a]"), "the pattern has a range that is none at character 5");
    EXPECT_EQ(refusal("a{1001}"), "the pattern repeats a wrong number of times at character 2");
    EXPECT_EQ(refusal("a\\"), "the pattern ends with a \\ at character 3");
}

// What RE2 leaves out, since it cannot be had in linear time.
TEST(TopicPattern, refuses_references_back_and_looks_around) {
    for (const char* pattern : {"(a)\\1", "a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b", "a++"}) {
        EXPECT_NE(refusal(pattern), "none") << pattern;
    }
}

TEST(TopicPattern, is_bounded_whatever_it_says) {
    EXPECT_EQ(refusal("((a{100}){100}){100}"), "the pattern is too large");
    EXPECT_EQ(refusal("(((){1000}){1000}){1000}"), "none");
    EXPECT_NE(refusal(std::string(100'000, '(')), "none");

    // Exponential for those who try one way after the other.
    std::string name(249, 'a');
    auto began = std::chrono::steady_clock::now();
    EXPECT_FALSE(matches("(a*)*(a*)*(a*)*b", name));
    EXPECT_TRUE(matches("(a?){240}a{240}", name));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
}

}  // namespace
}  // namespace tarn::kafka
