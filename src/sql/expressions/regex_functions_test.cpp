#include <gtest/gtest.h>

#include "sql/expressions/answer.hpp"
#include "sql/functions/pattern.hpp"

namespace tarn::sql {
namespace {

bool has_match(std::string_view text, std::string_view pattern) {
    return Pattern(pattern).find(text);
}

TEST(Regex, answers_as_flink_does_for_odd_patterns) {
    EXPECT_EQ(answer_to("REGEXP('hello', '')"), "FALSE");
    EXPECT_EQ(answer_to("REGEXP('hello', '(')"), "FALSE");
    EXPECT_EQ(answer_to("REGEXP_EXTRACT('hello', '', 0)"), "''");
    EXPECT_EQ(answer_to("REGEXP_EXTRACT('hello', '(', 0)"), "NULL");
    EXPECT_EQ(answer_to("REGEXP_EXTRACT('hello', 'l', 1)"), "NULL");
    EXPECT_EQ(answer_to("REGEXP_REPLACE('hello', '(', '')"), "NULL");
}

TEST(Regex, puts_in_what_means_itself) {
    EXPECT_EQ(answer_to("REGEXP_REPLACE('foobar', '(o+)', '<$1>')"), "'f<$1>bar'");
    EXPECT_EQ(answer_to("REGEXP_REPLACE('abc', 'b|x*', '-')"), "'-a--c-'");
    EXPECT_EQ(answer_to("REGEXP_REPLACE('日本', '.', 'x')"), "'xx'");
}

TEST(Regex, speaks_the_dialect_of_java) {
    EXPECT_TRUE(has_match("ac", "^[a-z&&[^b]]{2}$"));
    EXPECT_FALSE(has_match("ab", "^[a-z&&[^b]]{2}$"));
    EXPECT_TRUE(has_match("n", "^[a-d[m-p]]"));
    EXPECT_FALSE(has_match("é", "\\w"));
    EXPECT_FALSE(has_match("é", "\\p{Alpha}"));
    EXPECT_TRUE(has_match("é", "\\p{L}"));
    EXPECT_FALSE(has_match("É", "(?i)é"));
    EXPECT_TRUE(has_match("É", "(?iu)é"));
    EXPECT_TRUE(has_match("a", "\\0141"));
    EXPECT_TRUE(has_match("😀", "^\\uD83D\\uDE00$"));
    EXPECT_TRUE(has_match("ab", "(?x)a b # a comment"));
    EXPECT_TRUE(has_match("a.b", "a\\Q.\\Eb"));
    EXPECT_FALSE(has_match("a\rb", "a.b"));
    EXPECT_TRUE(has_match("a\n", "a$"));
    EXPECT_FALSE(has_match("a\n", "a\\z"));
    EXPECT_THROW(Pattern("a{,2}"), Error);
    EXPECT_THROW(Pattern("(?P<n>x)"), Error);
    EXPECT_THROW(Pattern("\\y"), Error);
}

TEST(Regex, says_what_it_does_not_know_of_java) {
    EXPECT_EQ(answer_to("REGEXP('a', '(?<=o*)a')"),
              "error: Tarn does not support a lookbehind of varying length in the pattern "
              "(?<=o*)a");
}

TEST(Regex, gives_up_on_patterns_that_take_too_long) {
    EXPECT_EQ(answer_to("REGEXP('" + std::string(60, 'a') + "', '(a|aa)+$x|^(a+)+b')"),
              "error: the pattern (a|aa)+$x|^(a+)+b takes more than 5000000 steps for a text of 60 "
              "bytes");
}

TEST(Like, matches_texts_by_their_pieces) {
    EXPECT_EQ(answer_to("'abc' LIKE 'a%'"), "TRUE");
    EXPECT_EQ(answer_to("'abc' LIKE '%c'"), "TRUE");
    EXPECT_EQ(answer_to("'abc' LIKE '%b%'"), "TRUE");
    EXPECT_EQ(answer_to("'aXbXc' LIKE 'a%b_c'"), "TRUE");
    EXPECT_EQ(answer_to("'a😀b' LIKE 'a_b'"), "TRUE");
    EXPECT_EQ(answer_to("'a%c' LIKE 'a!%c' ESCAPE '!'"), "TRUE");
    EXPECT_EQ(answer_to("'a%c' LIKE 'a!xc' ESCAPE '!'"),
              "error: after the escape at 1 in 'a!xc' there must be %, _ or another one");
    EXPECT_EQ(answer_to("'a%c' LIKE 'a' ESCAPE '!!'"),
              "error: an escape is one character, not '!!'");
}

TEST(Like, takes_a_constant_empty_pattern_for_any_text) {
    EXPECT_EQ(answer_to("'abc' LIKE ''"), "TRUE");
}

TEST(Similar, matches_by_patterns_of_sql) {
    EXPECT_EQ(answer_to("'abc' SIMILAR TO 'a(b|x)_'"), "TRUE");
    EXPECT_EQ(answer_to("'ab1' SIMILAR TO '[[:ALPHA:]]+'"), "FALSE");
    EXPECT_EQ(answer_to("'a$c' SIMILAR TO 'a$c'"), "TRUE");
    EXPECT_EQ(answer_to("'a+c' SIMILAR TO 'a!+c' ESCAPE '!'"), "TRUE");
    EXPECT_EQ(answer_to("'a]c' SIMILAR TO 'a[]]c'"), "error: 'a[]]c' is no pattern of SIMILAR TO");
}

}  // namespace
}  // namespace tarn::sql
