#include "sql/syntax/lexer.hpp"

#include <gmock/gmock.h>

namespace tarn::sql {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> texts_of(const std::string& sql) {
    std::vector<std::string> texts;
    for (const Token& token : tokens_of(Source("test.sql", sql)).all) {
        if (token.kind != TokenKind::End) texts.push_back(token.text);
    }
    return texts;
}

TokenKind kind_of(const std::string& sql) {
    return tokens_of(Source("test.sql", sql)).all.front().kind;
}

TEST(Lexer, parts_words_numbers_texts_and_signs) {
    EXPECT_THAT(texts_of("a<=1.5e3||'it''s' AND`b c`.d"),
                ElementsAre("a", "<=", "1.5e3", "||", "it's", "AND", "b c", ".", "d"));
    EXPECT_THAT(texts_of("t.1 .5 5. 1e x"), ElementsAre("t", ".", "1", ".5", "5.",
                                                        "a name cannot begin with a digit unless "
                                                        "it is in `quotes`",
                                                        "x"));
}

TEST(Lexer, leaves_comments_out_but_remembers_them) {
    Tokens tokens = tokens_of(Source("test.sql", "a -- one\n/* two */ b // three"));

    EXPECT_EQ(tokens.all.size(), 3);
    EXPECT_EQ(tokens.comments.size(), 3);
}

TEST(Lexer, takes_a_hint_for_words_and_not_for_a_comment) {
    EXPECT_THAT(
        texts_of("t /*+ OPTIONS('k'='v') */ * 2 */ 3"),
        ElementsAre("t", "/*+", "OPTIONS", "(", "k", "=", "v", ")", "*/", "*", "2", "*", "/", "3"));
}

TEST(Lexer, calls_bad_what_is_no_token) {
    EXPECT_EQ(kind_of("'no end"), TokenKind::Bad);
    EXPECT_EQ(kind_of("`no end"), TokenKind::Bad);
    EXPECT_EQ(kind_of("/* no end"), TokenKind::Bad);
    EXPECT_EQ(kind_of("X'abc'"), TokenKind::Bad);
    EXPECT_EQ(kind_of("\\"), TokenKind::Bad);
}

TEST(Lexer, knows_which_names_need_no_quotes) {
    EXPECT_TRUE(is_plain_name("raw_trades$snapshots"));
    EXPECT_TRUE(is_plain_name("größe"));
    EXPECT_FALSE(is_plain_name("2nd"));
    EXPECT_FALSE(is_plain_name("my table"));
    EXPECT_FALSE(is_plain_name(""));
}

}  // namespace
}  // namespace tarn::sql
