#include "iceberg/format/layout_change.hpp"
#include "iceberg/format/new_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;

constexpr int64_t Now = 1'763'717'400'000;

TableMetadata table(const char* version = "2") {
    auto columns = Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long},
                                    {.id = 2, .name = "ts", .type = TypeKind::TimestampTz},
                                    {.id = 3, .name = "name", .type = TypeKind::String}});
    return new_table({.schema = columns,
                      .spec = {.fields = {{2, 1000, "ts_day", Transform::day()},
                                          {1, 1001, "id_bucket", Transform::bucket(4)}}},
                      .location = "file:///w/t",
                      .properties = {{"format-version", version}}},
                     "9c12d441-03fe-4693-9a96-a0705ddf69c1", Now)
        .finish(std::nullopt);
}

template <typename Change>
TableMetadata changed(const TableMetadata& metadata, const Change& change) {
    MetadataBuilder builder(metadata, Now);
    change.apply_to(builder);
    return builder.finish(std::nullopt);
}

std::vector<std::string> texts(const PartitionSpec& spec) {
    std::vector<std::string> all;
    for (const PartitionField& field : spec.fields) {
        all.push_back(fmt::format("{} {} {}({})", field.field_id, field.name,
                                  field.transform.text(), field.source_id));
    }
    return all;
}

template <typename Work>
std::string refusal_of(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was refused";
}

TEST(SpecChange, adds_removes_and_renames_fields) {
    TableMetadata metadata = table();
    SpecChange change(metadata);
    change.add("name", Transform::truncate(2));
    change.add("id", Transform::identity());
    change.remove("ts_day");
    change.rename("id_bucket", "shard");

    TableMetadata after = changed(metadata, change);

    EXPECT_THAT(texts(after.spec()),
                ElementsAre("1001 shard bucket[4](1)", "1002 name_trunc_2 truncate[2](3)",
                            "1003 id identity(1)"));
    EXPECT_EQ(after.default_spec_id, 1);
    EXPECT_EQ(after.last_partition_id, 1003);
}

TEST(SpecChange, gives_a_field_that_comes_back_the_id_that_it_had) {
    TableMetadata metadata = table();
    SpecChange away(metadata);
    away.remove("ts", Transform::day());
    TableMetadata without = changed(metadata, away);
    SpecChange back(without);
    back.add("ts", Transform::day());

    TableMetadata after = changed(without, back);

    EXPECT_THAT(texts(after.spec()),
                ElementsAre("1001 id_bucket bucket[4](1)", "1000 ts_day day(2)"));
    EXPECT_EQ(after.last_partition_id, 1001);
}

TEST(SpecChange, leaves_void_behind_in_version_1) {
    TableMetadata metadata = table();
    metadata.format_version = 1;
    SpecChange change(metadata);
    change.remove("ts_day");
    change.add("ts", Transform::hour(), "ts_day");

    EXPECT_THAT(texts(change.spec()),
                ElementsAre("1000 ts_day_1000 void(2)", "1001 id_bucket bucket[4](1)",
                            "1002 ts_day hour(2)"));
}

TEST(SpecChange, refuses_what_cannot_be) {
    TableMetadata metadata = table();
    auto refused = [&](auto work) {
        return refusal_of([&] {
            SpecChange change(metadata);
            work(change);
        });
    };
    EXPECT_EQ(refused([](auto& change) { change.add("ts", Transform::day()); }),
              "'ts_day' partitions by day of 'ts' already");
    EXPECT_EQ(refused([](auto& change) {
                  change.add("ts", Transform::hour());
                  change.add("ts", Transform::month());
              }),
              "two fields by the time of 'ts' are one too many");
    EXPECT_EQ(refused([](auto& change) { change.add("name", Transform::day()); }),
              "partition field 'name_day': day does not go with string");
    EXPECT_EQ(refused([](auto& change) { change.add("id", Transform::bucket(8), "name"); }),
              "partition field 'name': a column has this name");
    EXPECT_EQ(refused([](auto& change) { change.add("x", Transform::day()); }),
              "there is no column 'x'");
    EXPECT_EQ(refused([](auto& change) { change.add("id", Transform::parse("zorder")); }),
              "the partition transform 'zorder' is not known");
    EXPECT_EQ(refused([](auto& change) { change.remove("day"); }),
              "there is no partition field 'day'");
    EXPECT_EQ(refused([](auto& change) { change.remove("id", Transform::day()); }),
              "no field partitions by day of 'id'");
    EXPECT_EQ(refused([](auto& change) { change.rename("ts_day", "id_bucket"); }),
              "partition field 'id_bucket': the name comes twice");
}

TEST(SortChange, becomes_the_order_of_the_table) {
    TableMetadata metadata = table();
    SortChange change(metadata);
    change.add("ts", Direction::Descending, {}, Transform::day());
    change.add("name", Direction::Ascending, NullOrder::Last);

    TableMetadata after = changed(metadata, change);

    ASSERT_EQ(after.sort_order().fields.size(), 2U);
    EXPECT_EQ(after.default_sort_order_id, 1);
    EXPECT_EQ(after.sort_order().fields[0].null_order, NullOrder::Last);
    EXPECT_EQ(after.sort_order().fields[0].transform, Transform::day());
    EXPECT_EQ(after.sort_order().fields[1].source_id, 3);
    EXPECT_EQ(changed(after, SortChange(after)).default_sort_order_id, 0);
    EXPECT_EQ(refusal_of([&] { change.add("name", Direction::Ascending, {}, Transform::hour()); }),
              "rows cannot be sorted by hour of 'name', which is string");
}

}  // namespace
}  // namespace tarn::iceberg
