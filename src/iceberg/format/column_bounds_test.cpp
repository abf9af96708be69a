#include "iceberg/format/column_bounds.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

Bytes bytes_of(std::initializer_list<int> numbers) {
    Bytes bytes;
    for (int number : numbers) bytes.push_back(static_cast<std::byte>(number));
    return bytes;
}

TEST(ColumnBounds, of_text_are_cut_by_code_points) {
    EXPECT_EQ(text_lower_bound("naïve", 3), "naï");
    EXPECT_EQ(text_lower_bound("🙂🙂🙂", 2), "🙂🙂");
    EXPECT_EQ(text_upper_bound("naïve", 3), "nað");
    EXPECT_EQ(text_upper_bound("🙂🙂🙂", 2), "🙂🙃");
}

TEST(ColumnBounds, of_short_text_are_the_text_itself) {
    EXPECT_EQ(text_lower_bound("abc", 3), "abc");
    EXPECT_EQ(text_upper_bound("abc", 3), "abc");
    EXPECT_EQ(text_upper_bound("", 3), "");
    EXPECT_EQ(text_upper_bound("\U0010FFFF", 1), "\U0010FFFF");
}

TEST(ColumnBounds, may_part_a_letter_from_its_accent) {
    EXPECT_EQ(text_lower_bound("cafe\u0301s", 4), "cafe");
    EXPECT_EQ(text_upper_bound("cafe\u0301s", 4), "caff");
    EXPECT_EQ(text_lower_bound("cafe\u0301s", 5), "cafe\u0301");
    EXPECT_EQ(text_upper_bound("cafe\u0301s", 5), "cafe\u0302");
}

TEST(ColumnBounds, step_over_the_surrogates) {
    EXPECT_EQ(text_upper_bound("a\uD7FFb", 2), "a\uE000");
}

TEST(ColumnBounds, grow_to_longer_encodings_where_they_must) {
    EXPECT_EQ(text_upper_bound("\u007Fx", 1), "\u0080");
    EXPECT_EQ(text_upper_bound("\u07FFx", 1), "\u0800");
    EXPECT_EQ(text_upper_bound("\uFFFFx", 1), "\U00010000");
}

TEST(ColumnBounds, leave_out_the_last_code_point_of_all) {
    EXPECT_EQ(text_upper_bound("a\U0010FFFF\U0010FFFFb", 3), "b");
    EXPECT_EQ(text_upper_bound("\U0010FFFF\U0010FFFFb", 2), std::nullopt);
    EXPECT_EQ(text_upper_bound("\U0010FFFFa\U0010FFFFb", 3), "\U0010FFFFb");
}

TEST(ColumnBounds, are_none_for_text_that_is_no_utf_8) {
    for (std::string_view text :
         {"\xC3", "a\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82"}) {
        EXPECT_EQ(text_lower_bound(text, 16), std::nullopt) << text;
        EXPECT_EQ(text_upper_bound(text, 16), std::nullopt) << text;
    }
}

TEST(ColumnBounds, of_binary_carry) {
    EXPECT_EQ(binary_lower_bound(bytes_of({1, 2, 3}), 2), bytes_of({1, 2}));
    EXPECT_EQ(binary_upper_bound(bytes_of({1, 2, 3}), 2), bytes_of({1, 3}));
    EXPECT_EQ(binary_upper_bound(bytes_of({1, 255, 3}), 2), bytes_of({2}));
    EXPECT_EQ(binary_upper_bound(bytes_of({127, 0}), 1), bytes_of({128}));
    EXPECT_EQ(binary_upper_bound(bytes_of({255, 255, 0}), 2), std::nullopt);
    EXPECT_EQ(binary_upper_bound(bytes_of({255, 255}), 2), bytes_of({255, 255}));
}

SchemaPtr schema() {
    return Schema::make(
        0, {{.id = 1, .name = "price", .type = TypeKind::Double},
            {.id = 2, .name = "name", .type = TypeKind::String},
            {.id = 3, .name = "tags", .type = Type::list(4, TypeKind::String, false)},
            {.id = 5,
             .name = "venue",
             .type = Type::structure({{.id = 6, .name = "code", .type = TypeKind::String}})},
            {.id = 7, .name = "hash", .type = TypeKind::Uuid}});
}

