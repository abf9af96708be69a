#include "iceberg/format/position_deletes.hpp"

#include <arrow/io/memory.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/field_ids.hpp"
#include "columns/parquet_writer.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/column_bounds.hpp"

namespace tarn::iceberg {
namespace {

PositionBitmap bitmap_of(const std::vector<int64_t>& positions) {
    PositionBitmap bitmap;
    for (int64_t position : positions) bitmap.add(position);
    return bitmap;
}

TEST(PositionDeletes, are_sorted_by_file_and_position) {
    auto rows = position_delete_rows({{"b", bitmap_of({7, 2})}, {"a", bitmap_of({9})}});

    ASSERT_EQ(rows->num_rows(), 3);
    const auto& paths = static_cast<const arrow::StringArray&>(*rows->column(0));
    const auto& positions = static_cast<const arrow::Int64Array&>(*rows->column(1));
    EXPECT_EQ(paths.GetView(0), "a");
    EXPECT_EQ(positions.Value(0), 9);
    EXPECT_EQ(paths.GetView(1), "b");
    EXPECT_EQ(positions.Value(1), 2);
    EXPECT_EQ(positions.Value(2), 7);
}

TEST(PositionDeletes, have_the_columns_of_the_specification) {
    auto schema = arrow_schema(position_delete_schema()->fields());

    EXPECT_EQ(schema->field(0)->ToString(), "file_path: string not null");
    EXPECT_EQ(columns::field_id_of(*schema->field(0)), 2'147'483'546);
    EXPECT_EQ(schema->field(1)->ToString(), "pos: int64 not null");
    EXPECT_EQ(columns::field_id_of(*schema->field(1)), 2'147'483'545);
}

TEST(PositionDeletes, keep_the_whole_path_as_a_bound) {
    std::string path = "s3://warehouse/trades/data/ts_day=2026-11-21/part-00001.parquet";
    auto stream = columns::or_throw(arrow::io::BufferOutputStream::Create());
    auto rows = position_delete_rows({{path, bitmap_of({3, 8})}});
    auto writer = columns::ParquetWriter::open(stream, rows->schema());
    writer.append(*rows);

    auto metrics = column_metrics(writer.finish(), *position_delete_schema(), MetricsModes::full());

    EXPECT_EQ(as_text(metrics.lower_bounds.at(2'147'483'546)), path);
    EXPECT_EQ(as_text(metrics.upper_bounds.at(2'147'483'546)), path);
}

SchemaPtr schema() {
    return Schema::make(
        3, {{.id = 1, .name = "id", .type = TypeKind::Long},
            {.id = 2, .name = "tags", .type = Type::list(3, TypeKind::String, false)},
            {.id = 4,
             .name = "venue",
             .type = Type::structure({{.id = 5, .name = "code", .type = TypeKind::String},
                                      {.id = 6, .name = "country", .type = TypeKind::String}})},
            {.id = 7, .name = "note", .type = TypeKind::String}});
}

TEST(EqualityDeletes, have_the_columns_that_they_compare) {
    auto deletes = equality_delete_schema(*schema(), {5, 1});

    EXPECT_EQ(to_text(deletes->type()),
              "struct<1: id: optional long, 4: venue: optional struct<5: code: optional string>>");
    EXPECT_EQ(deletes->id(), 3);
}

TEST(EqualityDeletes, by_what_cannot_be_compared_are_refused) {
    for (int32_t id : {3, 4, 99}) {
        EXPECT_THROW(equality_delete_schema(*schema(), {id}), Error) << id;
    }
}

}  // namespace
}  // namespace tarn::iceberg
