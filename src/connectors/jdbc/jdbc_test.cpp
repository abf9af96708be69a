// What of the connector needs no server; the rest is in tests/system/test_jdbc.py.
#include <gmock/gmock.h>

#include "connectors/formats/test_tables.hpp"
#include "connectors/jdbc/database_address.hpp"
#include "connectors/jdbc/database_values.hpp"
#include "connectors/jdbc/retries.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(JdbcUrl, names_a_database_of_a_server) {
    EXPECT_THAT(
        parse_jdbc_url("jdbc:postgresql://db:5433/shop").keywords,
        UnorderedElementsAre(Pair("host", "db"), Pair("port", "5433"), Pair("dbname", "shop")));
    EXPECT_EQ(parse_jdbc_url("jdbc:postgresql://db/shop").text(), "db:5432/shop");
    EXPECT_EQ(parse_jdbc_url("jdbc:postgresql:shop").text(), "localhost:5432/shop");
    EXPECT_EQ(parse_jdbc_url("jdbc:postgresql:///shop").text(), "localhost:5432/shop");
    EXPECT_EQ(parse_jdbc_url("jdbc:postgresql://[::1]:5433/a%20b").text(), "::1:5433/a b");
    EXPECT_EQ(parse_jdbc_url("jdbc:postgresql://a:1,b/shop").text(), "a,b:1,5432/shop");
}

TEST(JdbcUrl, gives_libpq_what_it_knows_under_other_names) {
    auto keywords = parse_jdbc_url(
                        "jdbc:postgresql://db/shop?user=me&password=a%26b&ssl=true&prepareThreshold"
                        "=0&currentSchema=s&ApplicationName=job")
                        .keywords;

    EXPECT_EQ(keywords.at("user"), "me");
    EXPECT_EQ(keywords.at("password"), "a&b");
    EXPECT_EQ(keywords.at("sslmode"), "verify-full");
    EXPECT_EQ(keywords.at("options"), " -c search_path=s");
    EXPECT_EQ(keywords.at("application_name"), "job");
    EXPECT_FALSE(keywords.contains("prepareThreshold"));
}

TEST(JdbcUrl, is_refused_when_it_is_none) {
    auto refusal = [](std::string_view url) { return refusal_of([&] { parse_jdbc_url(url); }); };

    EXPECT_EQ(refusal("jdbc:mysql://db:3306/shop"),
              "url: Tarn reaches no 'mysql' databases by the connector 'jdbc'; it reaches "
              "PostgreSQL: jdbc:postgresql://host:5432/database");
    EXPECT_THAT(refusal("postgresql://db/shop"), HasSubstr("does not begin with 'jdbc:'"));
    EXPECT_THAT(refusal("jdbc:postgresql://db"), HasSubstr("names no database"));
    EXPECT_THAT(refusal("jdbc:postgresql://db/"), HasSubstr("names no database"));
    EXPECT_THAT(refusal("jdbc:postgresql://db:x/shop"), HasSubstr("a port that is no number"));
    EXPECT_THAT(refusal("jdbc:postgresql://[::1/shop"), HasSubstr("a [ without a ]"));
    EXPECT_THAT(refusal("jdbc:postgresql://db/sh%2"), HasSubstr("hexadecimal digits"));
}

TEST(JdbcValues, are_texts_that_postgresql_reads) {
    auto columns = sql::columns_of(
        "b BOOLEAN, i TINYINT, f FLOAT, d DECIMAL(5, 2), s STRING, x BYTES, `day` DATE, t TIME, "
        "ts TIMESTAMP(6), a ARRAY<STRING>");
    sql::Batch rows = sql::rows_of_text(
        columns,
        {"TRUE, CAST(-7 AS TINYINT), CAST(0.1 AS FLOAT), -1.5, 'it''s', x'00ff', "
         "DATE '2024-02-29', TIME '12:34:56', TIMESTAMP '1969-12-31 23:59:59.999999', "
         "ARRAY['a\"b\\', CAST(NULL AS STRING), '']",
         "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"},
        {});
    std::vector<std::string> texts;
    for (size_t i = 0; i < columns.size(); ++i) {
        TextValues found = texts_of(rows.columns[i], 2, columns[i].type);
        texts.push_back(found.at(0).value());
        EXPECT_EQ(found.at(1), std::nullopt);
    }

    EXPECT_THAT(texts,
                ElementsAre("t", "-7", "0.1", "-1.50", "it's", "\\x00ff", "2024-02-29", "12:34:56",
                            "1969-12-31 23:59:59.999999", R"({"a\"b\\",NULL,""})"));
}

TEST(JdbcValues, stand_in_types_that_postgresql_has) {
    auto type = [](const std::string& text) {
        return database_type(sql::columns_of("c " + text).at(0).type).value_or("none");
    };

    EXPECT_EQ(type("TINYINT"), "smallint");
    EXPECT_EQ(type("ARRAY<DECIMAL(5, 2)>"), "numeric[]");
    EXPECT_EQ(type("TIMESTAMP_LTZ(3)"), "timestamp with time zone");
    EXPECT_EQ(type("TIMESTAMP(9)"), "none");
    EXPECT_EQ(type("ARRAY<ARRAY<INT>>"), "none");
    EXPECT_EQ(type("MAP<STRING, INT>"), "none");
    EXPECT_EQ(selected("\"d\"", "numeric", sql::decimal_type(5, 2)), "\"d\"::text");
    EXPECT_EQ(selected("\"d\"", "double precision", sql::decimal_type(5, 2)),
              "\"d\"::numeric::text");
    EXPECT_EQ(selected("\"c\"", "character", sql::string_type()), "\"c\"");
    EXPECT_EQ(selected("\"u\"", "uuid", sql::string_type()), "\"u\"::text");
}

TEST(Retries, are_for_what_may_work_later) {
    int tries = 0;
    with_retries(1, "it", [&] {
        if (++tries == 1) throw Error(ErrorCode::Unavailable, "away");
    });
    EXPECT_EQ(tries, 2);

    auto always = [&](ErrorCode code) {
        tries = 0;
        return refusal_of([&] {
            with_retries(1, "it", [&] {
                ++tries;
                throw Error(code, "wrong");
            });
        });
    };
    EXPECT_EQ(always(ErrorCode::InvalidInput), "wrong");
    EXPECT_EQ(tries, 1);
    EXPECT_EQ(always(ErrorCode::Unavailable), "wrong");
    EXPECT_EQ(tries, 2);
}

}  // namespace
}  // namespace tarn::connectors