MetricsModes modes(const std::map<std::string, std::string>& properties) {
    return MetricsModes::of_table(properties, *schema(), {});
}

columns::ParquetColumnMetrics column(int32_t id, Bytes lower, Bytes upper) {
    return {.path = "",
            .field_id = id,
            .is_repeated = schema()->is_repeated(id),
            .compressed_bytes = 50,
            .value_count = 10,
            .null_count = 2,
            .nan_count = std::nullopt,
            .lower_bound = std::move(lower),
            .upper_bound = std::move(upper)};
}

ColumnMetrics metrics_of(columns::ParquetColumnMetrics column,
                         const std::map<std::string, std::string>& properties = {}) {
    columns::ParquetFileMetrics file;
    file.columns.push_back(std::move(column));
    return column_metrics(file, *schema(), modes(properties));
}

Bytes text(std::string_view text) {
    return copy_of(as_bytes(text));
}

TEST(ColumnMetrics, keep_counts_and_bounds_by_field_id) {
    auto price = column(1, to_bytes(-1.5), to_bytes(2.5));
    price.nan_count = 3;

    auto metrics = metrics_of(price);

    EXPECT_EQ(metrics.column_bytes.at(1), 50);
    EXPECT_EQ(metrics.value_counts.at(1), 10);
    EXPECT_EQ(metrics.null_counts.at(1), 2);
    EXPECT_EQ(metrics.nan_counts.at(1), 3);
    EXPECT_EQ(metrics.lower_bounds.at(1), to_bytes(-1.5));
    EXPECT_EQ(metrics.upper_bounds.at(1), to_bytes(2.5));
}

TEST(ColumnMetrics, allow_for_both_signs_of_zero) {
    auto metrics = metrics_of(column(1, to_bytes(0.0), to_bytes(-0.0)));

    EXPECT_EQ(metrics.lower_bounds.at(1), to_bytes(-0.0));
    EXPECT_EQ(metrics.upper_bounds.at(1), to_bytes(0.0));
}

TEST(ColumnMetrics, never_have_nan_as_a_bound) {
    double nan = std::numeric_limits<double>::quiet_NaN();

    auto metrics = metrics_of(column(1, to_bytes(nan), to_bytes(nan)));

    EXPECT_TRUE(metrics.lower_bounds.empty());
    EXPECT_TRUE(metrics.upper_bounds.empty());
}

TEST(ColumnMetrics, have_no_bounds_where_the_file_has_none) {
    auto all_null = column(2, {}, {});
    all_null.lower_bound = all_null.upper_bound = std::nullopt;

    auto metrics = metrics_of(all_null);

    EXPECT_TRUE(metrics.lower_bounds.empty());
    EXPECT_TRUE(metrics.upper_bounds.empty());
    EXPECT_EQ(metrics.value_counts.size(), 1U);
}

TEST(ColumnMetrics, of_what_is_in_a_list_have_no_bounds) {
    auto metrics = metrics_of(column(4, text("a"), text("b")));

    EXPECT_EQ(metrics.value_counts.at(4), 10);
    EXPECT_TRUE(metrics.lower_bounds.empty());
    EXPECT_TRUE(metrics.upper_bounds.empty());
}

TEST(ColumnMetrics, of_what_is_in_a_struct_have_bounds) {
    auto metrics = metrics_of(column(6, text("a"), text("b")));

    EXPECT_EQ(metrics.lower_bounds.at(6), text("a"));
}

TEST(ColumnMetrics, keep_sixteen_characters_unless_told_otherwise) {
    auto name = column(2, text("abcdefghijklmnopqrstuvwxyz"), text("abcdefghijklmnopqrstuvwxyz"));

    auto metrics = metrics_of(name);
    EXPECT_EQ(metrics.lower_bounds.at(2), text("abcdefghijklmnop"));
    EXPECT_EQ(metrics.upper_bounds.at(2), text("abcdefghijklmnoq"));

    metrics = metrics_of(name, {{"write.metadata.metrics.column.name", "truncate(2)"}});
    EXPECT_EQ(metrics.upper_bounds.at(2), text("ac"));

    metrics = metrics_of(name, {{"write.metadata.metrics.column.name", "full"}});
    EXPECT_EQ(metrics.upper_bounds.at(2), text("abcdefghijklmnopqrstuvwxyz"));
}

