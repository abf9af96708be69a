#include "cli/typed_condition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "base/error.hpp"
#include "iceberg/format/filter.hpp"

namespace tarn::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

iceberg::SchemaPtr trades_with_venue() {
    using enum iceberg::TypeKind;
    iceberg::Type venue(Struct);
    venue.fields = {{.id = 7, .name = "name", .type = String}};
    return iceberg::Schema::make(0,
                                 {{.id = 1, .name = "id", .type = Long},
                                  {.id = 2, .name = "trade_day", .type = Date},
                                  {.id = 3, .name = "seen_at", .type = TimestampTz},
                                  {.id = 4, .name = "price", .type = iceberg::Type::decimal(9, 2)},
                                  {.id = 5, .name = "is_open", .type = Boolean},
                                  {.id = 6, .name = "venue", .type = venue}});
}

// As the REST protocol writes it; it must fit the table, too.
std::string condition_read(const std::string& text) {
    auto schema = trades_with_venue();
    auto condition = typed_condition("--where", text, *schema);
    bind(condition, *schema);
    return boost::json::serialize(to_json(condition));
}

std::string condition_refused(const std::string& text) {
    try {
        return condition_read(text);
    } catch (const Error& error) {
        return error.full_text();
    }
}

TEST(TypedCondition, compares_columns_with_values) {
    EXPECT_EQ(condition_read("id = 5"), R"({"type":"eq","term":"id","value":5})");
    EXPECT_EQ(condition_read("-5 < id"), R"({"type":"gt","term":"id","value":-5})");
    EXPECT_EQ(condition_read("venue.name <> 'XETR'"),
              R"({"type":"not-eq","term":"venue.name","value":"XETR"})");
    EXPECT_EQ(condition_read("price >= 14.20"),
              R"({"type":"gt-eq","term":"price","value":"14.20"})");
    EXPECT_EQ(condition_read("trade_day <= DATE '2026-11-20'"),
              R"({"type":"lt-eq","term":"trade_day","value":"2026-11-20"})");
    EXPECT_EQ(condition_read("is_open"), R"({"type":"eq","term":"is_open","value":true})");
    EXPECT_EQ(condition_read("id IN (1, 2)"), R"({"type":"in","term":"id","values":[1,2]})");
    EXPECT_EQ(condition_read("venue.name LIKE 'X%'"),
              R"({"type":"starts-with","term":"venue.name","value":"X"})");
}

TEST(TypedCondition, takes_times_for_utc_where_the_column_has_a_zone) {
    for (const char* text :
         {"seen_at < TIMESTAMP '2026-11-20 12:00:00'", "seen_at < '2026-11-20T12:00:00'",
          "seen_at < '2026-11-20 12:00:00+00:00'"}) {
        EXPECT_EQ(condition_read(text),
                  R"({"type":"lt","term":"seen_at","value":"2026-11-20T12:00:00+00:00"})");
    }
    EXPECT_EQ(condition_read("seen_at < '2026-11-20'"),
              R"({"type":"lt","term":"seen_at","value":"2026-11-20T00:00:00+00:00"})");
}

TEST(TypedCondition, joins_conditions) {
    EXPECT_EQ(condition_read("id BETWEEN 1 AND 3 OR NOT (trade_day IS NULL)"),
              R"({"type":"or","left":{"type":"and","left":{"type":"gt-eq","term":"id","value":1},)"
              R"("right":{"type":"lt-eq","term":"id","value":3}},)"
              R"("right":{"type":"not","child":{"type":"is-null","term":"trade_day"}}})");
    EXPECT_EQ(condition_read("id NOT IN (1)"),
              R"({"type":"not","child":{"type":"in","term":"id","values":[1]}})");
}

TEST(TypedCondition, shows_what_it_cannot_read) {
    EXPECT_THAT(condition_refused("id + 1 = 5"), StartsWith("--where:1:1: this is nothing that"));
    EXPECT_THAT(condition_refused("venue.name LIKE '%X'"), HasSubstr("^^^^"));
    EXPECT_THAT(condition_refused("id = trade_day"), HasSubstr("statistics of files"));
    EXPECT_THAT(condition_refused("id = "), HasSubstr("--where:1:"));
    EXPECT_THAT(condition_refused("id = 'five'"), HasSubstr("id"));
    EXPECT_THAT(condition_refused("prise = 5"), HasSubstr("did you mean 'price'"));
}

}  // namespace
}  // namespace tarn::cli
