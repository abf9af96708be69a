#include "kafka/client/properties.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn::kafka::client {
namespace {

Properties parse(std::string_view text) {
    return parse_properties(text, "client.properties");
}

TEST(Properties, take_every_separator_that_java_takes) {
    EXPECT_EQ(
        parse("a=1\nb: 2\nc 3\nd\t=\t4\n  e = 5 \nf\ng=\n"),
        (Properties{
            {"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}, {"e", "5 "}, {"f", ""}, {"g", ""}}));
}

TEST(Properties, pass_over_comments_and_empty_lines) {
    EXPECT_EQ(parse("# a=1\n  ! b=2 \\\n\n \t\nc=3#4\r\nd=5\re=6"),
              (Properties{{"c", "3#4"}, {"d", "5"}, {"e", "6"}}));
}

TEST(Properties, go_on_in_the_next_line_after_a_backslash) {
    EXPECT_EQ(parse("a=one \\\n    two;\\\r\n  # three\nb=x\\\\\nc=\\\n\nd=1\\"),
              (Properties{{"a", "one two;# three"}, {"b", "x\\"}, {"c", ""}, {"d", "1"}}));
}

TEST(Properties, know_the_escapes_of_java) {
    EXPECT_EQ(parse("a\\ b\\=c=\\t\\n\\q\\\\\\:"), (Properties{{"a b=c", "\t\nq\\:"}}));
    EXPECT_EQ(parse("a=\\u00fc\\u20AC\\ud83d\\ude00"), (Properties{{"a", "ü€😀"}}));
    EXPECT_EQ(parse("a=\\ud83dx\\ude00"), (Properties{{"a", "?x?"}}));
}

TEST(Properties, take_bytes_for_latin_1_as_java_does) {
    EXPECT_EQ(parse("a=\xFC"), (Properties{{"a", "ü"}}));
}

TEST(Properties, have_the_last_value_of_a_name_that_stands_twice) {
    EXPECT_EQ(parse("a=1\na=2\n"), (Properties{{"a", "2"}}));
}

TEST(Properties, name_the_line_of_an_escape_that_is_none) {
    for (std::string_view bad : {"a=1\nb=\\u12", "a=1\n\\u12g4=2", "a=1\nb=x\\\n\\uzzzz"}) {
        try {
            parse(bad);
            FAIL() << bad;
        } catch (const Error& error) {
            EXPECT_STREQ(error.what(), "client.properties:2: \\u without four hexadecimal digits");
        }
    }
}

TEST(Properties, name_a_file_that_is_not_there) {
    try {
        read_properties("/nowhere/client.properties");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::NotFound);
        EXPECT_STREQ(error.what(), "cannot read the properties file /nowhere/client.properties");
    }
}

}  // namespace
}  // namespace tarn::kafka::client
