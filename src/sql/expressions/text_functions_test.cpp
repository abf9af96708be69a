#include <gtest/gtest.h>

#include "sql/expressions/answer.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

TEST(Text, changes_case_as_java_does) {
    EXPECT_EQ(answer_to("UPPER('straße ŉ ﬁ')"), "'STRASSE ʼN FI'");
    EXPECT_EQ(answer_to("LOWER('ÀÉ İ ΑΣ Σ')"), "'àé i̇ ας σ'");
    EXPECT_EQ(answer_to("LOWER('ΑΣ''Β')"), "'ασ''β'");
    EXPECT_EQ(answer_to("INITCAP('hello wORLD-foo_bar 1a2b éa')"), "'Hello World-Foo_Bar 1a2b éA'");
}

TEST(Text, keeps_the_lengths_that_flink_keeps) {
    EXPECT_EQ(type_of_answer("UPPER('abc')"), "CHAR(3) NOT NULL");
    EXPECT_EQ(type_of_answer("TRIM('  a b  ')"), "VARCHAR(7) NOT NULL");
    EXPECT_EQ(type_of_answer("SUBSTRING('hello', 2)"), "VARCHAR(5)");
    EXPECT_EQ(type_of_answer("OVERLAY('hello' PLACING 'XX' FROM 2)"), "VARCHAR(7) NOT NULL");
    EXPECT_EQ(type_of_answer("CONCAT('a', 'b')"), "STRING NOT NULL");
    EXPECT_EQ(type_of_answer("REVERSE('a')"), "STRING");
}

TEST(Text, cuts_pieces_by_characters) {
    EXPECT_EQ(answer_to("SUBSTRING('héllo€😀x' FROM 2 FOR 5)"), "'éllo€'");
    EXPECT_EQ(answer_to("SUBSTRING('hello' FROM 0 FOR 2)"), "'he'");
    EXPECT_EQ(answer_to("SUBSTRING('hello' FROM -3 FOR 2)"), "'ll'");
    EXPECT_EQ(answer_to("SUBSTRING('hello' FROM -10)"), "''");
    EXPECT_EQ(answer_to("SUBSTRING('hello' FROM 2 FOR -1)"), "NULL");
    EXPECT_EQ(answer_to("LEFT('hello', -1)"), "''");
    EXPECT_EQ(answer_to("RIGHT('日本語', 2)"), "'本語'");
}

TEST(Text, trims_sets_of_characters) {
    EXPECT_EQ(answer_to("TRIM('  a ')"), "'a'");
    EXPECT_EQ(answer_to("TRIM(LEADING 'xy' FROM 'xyxyabcxy')"), "'abcxy'");
    EXPECT_EQ(answer_to("TRIM(TRAILING FROM ' a ')"), "' a'");
    EXPECT_EQ(answer_to("TRIM('é' FROM 'éaé')"), "'a'");
    EXPECT_EQ(answer_to("LTRIM('xyxa', 'xy')"), "'a'");
    EXPECT_EQ(answer_to("RTRIM('日本本', '本')"), "'日'");
    EXPECT_EQ(answer_to("TRIM('' FROM 'xax')"), "'xax'");
}

TEST(Text, joins_with_and_without_null) {
    EXPECT_EQ(answer_to("CONCAT('a', CAST(NULL AS STRING))"), "NULL");
    EXPECT_EQ(answer_to("CONCAT_WS('-', 'a', CAST(NULL AS STRING), '', 'b')"), "'a--b'");
    EXPECT_EQ(answer_to("CONCAT_WS(CAST(NULL AS STRING), 'a')"), "NULL");
    EXPECT_EQ(answer_to("CONCAT_WS('-', CAST(NULL AS STRING))"), "''");
}

TEST(Text, pads_by_units_of_utf16) {
    EXPECT_EQ(answer_to("LPAD('hi', 5, '12')"), "'121hi'");
    EXPECT_EQ(answer_to("LPAD('é😀', 4, 'x')"), "'xé😀'");
    EXPECT_EQ(answer_to("RPAD('hi', 1, '12')"), "'h'");
    EXPECT_EQ(answer_to("LPAD('hi', -1, '?')"), "NULL");
    EXPECT_EQ(answer_to("LPAD('hi', 4, '')"), "NULL");
    EXPECT_EQ(answer_to("REPEAT('0123456789', 2147483647)"),
              "error: a text of 21474836470 bytes is too long; 268435456 is the most");
}

TEST(Text, finds_positions) {
    EXPECT_EQ(answer_to("POSITION('o' IN 'hé😀o')"), "4");
    EXPECT_EQ(answer_to("LOCATE('', 'hello', 3)"), "1");
    EXPECT_EQ(answer_to("LOCATE('l', 'hello', -1)"), "3");
    EXPECT_EQ(answer_to("INSTR('hello', 'l', 1, 2)"), "4");
    EXPECT_EQ(answer_to("INSTR('hello', 'l', -1, 2)"), "3");
    EXPECT_EQ(answer_to("INSTR('hello', 'l', 1, 0)"),
              "error: INSTR counts appearances from 1, not from 0");
}

TEST(Text, counts_a_character) {
    EXPECT_EQ(answer_to("COUNT_CHAR('hello', 'l')"), "2");
    EXPECT_EQ(answer_to("COUNT_CHAR('hello', 'lo')"), "2");
    EXPECT_EQ(answer_to("COUNT_CHAR('héé😀o', 'é')"), "2");
    EXPECT_EQ(answer_to("COUNT_CHAR('héé😀o', '')"), "0");
    EXPECT_EQ(answer_to("COUNT_CHAR('', 'l')"), "0");
    EXPECT_EQ(answer_to("COUNT_CHAR(CAST(NULL AS STRING), 'l')"), "NULL");
}

