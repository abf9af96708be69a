#include "iceberg/format/filter.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

namespace json = boost::json;

SchemaPtr columns() {
    auto venue = Type::structure({{.id = 11, .name = "name", .type = TypeKind::String}});
    return Schema::make(
        0, {{.id = 1, .name = "id", .is_required = true, .type = TypeKind::Long},
            {.id = 2, .name = "Count", .type = TypeKind::Int},
            {.id = 3, .name = "price", .type = Type::decimal(5, 2)},
            {.id = 4, .name = "ratio", .type = TypeKind::Float},
            {.id = 5, .name = "day", .type = TypeKind::Date},
            {.id = 6, .name = "symbol", .type = TypeKind::String},
            {.id = 7, .name = "venue", .type = venue},
            {.id = 8, .name = "tags", .type = Type::list(12, TypeKind::String, false)}});
}

// The condition as it is bound, in the protocol's JSON.
std::string bound(const Expression& expression, BindOptions options = {}) {
    auto schema = columns();
    return json::serialize(to_json(to_expression(bind(expression, *schema, options), *schema)));
}

std::string refusal(const Expression& expression) {
    try {
        bind(expression, *columns());
    } catch (const Error& error) {
        return error.full_text();
    }
    return "none";
}

Expression compared(std::string column, Operation operation, json::value literal) {
    return condition(std::move(column), operation, {std::move(literal)});
}

TEST(Expression, reads_back_what_it_writes) {
    std::string text =
        R"({"type":"and","left":{"type":"not","child":{"type":"is-null","term":"a"}},)"
        R"("right":{"type":"or","left":{"type":"in","term":"b","values":[1,2]},)"
        R"("right":{"type":"starts-with","term":"c","value":"x"}}})";

    EXPECT_EQ(json::serialize(to_json(parse_expression(text, "filter"))), text);
    EXPECT_EQ(to_json(parse_expression("true", "filter")), json::value(true));
}

TEST(Expression, refuses_what_is_none) {
    for (const char* text :
         {"5", "{}", R"({"type":"like","term":"a","value":"x"})", R"({"type":"not"})",
          R"({"type":"eq","term":"a"})", R"({"type":"in","term":"a","values":3})",
          R"({"type":"eq","term":{"type":"transform","transform":"day","term":"a"},"value":1})",
          R"({"type":"and","left":true})", "{"}) {
        EXPECT_THROW(parse_expression(text, "filter"), Error) << text;
    }
}

TEST(Expression, refuses_what_is_nested_too_deep) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += R"({"type":"not","child":)";

    EXPECT_THROW(parse_expression(text, "filter"), Error);
}

TEST(Filter, turns_literals_into_the_type_of_the_column) {
    EXPECT_EQ(bound(compared("price", Operation::Less, 1.1)),
              R"({"type":"lt","term":"price","value":"1.10"})");
    EXPECT_EQ(bound(compared("price", Operation::Equal, 7)),
              R"({"type":"eq","term":"price","value":"7.00"})");
    EXPECT_EQ(bound(compared("day", Operation::Equal, "2026-11-20")),
              R"({"type":"eq","term":"day","value":"2026-11-20"})");
    EXPECT_EQ(bound(compared("id", Operation::Equal, 5.0)),
              R"({"type":"eq","term":"id","value":5})");
    EXPECT_EQ(bound(compared("venue.name", Operation::Equal, "X")),
              R"({"type":"eq","term":"venue.name","value":"X"})");
}

