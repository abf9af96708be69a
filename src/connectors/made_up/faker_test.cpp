#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "connectors/formats/test_tables.hpp"
#include "connectors/made_up/faker_lookup.hpp"
#include "connectors/made_up/faker_text.hpp"
#include "connectors/made_up/faker_values.hpp"
#include "connectors/made_up/made_up_source.hpp"

namespace tarn::connectors {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using Lines = std::vector<std::string>;

std::set<std::string> texts_of(const std::string& expression, int count = 300) {
    FakerText make = faker_text(expression);
    std::set<std::string> texts;
    for (int i = 0; i < count; ++i) {
        FakerDraws draws(RowRandom(11).bits(i), 1'780'000'000'123);
        std::string text;
        make(draws, text);
        texts.insert(text);
    }
    return texts;
}

std::string refused(const std::string& expression) {
    return refusal_of([&] { faker_text(expression); });
}

TEST(FakerText, is_made_of_words_and_what_stands_between_them) {
    EXPECT_THAT(texts_of("Dear #{Name.first_name} #{name.lastName}!"),
                Each(MatchesRegex("Dear [A-Z][a-z]+ [A-Z][a-z]+!")));
    EXPECT_GT(texts_of("#{name.fullName}").size(), 250u);
    EXPECT_THAT(texts_of("no call"), ElementsAre("no call"));
    EXPECT_THAT(texts_of(""), ElementsAre(""));
    EXPECT_THAT(texts_of("#{internet.email}"),
                Each(MatchesRegex("[a-z]+\\.[a-z]+@[a-z-]+\\.example")));
}

TEST(FakerText, takes_names_in_any_spelling_of_theirs) {
    EXPECT_EQ(texts_of("#{Name.first_name}"), texts_of("#{NAME.firstName}"));
    EXPECT_EQ(texts_of("#{date_and_time.past '5','SECONDS'}"),
              texts_of("#{date.past '5','SECONDS'}"));
}

TEST(FakerText, keeps_numbers_within_their_bounds) {
    EXPECT_THAT(texts_of("#{number.numberBetween '1','4'}"), ElementsAre("1", "2", "3"));
    EXPECT_THAT(texts_of("#{number.numberBetween '-1','-1'}"), ElementsAre("-1"));
    EXPECT_THAT(texts_of("#{number.numberBetween '2', '0'}"), ElementsAre("0", "1"));
    EXPECT_THAT(texts_of("#{random.nextInt '1','3'}"), ElementsAre("1", "2", "3"));
    EXPECT_THAT(texts_of("#{number.randomDouble '1','0','0.4'}"),
                ElementsAre("0.0", "0.1", "0.2", "0.3", "0.4"));
    EXPECT_THAT(texts_of("#{commerce.price '9','10'}"), Each(MatchesRegex("9\\.[0-9]{2}|10\\.00")));
    EXPECT_THAT(texts_of("#{number.numberBetween '-9223372036854775808','9223372036854775807'}"),
                Each(MatchesRegex("-?[0-9]{15,19}")));
}

TEST(FakerText, tells_times_before_and_after_now) {
    EXPECT_THAT(texts_of("#{date.past '2','SECONDS'}"),
                Each(MatchesRegex("2026-05-28 20:26:(38|39|40)\\.[0-9]{3}")));
    EXPECT_THAT(texts_of("#{date.past '2','1','SECONDS'}"),
                Each(MatchesRegex("2026-05-28 20:26:3[89]\\.[0-9]{3}")));
    EXPECT_THAT(texts_of("#{date.future '10','MINUTES'}"),
                Each(MatchesRegex("2026-05-28 20:[23][0-9]:[0-9.]+")));
    EXPECT_THAT(texts_of("#{date.between '2024-01-01','2024-01-01 00:00:09'}"),
                Each(MatchesRegex("2024-01-01 00:00:0[0-9]\\.[0-9]{3}")));
    EXPECT_THAT(texts_of("#{date.birthday '20','20'}"),
                Each(MatchesRegex("(2005|2006)-[0-9]{2}-[0-9]{2}")));
    EXPECT_EQ(*texts_of("#{date.birthday '0','0'}", 3'000).rbegin(), "2026-05-28");
    EXPECT_EQ(*texts_of("#{date.birthday '0','0'}", 3'000).begin(), "2025-05-29");
}

TEST(FakerText, fits_its_regular_expression) {
    auto fits = [](const std::string& regex, const std::string& same) {
        EXPECT_THAT(texts_of("#{regexify '" + regex + "'}"), Each(MatchesRegex(same))) << regex;
    };
    EXPECT_THAT(texts_of("#{regexify '(a|b){2,3}'}"),
                ElementsAre("aa", "aaa", "aab", "ab", "aba", "abb", "ba", "baa", "bab", "bb", "bba",
                            "bbb"));
    EXPECT_THAT(texts_of("#{regexify '(RECEIVED|SHIPPED){1}'}"),
                ElementsAre("RECEIVED", "SHIPPED"));
    fits("^[A-Z]{2}-\\d{3,5}$", "[A-Z]{2}-[0-9]{3,5}");
    fits("[^ -y]", "[z{|}~]");
    fits("x?y*z+", "x?y{0,8}z{1,8}");
    fits("\\w\\.(?:ab|)[-a\\]]", "[A-Za-z0-9_]\\.(ab)?[]a-]");
    EXPECT_THAT(texts_of("#{regexify 'é{2}'}"), ElementsAre("éé"));
    EXPECT_THAT(texts_of("#{regexify 'it''s'}"), ElementsAre("it's"));
}

TEST(FakerText, fills_patterns_in) {
    EXPECT_THAT(texts_of("#{bothify 'a?-##'}"), Each(MatchesRegex("a[a-z]-[0-9]{2}")));
    EXPECT_THAT(texts_of("#{numerify '?#'}"), Each(MatchesRegex("\\?[0-9]")));
    EXPECT_THAT(texts_of("#{options.option 'a', 'b','c'}"), ElementsAre("a", "b", "c"));
    EXPECT_THAT(texts_of("#{internet.uuid}"),
                Each(MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                  "[0-9a-f]{12}")));
    EXPECT_THAT(texts_of("#{lorem.sentence '2'}"), Each(MatchesRegex("[A-Z][a-z]+ [a-z]+\\.")));
}

TEST(FakerText, refuses_what_it_does_not_have) {
    EXPECT_EQ(refused("#{name.firstNam}"),
              "there is no provider 'name.firstNam'; did you mean 'name.firstName'? docs/faker.md "
              "lists all that there are");
    EXPECT_EQ(refused("#{harry_potter.character}"),
              "there is no provider 'harry_potter.character'; docs/faker.md lists all that there "
              "are");
    EXPECT_EQ(refused("#{name.firstName 'x'}"),
              "#{name.firstName} takes no arguments, and was given 1");
    EXPECT_EQ(refused("#{number.numberBetween '1'}"),
              "#{number.numberBetween} takes 2 arguments or more, and was given 1");
    EXPECT_THAT(refused("#{number.numberBetween '1','x'}"),
                HasSubstr("the argument 'x' is no whole number"));
    EXPECT_THAT(refused("#{date.past '1','WEEKS'}"), HasSubstr("'WEEKS' is no unit of time"));
    EXPECT_THAT(refused("#{date.past '1','2','DAYS'}"), HasSubstr("'1' at most and '2' at least"));
    EXPECT_THAT(refused("#{name.firstName"), HasSubstr("is no expression, at character 17"));
    EXPECT_THAT(refused("#{regexify 'a}"), HasSubstr("is no expression, at character 13"));
}

TEST(FakerText, refuses_patterns_that_it_cannot_make) {
    auto reason = [](const std::string& regex) { return refused("#{regexify '" + regex + "'}"); };
    EXPECT_EQ(reason("(a"), "no texts are made of '(a': it has a ( without a )");
    EXPECT_THAT(reason("a)"), HasSubstr("a ) without a ("));
    EXPECT_THAT(reason("[a"), HasSubstr("a [ without a ]"));
    EXPECT_THAT(reason("+"), HasSubstr("nothing to repeat"));
    EXPECT_THAT(reason("a{2,1}"), HasSubstr("no number of times"));
    EXPECT_THAT(reason("(?=a)"), HasSubstr("a group that begins with ?"));
    EXPECT_THAT(reason("((a{1000}){1000}){1000}"), HasSubstr("texts over 1 MB"));
    EXPECT_THAT(reason("\\é"), HasSubstr("before what is not of ASCII"));
    EXPECT_THAT(reason("\\b"), HasSubstr("before what has no meaning here"));
    EXPECT_THAT(reason(std::string(60, '(')), HasSubstr("too many groups"));
}

TEST(FakerProviders, are_those_of_the_docs) {
    std::ifstream page(std::string(std::getenv("TARN_SOURCE_DIR")) + "/docs/faker.md");
    std::set<std::string> told;
    for (std::string line; std::getline(page, line);) {
        for (size_t begin = line.find("`#{"); begin != std::string::npos;) {
            size_t end = line.find_first_of(" }", begin);
            told.insert(line.substr(begin + 3, end - begin - 3));
            begin = line.find("`#{", end);
        }
    }
    std::vector<std::string> all = faker_providers();

    EXPECT_EQ(told, std::set<std::string>(all.begin(), all.end()));
}

TEST(FakerProviders, make_texts_without_arguments_or_ask_for_them) {
    for (const std::string& provider : faker_providers()) {
        std::string reason = refused("#{" + provider + "}");
        if (!reason.empty()) {
            EXPECT_THAT(reason, HasSubstr("arguments or more")) << provider;
            continue;
        }
        std::set<std::string> texts = texts_of("#{" + provider + "}", 40);
        EXPECT_TRUE(texts.size() > 1 || provider == "internet.domainSuffix") << provider;
        EXPECT_FALSE(texts.contains("")) << provider;
    }
}

class Faker : public testing::Test {
protected:
    Lines rows(const std::string& columns, const std::string& options, int64_t count = 100) {
        auto table =
            test_table("t (" + columns + ") WITH ('connector' = 'faker', " + options + ")");
        MadeUpSource source(source_of(table), faker_values, clock, random);
        source.read(1);
        clock.advance(std::chrono::hours(1));
        auto batch = source.read(count);
        if (!batch) return {};
        for (const auto& column : batch->rows.columns) {
            EXPECT_TRUE(column.values->ValidateFull().ok());
        }
        return lines_of(*batch, asked_columns(source_of(table)));
    }

    ManualClock clock{WallTime(std::chrono::milliseconds(1'780'000'000'123))};
    SeededRandom random{7};
};

TEST_F(Faker, casts_texts_to_the_types_of_columns) {
    Lines lines = rows("a INT, b DECIMAL(5, 2), c TIMESTAMP(3), d BOOLEAN, e DATE, f CHAR(2)",
                       "'fields.a.expression' = '#{number.numberBetween ''5'',''7''}', "
                       "'fields.b.expression' = '#{commerce.price}', "
                       "'fields.c.expression' = '#{date.past ''1'',''SECONDS''}', "
                       "'fields.d.expression' = '#{bool.bool}', "
                       "'fields.e.expression' = '#{date.birthday ''1'',''1''}', "
                       "'fields.f.expression' = '#{bothify ''?#?''}'");

    EXPECT_EQ(lines.size(), 100u);
    EXPECT_THAT(lines, Each(MatchesRegex("\\+I [56] \\| [0-9]+\\.[0-9]{2} \\| 2026-05-28 "
                                         "21:26:(39|40)\\.[0-9]+ \\| (TRUE|FALSE) \\| "
                                         "202[45]-[0-9-]{5} \\| '[a-z][0-9]'")));
}

TEST_F(Faker, fills_arrays_maps_and_rows) {
    EXPECT_THAT(rows("a ARRAY<INT>, r ROW<x STRING, y ARRAY<STRING>>",
                     "'fields.a.expression' = '#{number.digit}', 'fields.a.length' = '3', "
                     "'fields.r.x.expression' = 'x', 'fields.r.y.expression' = 'y'"),
                Each(MatchesRegex("\\+I \\[[0-9], [0-9], [0-9]\\] \\| \\('x', \\['y'\\]\\)")));
    Lines maps = rows("m MAP<STRING, INT>, n MULTISET<STRING>",
                      "'fields.m.key.expression' = '#{options.option ''a'',''b''}', "
                      "'fields.m.value.expression' = '7', 'fields.m.length' = '2', "
                      "'fields.n.expression' = 'z', 'fields.n.length' = '3'");
    EXPECT_THAT(maps, Each(MatchesRegex("\\+I \\{'.'=7(, '.'=7)?\\} \\| \\{'z'=3\\}")));
    EXPECT_THAT(maps, testing::Not(testing::Contains(HasSubstr("'a'=7, 'a'=7"))));
    EXPECT_THAT(maps, testing::Contains(HasSubstr("{'a'=7}")));
}

TEST_F(Faker, makes_the_share_of_nulls_that_is_asked_for) {
    Lines lines =
        rows("a STRING", "'fields.a.expression' = 'x', 'fields.a.null-rate' = '0.25'", 2'000);

    EXPECT_NEAR(static_cast<double>(std::ranges::count(lines, "+I NULL")), 500, 100);
}

TEST_F(Faker, has_one_row_for_each_key_that_it_is_asked_for) {
    auto table = test_table(
        "t (name STRING, id INT) WITH ('connector' = 'faker', 'fields.name.expression' = "
        "'#{name.firstName}', 'fields.id.expression' = '1')");
    FakerLookup lookup(source_of(table), {1}, clock, random);

    auto found = lookup.rows_for(sql::rows_of_text(sql::columns_of("id INT"), {"40", "7"}, {}));

    EXPECT_THAT(found.keys, ElementsAre(0, 1));
    EXPECT_THAT(lines_of({found.rows}, asked_columns(source_of(table))),
                ElementsAre(MatchesRegex("\\+I '[A-Z][a-z]+' \\| 40"),
                            MatchesRegex("\\+I '[A-Z][a-z]+' \\| 7")));
}

TEST_F(Faker, refuses_options_that_do_not_go_with_a_column) {
    auto refusal = [&](const std::string& columns, const std::string& options) {
        return refusal_of([&] { rows(columns, options); });
    };
    EXPECT_EQ(refusal("a INT, b INT", "'fields.a.expression' = '1'"),
              "the option 'fields.b.expression' is missing");
    EXPECT_EQ(refusal("a INT", "'fields.a.expression' = '#{name.lastNam}'"),
              "the option 'fields.a.expression': there is no provider 'name.lastNam'; did you mean "
              "'name.lastName'? docs/faker.md lists all that there are");
    EXPECT_THAT(refusal("a INT", "'fields.a.expression' = 'x'"), HasSubstr("column 'a' is INT: "));
    EXPECT_THAT(refusal("a INT", "'fields.a.expression' = '1', 'fields.a.locale' = 'de'"),
                HasSubstr("the words of faker are English"));
    EXPECT_THAT(refusal("a INT", "'fields.a.expression' = '1', 'fields.a.length' = '2'"),
                HasSubstr("it is for arrays, maps and multisets"));
    EXPECT_THAT(refusal("a ARRAY<INT>", "'fields.a.expression' = '1', 'fields.a.length' = '0'"),
                HasSubstr("the option 'fields.a.length' is 0, not 1 to 10000"));
    EXPECT_EQ(rows("a INT", "'fields.a.expression' = '1', 'fields.a.locale' = 'en-US'").size(),
              100u);
}

}  // namespace
}  // namespace tarn::connectors