TEST(Text, replaces_and_lays_over) {
    EXPECT_EQ(answer_to("REPLACE('hello', '', '-')"), "'-h-e-l-l-o-'");
    EXPECT_EQ(answer_to("OVERLAY('hello' PLACING 'XX' FROM 2 FOR 3)"), "'hXXo'");
    EXPECT_EQ(answer_to("OVERLAY('hello' PLACING 'XX' FROM 2 FOR 0)"), "'hXX'");
    EXPECT_EQ(answer_to("OVERLAY('h😀llo' PLACING 'XX' FROM 3 FOR 1)"), "'h?XXllo'");
    EXPECT_EQ(answer_to("OVERLAY('hello' PLACING 'XX' FROM 7)"), "'hello'");
}

TEST(Text, splits_by_text_or_code) {
    EXPECT_EQ(answer_to("SPLIT_INDEX('a,,c', ',', 1)"), "''");
    EXPECT_EQ(answer_to("SPLIT_INDEX('a,b,c', ',', 3)"), "NULL");
    EXPECT_EQ(answer_to("SPLIT_INDEX('', ',', 0)"), "NULL");
    EXPECT_EQ(answer_to("SPLIT_INDEX('a-b', 45, 1)"), "'b'");
    EXPECT_EQ(answer_to("SPLIT_INDEX('aéb', 233, 1)"), "'b'");
    EXPECT_EQ(answer_to("SPLIT_INDEX('a b  c', '', 2)"), "''");
}

TEST(Text, knows_what_it_is_made_of) {
    EXPECT_EQ(answer_to("IS_ALPHA('é')"), "TRUE");
    EXPECT_EQ(answer_to("IS_ALPHA('')"), "FALSE");
    EXPECT_EQ(answer_to("IS_ALPHA(CAST(NULL AS STRING))"), "FALSE");
    EXPECT_EQ(answer_to("IS_DIGIT('٣')"), "TRUE");
    EXPECT_EQ(answer_to("IS_DECIMAL(' 0x1p3 ')"), "TRUE");
    EXPECT_EQ(answer_to("IS_DECIMAL('1,000')"), "FALSE");
    EXPECT_EQ(answer_to("IS_DECIMAL(1.5)"), "FALSE");
}

TEST(Text, turns_into_codes_and_back) {
    EXPECT_EQ(answer_to("ASCII('é')"), "-61");
    EXPECT_EQ(answer_to("CHR(353)"), "'a'");
    EXPECT_EQ(answer_to("HEX(-1)"), "'FFFFFFFFFFFFFFFF'");
    EXPECT_EQ(answer_to("BIN(0)"), "'0'");
    EXPECT_EQ(answer_to("FROM_BASE64('aGVsbG8')"), "'hello'");
    EXPECT_EQ(answer_to("FROM_BASE64('/+8=')"), "'\uFFFD\uFFFD'");
    EXPECT_EQ(answer_to("FROM_BASE64('a*b')"), "error: a character 0x2a is none of base64");
    EXPECT_EQ(answer_to("ENCODE('hé', 'utf-16')"), "x'feff006800e9'");
    EXPECT_EQ(answer_to("DECODE(x'68c3', 'UTF-8')"), "'h\uFFFD'");
    EXPECT_EQ(answer_to("DECODE(x'68', 'foo')"), "error: unknown character set 'foo'");
}

TEST(Text, takes_urls_apart) {
    std::string url = "PARSE_URL('http://user:pw@a.org:80/p/q.php?k1=v1&k2=v2#ref', ";
    EXPECT_EQ(answer_to(url + "'HOST')"), "'a.org'");
    EXPECT_EQ(answer_to(url + "'FILE')"), "'/p/q.php?k1=v1&k2=v2'");
    EXPECT_EQ(answer_to(url + "'USERINFO')"), "'user:pw'");
    EXPECT_EQ(answer_to(url + "'QUERY', 'k2')"), "'v2'");
    EXPECT_EQ(answer_to(url + "'host')"), "NULL");
    EXPECT_EQ(answer_to("PARSE_URL('foo://a/b', 'HOST')"), "NULL");
    EXPECT_EQ(answer_to("PARSE_URL('http://a.b:x/c', 'HOST')"), "NULL");
}

// A kernel over columns: values of which some are NULL, and a constant.
TEST(Text, comes_in_columns) {
    Writer<std::optional<std::string>> writer(string_type(), 3);
    writer.append("hello");
    writer.append(std::nullopt);
    writer.append("ab");
    Column texts = writer.finish();
    Column position = constant_column<int32_t>(simple_type(TypeKind::Int), 2);
    Argument arguments[] = {{string_type()}, {simple_type(TypeKind::Int), &position}};
    auto signature = find_function("SUBSTRING")->resolve(arguments);
    ASSERT_TRUE(signature);

    Column columns[] = {texts, position};
    Session session;
    Column result = signature->kernel({columns, 3, signature->result, session});

    EXPECT_FALSE(result.is_constant);
    EXPECT_EQ(result.values->ToString(), "[\n  \"ello\",\n  null,\n  \"b\"\n]");
}

}  // namespace
}  // namespace tarn::sql