TEST(Filter, knows_literals_that_no_value_reaches) {
    int64_t far = int64_t{1} << 40;

    EXPECT_EQ(bound(compared("Count", Operation::Less, far)),
              R"({"type":"not-null","term":"Count"})");
    EXPECT_EQ(bound(compared("Count", Operation::Greater, far)), "false");
    EXPECT_EQ(bound(compared("Count", Operation::Greater, -far)),
              R"({"type":"not-null","term":"Count"})");
    EXPECT_EQ(bound(compared("Count", Operation::Equal, far)), "false");
    EXPECT_EQ(bound(condition("Count", Operation::In, {far, 3, 3})),
              R"({"type":"eq","term":"Count","value":3})");
    EXPECT_EQ(bound(condition("Count", Operation::NotIn, {far})),
              R"({"type":"not-null","term":"Count"})");
    EXPECT_EQ(bound(compared("price", Operation::GreaterOrEqual, 1000)), "false");
    EXPECT_EQ(bound(compared("price", Operation::LessOrEqual, "12345.67")),
              R"({"type":"not-null","term":"price"})");
}

TEST(Filter, leaves_infinities_to_floats) {
    Filter above = bind(compared("ratio", Operation::Greater, 1e300), *columns());

    EXPECT_TRUE(is_fulfilled(above, HUGE_VALF));
    EXPECT_FALSE(is_fulfilled(above, 3e38F));
}

TEST(Filter, pushes_negation_down) {
    Expression either =
        any_of({compared("Count", Operation::Less, 5), condition("symbol", Operation::IsNull)});

    EXPECT_EQ(bound(not_of(either)),
              R"({"type":"and","left":{"type":"gt-eq","term":"Count","value":5},)"
              R"("right":{"type":"not-null","term":"symbol"}})");
    EXPECT_EQ(bound(not_of(not_of(either))), bound(either));
}

TEST(Filter, leaves_out_what_is_constant) {
    EXPECT_EQ(bound(condition("id", Operation::IsNull)), "false");
    EXPECT_EQ(bound(all_of(
                  {condition("id", Operation::NotNull), compared("Count", Operation::Equal, 1)})),
              R"({"type":"eq","term":"Count","value":1})");
    EXPECT_EQ(bound(condition("Count", Operation::IsNan)), "false");
    EXPECT_EQ(bound(condition("Count", Operation::In, {})), "false");
}

TEST(Filter, ignores_case_only_when_asked_to) {
    Expression count = compared("COUNT", Operation::Equal, 1);

    EXPECT_EQ(bound(count, {.ignores_case = true}), R"({"type":"eq","term":"Count","value":1})");
    EXPECT_NE(refusal(count), "none");
}

TEST(Filter, says_what_it_cannot_compare) {
    EXPECT_EQ(refusal(compared("pric", Operation::Equal, 1)),
              "the table has no column 'pric'; did you mean 'price'?");
    EXPECT_EQ(refusal(compared("venue", Operation::Equal, 1)),
              "column 'venue' of type struct<11: name: optional string> cannot be compared");
    EXPECT_EQ(refusal(compared("id", Operation::StartsWith, "1")),
              "column 'id' of type long has no beginnings");
    EXPECT_EQ(refusal(compared("id", Operation::Less, 3.5)), "id: 3.5E0 is no long");
    EXPECT_EQ(refusal(compared("id", Operation::Less, nullptr)), "id: null is no long");
    EXPECT_EQ(refusal(compared("tags.element", Operation::Equal, "a")),
              "column 'tags.element' is in a list or map");
}

TEST(Filter, takes_null_for_unknown) {
    Filter less = bind(compared("Count", Operation::Less, 5), *columns());

    EXPECT_TRUE(is_fulfilled(less, int32_t{4}));
    EXPECT_FALSE(is_fulfilled(less, std::nullopt));
    EXPECT_FALSE(is_fulfilled(opposite(less), std::nullopt));
}

TEST(Filter, sorts_nan_behind_all_numbers_and_knows_one_zero) {
    Filter greater = bind(compared("ratio", Operation::Greater, 5), *columns());
    Filter zero = bind(compared("ratio", Operation::Equal, 0), *columns());

    EXPECT_TRUE(is_fulfilled(greater, NAN));
    EXPECT_FALSE(is_fulfilled(opposite(greater), NAN));
    EXPECT_TRUE(is_fulfilled(zero, -0.0F));
}

}  // namespace
}  // namespace tarn::iceberg