TEST(ColumnMetrics, never_shorten_a_uuid) {
    Bytes uuid(16, std::byte{0xAB});

    auto metrics =
        metrics_of(column(7, uuid, uuid), {{"write.metadata.metrics.default", "truncate(4)"}});

    EXPECT_EQ(metrics.upper_bounds.at(7), uuid);
}

TEST(ColumnMetrics, leave_out_what_the_table_does_not_want) {
    auto name = column(2, text("a"), text("b"));

    auto counts = metrics_of(name, {{"write.metadata.metrics.default", "counts"}});
    EXPECT_EQ(counts.value_counts.size(), 1U);
    EXPECT_TRUE(counts.lower_bounds.empty());

    auto none = metrics_of(name, {{"write.metadata.metrics.default", "none"}});
    EXPECT_EQ(none.column_bytes.size(), 1U);
    EXPECT_TRUE(none.value_counts.empty());
    EXPECT_TRUE(none.lower_bounds.empty());
}

TEST(ColumnMetrics, leave_out_columns_that_the_schema_does_not_have) {
    EXPECT_EQ(metrics_of(column(99, text("a"), text("b"))), ColumnMetrics());
}

using Kind = MetricsMode::Kind;

TEST(MetricsModes, are_read_in_any_case) {
    EXPECT_EQ(parse_metrics_mode("Truncate(3)"), (MetricsMode{Kind::Truncate, 3}));
    EXPECT_EQ(parse_metrics_mode("FULL"), (MetricsMode{Kind::Full, 0}));
    for (std::string_view text : {"", "truncate", "truncate()", "truncate(0)", "truncate(-1)",
                                  "truncate(1", "truncate(1 )", "all", "truncate("}) {
        EXPECT_EQ(parse_metrics_mode(text), std::nullopt) << text;
    }
}

TEST(MetricsModes, of_a_column_go_before_the_default) {
    auto modes_of_table = modes({{"write.metadata.metrics.default", "none"},
                                 {"write.metadata.metrics.column.venue.code", "counts"},
                                 {"write.metadata.metrics.column.name", "nonsense"}});

    EXPECT_EQ(modes_of_table.of(6).kind, Kind::Counts);
    EXPECT_EQ(modes_of_table.of(2).kind, Kind::None);
}

TEST(MetricsModes, keep_bounds_of_columns_that_the_table_is_sorted_by) {
    SortOrder order{.id = 1,
                    .fields = {{.transform = Transform::identity(), .source_id = 2},
                               {.transform = Transform::bucket(4), .source_id = 7}}};

    auto sorted =
        MetricsModes::of_table({{"write.metadata.metrics.default", "none"}}, *schema(), order);

    EXPECT_EQ(sorted.of(2), MetricsMode());
    EXPECT_EQ(sorted.of(7).kind, Kind::None);
}

TEST(MetricsModes, of_a_wide_table_are_for_its_first_columns) {
    auto wide = modes({{"write.metadata.metrics.max-inferred-column-defaults", "4"}});

    EXPECT_EQ(wide.of(1).kind, Kind::Truncate);
    EXPECT_EQ(wide.of(2).kind, Kind::Truncate);
    EXPECT_EQ(wide.of(7).kind, Kind::Truncate);  // before what is inside of tags and venue
    EXPECT_EQ(wide.of(4).kind, Kind::Truncate);
    EXPECT_EQ(wide.of(6).kind, Kind::None);

    auto told = modes({{"write.metadata.metrics.max-inferred-column-defaults", "1"},
                       {"write.metadata.metrics.default", "full"}});
    EXPECT_EQ(told.of(6).kind, Kind::Full);
}

}  // namespace
}  // namespace tarn::iceberg
