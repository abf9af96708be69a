#include "columns/parquet_writer.hpp"

#include <arrow/array/array_nested.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/util.h>
#include <arrow/extension/uuid.h>
#include <arrow/io/memory.h>
#include <arrow/table.h>
#include <arrow/util/key_value_metadata.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/page_index.h>

#include <cmath>

#include "columns/arrow_result.hpp"
#include "columns/field_ids.hpp"
#include "columns/json_decoder.hpp"

namespace tarn::columns {
namespace {

using arrow::field;

std::shared_ptr<arrow::Field> with_id(int32_t id, std::shared_ptr<arrow::Field> plain) {
    return with_field_id(plain, id);
}

std::shared_ptr<arrow::RecordBatch> rows_of(const std::shared_ptr<arrow::Schema>& schema,
                                            std::string_view json_lines) {
    JsonDecoder decoder(schema);
    decoder.append_lines(json_lines);
    DecodedRows decoded = decoder.finish();
    EXPECT_TRUE(decoded.errors.empty()) << decoded.errors[0].reason;
    return decoded.batch;
}

struct Written {
    ParquetFileMetrics metrics;
    std::shared_ptr<arrow::Buffer> file;
};

Written write(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
              const ParquetOptions& options = {}) {
    auto stream = or_throw(arrow::io::BufferOutputStream::Create());
    auto writer = ParquetWriter::open(stream, batches[0]->schema(), options);
    for (const auto& batch : batches) writer.append(*batch);
    auto metrics = writer.finish();
    return {metrics, or_throw(stream->Finish())};
}

std::unique_ptr<parquet::ParquetFileReader> open(const Written& written) {
    return parquet::ParquetFileReader::Open(
        std::make_shared<arrow::io::BufferReader>(written.file));
}

std::shared_ptr<arrow::Table> read(const Written& written) {
    auto reader = or_throw(parquet::arrow::OpenFile(
        std::make_shared<arrow::io::BufferReader>(written.file), arrow::default_memory_pool()));
    return or_throw(reader->ReadTable());
}

std::string hex(const std::optional<Bytes>& bytes) {
    return bytes ? to_hex(*bytes) : "none";
}

TEST(ParquetWriter, gives_back_the_rows_it_was_given) {
    auto row = arrow::struct_({field("x", arrow::utf8()), field("y", arrow::int32())});
    auto schema = arrow::schema({field("id", arrow::int64(), false), field("row", row),
                                 field("list", arrow::list(field("element", row))),
                                 field("map", arrow::map(arrow::utf8(), arrow::float64())),
                                 field("price", arrow::decimal128(12, 2)),
                                 field("at", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"))});
    auto batch = rows_of(schema, R"({"id":1,"row":{"x":"a"},"list":[{"y":1},{}],"price":1.5}
{"id":2,"map":{"k":1.5,"l":null},"at":"2024-01-02T03:04:05.000006Z"})");

    auto table = read(write({batch, batch}));

    auto expected = or_throw(arrow::Table::FromRecordBatches(schema, {batch, batch}));
    EXPECT_TRUE(table->Equals(*expected)) << table->ToString();
    EXPECT_TRUE(table->schema()->Equals(*schema)) << table->schema()->ToString();
}

TEST(ParquetWriter, takes_rows_that_are_null_and_have_required_fields) {
    auto inner = arrow::struct_({field("y", arrow::utf8(), false)});
    auto row = arrow::struct_({field("x", arrow::int32(), false), field("inner", inner)});
    auto schema = arrow::schema(
        {field("id", arrow::int64()), field("list", arrow::list(field("element", row)))});
    auto batch = rows_of(schema, R"({"id":1,"list":[null,{"x":1,"inner":null}]}
{"id":2,"list":null}
{"id":3,"list":[{"x":2,"inner":{"y":"z"}},null]})");

    // A part, so that places in buffers and rows are not the same.
    auto table = read(write({batch->Slice(1)}));

    auto expected = or_throw(arrow::Table::FromRecordBatches(schema, {batch->Slice(1)}));
    EXPECT_TRUE(table->Equals(*expected)) << table->ToString();
}

TEST(ParquetWriter, refuses_a_required_field_that_is_null_in_a_row_that_is_not) {
    auto row = arrow::struct_({field("x", arrow::int32(), false)});
    auto values = or_throw(arrow::MakeArrayOfNull(arrow::int32(), 1));
    auto rows = std::make_shared<arrow::StructArray>(row, 1, arrow::ArrayVector{values});
    auto batch = arrow::RecordBatch::Make(arrow::schema({field("row", row)}), 1, {rows});

    try {
        write({batch});
        FAIL() << "it was written";
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "the field 'x' is NOT NULL, and a row has none");
    }
}

TEST(ParquetWriter, writes_the_id_of_every_nested_field) {
    auto element = with_id(3, field("element", arrow::int32()));
    auto item = with_id(6, field("value", arrow::utf8()));
    auto key = with_id(5, field("key", arrow::utf8(), false));
    auto schema = arrow::schema(
        {with_id(1, field("id", arrow::int64())), with_id(2, field("l", arrow::list(element))),
         with_id(4, field("m", std::make_shared<arrow::MapType>(key, item)))});

    auto written = write({rows_of(schema, "{}")});

    std::vector<std::optional<int32_t>> ids;
    std::vector<std::string> paths;
    for (const auto& column : written.metrics.columns) {
        ids.push_back(column.field_id);
        paths.push_back(column.path);
    }
    EXPECT_EQ(ids, (std::vector<std::optional<int32_t>>{1, 3, 5, 6}));
    EXPECT_EQ(paths, (std::vector<std::string>{"id", "l.list.element", "m.key_value.key",
                                               "m.key_value.value"}));
    auto metadata = open(written)->metadata();
    auto root = metadata->schema()->group_node();
    EXPECT_EQ(root->field(1)->field_id(), 2);
    EXPECT_EQ(root->field(2)->field_id(), 4);
}

TEST(ParquetWriter, tells_counts_and_bounds_as_iceberg_keeps_them) {
    auto schema = arrow::schema({field("i", arrow::int32()), field("d", arrow::float64()),
                                 field("s", arrow::utf8()), field("n", arrow::decimal128(9, 2)),
                                 field("w", arrow::decimal128(30, 0)), field("b", arrow::boolean()),
                                 field("none", arrow::int64()),
                                 field("r", arrow::struct_({field("f", arrow::float32())}))});
    auto first = rows_of(schema, R"({"i":-2,"d":1.5,"s":"pear","n":-0.01,"w":-300,"b":true}
{"i":7,"d":"NaN","s":"fig","n":1.28,"w":5,"b":true,"r":{"f":"NaN"}})");
    auto second = rows_of(schema, R"({"i":300,"s":"zebra","n":0,"b":false,"r":{"f":0}}
{"d":"NaN","s":"apple"})");

    auto metrics = write({first, second}, {.row_group_rows_max = 2}).metrics;

    EXPECT_EQ(metrics.row_count, 4);
    EXPECT_EQ(metrics.split_offsets.size(), 2u);
    EXPECT_EQ(metrics.split_offsets[0], 4);
    const auto& c = metrics.columns;
    EXPECT_EQ(c[0].value_count, 4);
    EXPECT_EQ(c[0].null_count, 1);
    EXPECT_EQ(c[0].nan_count, std::nullopt);
    EXPECT_EQ(hex(c[0].lower_bound) + " " + hex(c[0].upper_bound), "feffffff 2c010000");
    EXPECT_EQ(c[1].nan_count, 2);
    EXPECT_EQ(hex(c[1].lower_bound) + " " + hex(c[1].upper_bound),
              "000000000000f83f 000000000000f83f");
    EXPECT_EQ(hex(c[2].lower_bound) + " " + hex(c[2].upper_bound), "6170706c65 7a65627261");
    EXPECT_EQ(hex(c[3].lower_bound) + " " + hex(c[3].upper_bound), "ff 0080");
    EXPECT_EQ(hex(c[4].lower_bound) + " " + hex(c[4].upper_bound), "fed4 05");
    EXPECT_EQ(hex(c[5].lower_bound) + " " + hex(c[5].upper_bound), "00 01");
    EXPECT_EQ(c[6].null_count, 4);
    EXPECT_EQ(hex(c[6].lower_bound) + " " + hex(c[6].upper_bound), "none none");
    EXPECT_EQ(c[7].path, "r.f");
    EXPECT_EQ(c[7].nan_count, 1);
    // A zero bound carries the sign that makes it hold for both zeros.
    EXPECT_EQ(hex(c[7].lower_bound) + " " + hex(c[7].upper_bound), "00000080 00000000");
}

TEST(ParquetWriter, gives_no_bounds_where_a_value_is_too_long_for_the_statistics) {
    auto schema = arrow::schema({field("s", arrow::utf8())});
    auto batch = rows_of(schema, "{\"s\":\"" + std::string(10'000, 'x') + "\"}\n{\"s\":\"a\"}");

    auto metrics = write({batch}).metrics;

    EXPECT_EQ(metrics.columns[0].null_count, 0);
    EXPECT_EQ(metrics.columns[0].upper_bound, std::nullopt);
}

TEST(ParquetWriter, writes_what_cautious_readers_insist_on) {
    auto schema = arrow::schema({field("s", arrow::utf8()), field("d", arrow::float64()),
                                 field("n", arrow::decimal128(15, 2))});
    auto written = write({rows_of(schema, "{\"s\":\"a\",\"d\":1,\"n\":1}")},
                         {.bloom_filter_columns = {"s"}, .key_values = {{"iceberg.schema", "{}"}}});

    auto reader = open(written);
    auto metadata = reader->metadata();
    EXPECT_EQ(metadata->key_value_metadata()->Get("iceberg.schema").ValueOr(""), "{}");
    EXPECT_EQ(metadata->schema()->Column(2)->physical_type(), parquet::Type::INT64);
    auto row_group = metadata->RowGroup(0);
    EXPECT_EQ(row_group->ColumnChunk(0)->compression(), parquet::Compression::ZSTD);
    EXPECT_TRUE(row_group->ColumnChunk(0)->has_dictionary_page());
    EXPECT_FALSE(row_group->ColumnChunk(1)->has_dictionary_page());
    EXPECT_TRUE(row_group->ColumnChunk(0)->bloom_filter_offset().has_value());
    EXPECT_FALSE(row_group->ColumnChunk(1)->bloom_filter_offset().has_value());
    auto index = reader->GetPageIndexReader()->RowGroup(0)->GetColumnIndex(1);
    EXPECT_EQ(index->null_pages(), std::vector<bool>{false});
}

TEST(ParquetWriter, estimates_the_size_that_the_file_will_have) {
    auto schema = arrow::schema({field("i", arrow::int64()), field("d", arrow::float64())});
    std::string lines;
    for (int i = 0; i < 20'000; ++i) {
        lines += fmt::format("{{\"i\":{},\"d\":{}}}\n", i, std::sin(i));
    }
    auto batch = rows_of(schema, lines);
    auto stream = or_throw(arrow::io::BufferOutputStream::Create());
    auto writer = ParquetWriter::open(stream, schema, {.row_group_rows_max = 40'000});

    for (int i = 0; i < 9; ++i) writer.append(*batch);
    auto estimate = static_cast<double>(writer.estimated_bytes());
    auto actual = static_cast<double>(writer.finish().file_bytes);

    EXPECT_NEAR(estimate / actual, 1, 0.15);
}

TEST(ParquetWriter, marks_uuids_whether_they_come_as_such_or_as_bytes) {
    auto marked = arrow::schema({field("u", arrow::extension::uuid())});
    arrow::FixedSizeBinaryBuilder builder(arrow::fixed_size_binary(16));
    or_throw(builder.Append("0123456789abcdef"));
    or_throw(builder.AppendNull());
    auto bytes = or_throw(builder.Finish());
    auto plain = arrow::schema({field("u", bytes->type())});
    auto uuids = arrow::ExtensionType::WrapArray(arrow::extension::uuid(), bytes);

    auto stream = or_throw(arrow::io::BufferOutputStream::Create());
    auto writer = ParquetWriter::open(stream, marked);
    writer.append(*arrow::RecordBatch::Make(plain, 2, arrow::ArrayVector{bytes}));
    writer.append(*arrow::RecordBatch::Make(marked, 2, arrow::ArrayVector{uuids}));
    Written written{writer.finish(), or_throw(stream->Finish())};

    auto metadata = open(written)->metadata();
    const parquet::ColumnDescriptor* column = metadata->schema()->Column(0);
    EXPECT_TRUE(column->logical_type()->is_UUID()) << column->ToString();
    EXPECT_EQ(column->type_length(), 16);
    EXPECT_EQ(written.metrics.columns[0].null_count, 2);
    EXPECT_EQ(as_text(*written.metrics.columns[0].upper_bound), "0123456789abcdef");
    EXPECT_EQ(read(written)->num_rows(), 4);
}

TEST(RollingParquetWriter, begins_a_new_file_where_it_is_told_to) {
    auto schema = arrow::schema({field("i", arrow::int32())});
    auto batch = rows_of(schema, "{\"i\":1}\n{\"i\":2}");
    RollingParquetWriter writer(schema, {}, 1 << 20, [](size_t) {
        return or_throw(arrow::io::BufferOutputStream::Create());
    });

    writer.append(batch);
    EXPECT_TRUE(writer.has_open_file());
    writer.close_file();
    writer.close_file();
    EXPECT_FALSE(writer.has_open_file());
    writer.append(batch);

    EXPECT_EQ(writer.finish().size(), 2u);
}

TEST(RollingParquetWriter, starts_a_new_file_near_the_target_and_loses_no_row) {
    auto schema = arrow::schema({field("d", arrow::float64())});
    std::string lines;
    for (int i = 0; i < 65'536; ++i) lines += fmt::format("{{\"d\":{}}}\n", std::sin(i));
    auto batch = rows_of(schema, lines);
    std::vector<std::shared_ptr<arrow::io::BufferOutputStream>> streams;
    RollingParquetWriter writer(
        schema, {.row_group_rows_max = 65'536}, 1'000'000, [&](size_t file) {
            EXPECT_EQ(file, streams.size());
            return streams.emplace_back(or_throw(arrow::io::BufferOutputStream::Create()));
        });

    for (int i = 0; i < 8; ++i) writer.append(batch);
    auto files = writer.finish();

    EXPECT_GE(files.size(), 3u);
    ASSERT_EQ(files.size(), streams.size());
    int64_t rows = 0;
    for (size_t i = 0; i < files.size(); ++i) {
        rows += files[i].row_count;
        EXPECT_TRUE(streams[i]->closed());
        EXPECT_LT(files[i].file_bytes, 2'000'000);
    }
    EXPECT_EQ(rows, 8 * 65'536);
    EXPECT_TRUE(writer.finish().empty());
}

}  // namespace
}  // namespace tarn::columns
