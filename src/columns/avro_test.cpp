#include <arrow/table.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/avro_reader.hpp"
#include "columns/avro_writer.hpp"
#include "columns/field_ids.hpp"
#include "columns/json_decoder.hpp"
#include "columns/json_writer.hpp"

namespace tarn::columns {
namespace {

using arrow::field;

// Shaped like the entries of an Iceberg manifest.
const char* const entry_schema = R"({"type":"record","name":"manifest_entry","fields":[
 {"name":"status","type":"int","field-id":0},
 {"name":"snapshot_id","type":["null","long"],"default":null,"field-id":1},
 {"name":"data_file","field-id":2,"type":{"type":"record","name":"r2","fields":[
  {"name":"file_path","type":"string","field-id":100},
  {"name":"partition","field-id":102,"type":{"type":"record","name":"r102","fields":[
   {"name":"day","field-id":1000,"type":["null",{"type":"int","logicalType":"date"}]},
   {"name":"price","field-id":1001,"type":["null",
    {"type":"fixed","name":"decimal_9_2","size":4,"logicalType":"decimal",
     "precision":9,"scale":2}]}]}},
  {"name":"value_counts","field-id":109,"type":["null",{"type":"array","logicalType":"map","items":
   {"type":"record","name":"k119_v120","fields":[
    {"name":"key","type":"int","field-id":119},{"name":"value","type":"long","field-id":120}]}}]},
  {"name":"split_offsets","field-id":132,
   "type":["null",{"type":"array","items":"long","element-id":133}]}]}}]})";

std::shared_ptr<arrow::Buffer> as_file(const Bytes& bytes) {
    return arrow::Buffer::FromString(std::string(as_text(bytes)));
}

Bytes write(const char* schema, const arrow::RecordBatch& batch, AvroWriterOptions options = {}) {
    SeededRandom random(1);
    AvroWriter writer(AvroSchema::parse(schema), random, std::move(options));
    writer.append(batch);
    return writer.finish();
}

std::string read(const Bytes& file, const std::shared_ptr<arrow::Schema>& wanted = nullptr) {
    AvroReader reader(as_file(file));
    if (wanted) reader.select(wanted);
    std::string rows;
    while (auto batch = reader.next()) {
        EXPECT_TRUE(batch->ValidateFull().ok());
        append_json_lines(rows, *batch);
    }
    return rows;
}

std::string refusal(auto action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was refused";
}

// The columns of a schema as rows given in JSON.
std::shared_ptr<arrow::RecordBatch> rows_of(std::shared_ptr<arrow::Schema> schema,
                                            std::string_view lines) {
    JsonDecoder decoder(std::move(schema));
    decoder.append_lines(lines);
    DecodedRows decoded = decoder.finish();
    EXPECT_TRUE(decoded.errors.empty()) << decoded.errors[0].reason;
    return decoded.batch;
}

// Manifest entries, whose maps have numbers as keys and so cannot come from JSON.
std::shared_ptr<arrow::RecordBatch> entries() {
    auto schema = AvroSchema::parse(entry_schema).arrow_schema();
    auto rows = make_row_builder(*schema);
    for (int row = 0; row < 3; ++row) {
        static_cast<FixedBuilder<int32_t>&>(rows->child(0)).append(row);
        row == 1 ? rows->child(1).append_null()
                 : static_cast<FixedBuilder<int64_t>&>(rows->child(1)).append(-5'000'000'000 * row);
        auto& file = static_cast<StructBuilder&>(rows->child(2));
        static_cast<TextBuilder&>(file.child(0)).append("s3://b/" + std::to_string(row));
        auto& partition = static_cast<StructBuilder&>(file.child(1));
        static_cast<FixedBuilder<int32_t>&>(partition.child(0)).append(20'000 + row);
        static_cast<FixedBuilder<arrow::Decimal128>&>(partition.child(1)).append(row * 100 - 150);
        partition.append_valid();
        auto& counts = static_cast<ListBuilder&>(file.child(2));
        auto& pairs = static_cast<StructBuilder&>(counts.elements());
        for (int i = 0; i < row; ++i) {
            static_cast<FixedBuilder<int32_t>&>(pairs.child(0)).append(i + 1);
            static_cast<FixedBuilder<int64_t>&>(pairs.child(1)).append(1'000 * i);
            pairs.append_valid();
        }
        counts.close_row();
        file.child(3).append_null();
        file.append_valid();
        rows->append_valid();
    }
    return finish_batch(*rows, schema);
}

const std::string entry_rows =
    R"({"status":0,"snapshot_id":0,"data_file":)"
    R"({"file_path":"s3://b/0","partition":{"day":"2024-10-04","price":-1.50},)"
    R"("value_counts":{},"split_offsets":null}}
{"status":1,"snapshot_id":null,"data_file":)"
    R"({"file_path":"s3://b/1","partition":{"day":"2024-10-05","price":-0.50},)"
    R"("value_counts":{"1":0},"split_offsets":null}}
{"status":2,"snapshot_id":-10000000000,"data_file":)"
    R"({"file_path":"s3://b/2","partition":{"day":"2024-10-06","price":0.50},)"
    R"("value_counts":{"1":0,"2":1000},"split_offsets":null}}
)";

TEST(Avro, gives_back_what_was_written_with_any_codec) {
    using Codec = AvroWriterOptions::Codec;
    for (Codec codec : {Codec::Deflate, Codec::Null, Codec::Snappy, Codec::Zstandard}) {
        EXPECT_EQ(read(write(entry_schema, *entries(), {.codec = codec})), entry_rows);
    }
}

TEST(Avro, takes_rows_that_are_a_union_with_null) {
    const char* schema = R"(["null",{"type":"record","name":"r","fields":[
 {"name":"a","type":"int"}]}])";
    auto rows = rows_of(AvroSchema::parse(schema).arrow_schema(), "{\"a\":1}\n{\"a\":2}\n");

    Bytes file = write(schema, *rows, {.codec = AvroCodec::Null});

    EXPECT_EQ(read(file), "{\"a\":1}\n{\"a\":2}\n");
    EXPECT_NE(as_text(file).find(std::string("\x04\x08\x02\x02\x02\x04", 6)), std::string::npos);
}

TEST(Avro, reads_numbers_as_wider_ones_and_times_in_other_units) {
    const char* schema = R"({"type":"record","name":"r","fields":[
 {"name":"i","type":"int"},{"name":"j","type":"int"},{"name":"l","type":"long"},
 {"name":"ms","type":{"type":"long","logicalType":"timestamp-millis"}},
 {"name":"us","type":{"type":"long","logicalType":"timestamp-micros"}}]})";
    auto wanted = arrow::schema({field("i", arrow::int64()), field("j", arrow::float32()),
                                 field("l", arrow::float64()),
                                 field("ms", arrow::timestamp(arrow::TimeUnit::MICRO)),
                                 field("us", arrow::timestamp(arrow::TimeUnit::MILLI))});
    std::string line = R"({"i":1,"j":2,"l":3,"ms":"1969-12-31T23:59:59.999Z",)"
                       R"("us":"1969-12-31T23:59:59.998001Z"})";

    EXPECT_EQ(read(write(schema, *rows_of(AvroSchema::parse(schema).arrow_schema(), line)), wanted),
              R"({"i":1,"j":2,"l":3,"ms":"1969-12-31 23:59:59.999",)"
              R"("us":"1969-12-31 23:59:59.998"})"
              "\n");
}

TEST(Avro, passes_over_blocks_and_is_taken_as_it_grows) {
    const char* schema = R"({"type":"record","name":"r","fields":[{"name":"a","type":"int"}]})";
    SeededRandom random(1);
    AvroWriter writer(AvroSchema::parse(schema), random, {.block_bytes = 3});
    std::string file;
    for (int i = 0; i < 4; ++i) {
        writer.append(*rows_of(AvroSchema::parse(schema).arrow_schema(), "{\"a\":1}\n{\"a\":2}\n"));
        file += as_text(writer.take());
    }
    file += as_text(writer.finish());
    EXPECT_GE(writer.estimated_bytes(), file.size());

    AvroReader reader(arrow::Buffer::FromString(file));

    EXPECT_EQ(reader.pass_over_blocks(5), 3);
    EXPECT_EQ(reader.next()->num_rows(), 5);
}

TEST(Avro, gives_back_every_type) {
    const char* schema = R"({"type":"record","name":"all","fields":[
 {"name":"b","type":"boolean"},{"name":"f","type":["null","float"]},{"name":"d","type":"double"},
 {"name":"z","type":"bytes"},{"name":"x","type":{"type":"fixed","name":"two","size":2}},
 {"name":"x2","type":["null","two"]},
 {"name":"e","type":{"type":"enum","name":"suit","symbols":["club","heart"]}},
 {"name":"m","type":{"type":"map","values":["long","null"]}},
 {"name":"n","type":{"type":"bytes","logicalType":"decimal","precision":20,"scale":3}},
 {"name":"t","type":{"type":"long","logicalType":"time-micros"}},
 {"name":"at","type":{"type":"long","logicalType":"timestamp-micros","adjust-to-utc":true}},
 {"name":"local","type":{"type":"long","logicalType":"timestamp-micros","adjust-to-utc":false}},
 {"name":"l","type":{"type":"array","items":{"type":"array","items":"int"}}}]})";
    std::string rows =
        R"({"b":true,"f":null,"d":-0.1,"z":"AP8Q","x":"AAE=","x2":"AgM=",)"
        R"("e":"heart","m":{"a":1,"b":null},"n":-12345678901234567.890,"t":"23:59:59.000001",)"
        R"("at":"2024-01-02 03:04:05Z","local":"1969-12-31 00:00:00.5","l":[[1,-2],[],[3]]}
{"b":false,"f":1.5,"d":"NaN","z":"","x":"//8=","x2":null,)"
        R"("e":"club","m":{},"n":0.001,"t":"00:00:00",)"
        R"("at":"2024-01-02 03:04:05Z","local":"1969-12-31 00:00:00","l":[]}
)";

    EXPECT_EQ(read(write(schema, *rows_of(AvroSchema::parse(schema).arrow_schema(), rows))), rows);
}

TEST(Avro, keeps_the_schema_text_and_the_header_entries_as_given) {
    auto file = as_file(write(entry_schema, *entries(), {.metadata = {{"format-version", "2"}}}));

    AvroReader reader(file);

    EXPECT_EQ(reader.schema().text(), entry_schema);
    EXPECT_EQ(reader.metadata().at("format-version"), "2");
    auto schema = reader.schema().arrow_schema();
    EXPECT_EQ(field_id_of(*schema->field(2)), 2);
    EXPECT_EQ(field_id_of(*schema->field(2)->type()->field(0)), 100);
    EXPECT_FALSE(schema->field(0)->nullable());
    EXPECT_TRUE(schema->field(1)->nullable());
}

TEST(Avro, reads_fields_by_id_whatever_their_names_and_order) {
    auto path = with_field_id(field("path", arrow::utf8()), 100);
    auto note = with_field_id(field("status", arrow::utf8()), 777);
    auto count = with_field_id(field("state", arrow::int64(), false), 0);
    auto file = with_field_id(field("file", arrow::struct_({note, path})), 2);
    auto wanted = arrow::schema({file, count});

    EXPECT_EQ(read(write(entry_schema, *entries()), wanted),
              R"({"file":{"status":null,"path":"s3://b/0"},"state":0}
{"file":{"status":null,"path":"s3://b/1"},"state":1}
{"file":{"status":null,"path":"s3://b/2"},"state":2}
)");
}

TEST(Avro, reads_fields_by_name_where_there_are_no_ids) {
    auto wanted =
        arrow::schema({field("snapshot_id", arrow::int64()), field("new", arrow::utf8())});
    EXPECT_EQ(read(write(entry_schema, *entries()), wanted),
              "{\"snapshot_id\":0,\"new\":null}\n{\"snapshot_id\":null,\"new\":null}\n"
              "{\"snapshot_id\":-10000000000,\"new\":null}\n");
}

TEST(Avro, says_which_wanted_field_cannot_be_had) {
    Bytes file = write(entry_schema, *entries());
    auto reading = [&](std::shared_ptr<arrow::Field> column) {
        return refusal([&] { read(file, arrow::schema({column})); });
    };

    EXPECT_EQ(reading(field("new", arrow::utf8(), false)), "avro: the file has no field 'new'");
    EXPECT_EQ(reading(field("status", arrow::utf8())),
              "avro: field 'status' is written as int32, not as string");
    EXPECT_EQ(reading(field("snapshot_id", arrow::int64(), false)),
              "avro: field 'snapshot_id' must not be null");
    EXPECT_EQ(reading(field("snapshot_id", arrow::int32())),
              "avro: field 'snapshot_id': -10000000000 does not fit 32 bits");
}

TEST(Avro, refuses_to_write_what_the_schema_does_not_allow) {
    const char* schema = R"({"type":"record","name":"r","fields":[{"name":"a","type":"int"}]})";
    auto writing = [&](std::shared_ptr<arrow::Field> column, std::string_view row) {
        auto batch = rows_of(arrow::schema({std::move(column)}), row);
        return refusal([&] { write(schema, *batch); });
    };

    EXPECT_EQ(writing(field("a", arrow::int32()), "{\"a\":1}\n{}"),
              "avro: field 'a' is null in row 1 but required");
    EXPECT_EQ(writing(field("b", arrow::int32()), "{}"), "avro: no column for field 'a'");
    EXPECT_EQ(writing(field("a", arrow::int64()), "{}"), "avro: field 'a' is a int32, not a int64");
}

TEST(Avro, writes_as_many_blocks_as_it_takes) {
    auto schema = arrow::schema({field("a", arrow::int64(), false)});
    std::string rows;
    for (int i = 0; i < 50'000; ++i) rows += fmt::format("{{\"a\":{}}}\n", i);
    const char* avro = R"({"type":"record","name":"r","fields":[{"name":"a","type":"long"}]})";

    EXPECT_EQ(read(write(avro, *rows_of(schema, rows), {.block_bytes = 1000})), rows);
}

TEST(Avro, refuses_a_file_cut_short_at_any_byte) {
    Bytes file = write(entry_schema, *entries());
    size_t blocks_begin = file.size();
    {
        Bytes empty = write(entry_schema, *entries()->Slice(0, 0));
        blocks_begin = empty.size();
    }
    for (size_t size = 0; size < file.size(); ++size) {
        // A file of the header alone is whole: it has no rows.
        if (size == blocks_begin) continue;
        Bytes cut(file.begin(), file.begin() + static_cast<int64_t>(size));
        EXPECT_THROW(read(cut), Error) << size;
    }
}

TEST(Avro, refuses_files_that_lie) {
    const char* schema = R"({"type":"record","name":"r","fields":[{"name":"a","type":"long"}]})";
    Bytes empty = write(schema, *rows_of(arrow::schema({field("a", arrow::int64(), false)}), ""),
                        {.codec = AvroWriterOptions::Codec::Null});
    std::string sync(as_text(empty).substr(empty.size() - 16));
    auto block = [&](std::string block) {
        return refusal([&] { read(copy_of(as_bytes(std::string(as_text(empty)) + block))); });
    };

    EXPECT_EQ(block("\x02\x02\x02" + std::string(16, 'x')), "avro: the block before byte " +
                                                                std::to_string(empty.size() + 19) +
                                                                " does not end in the sync marker");
    EXPECT_EQ(block("\x7E\x02\x02" + sync), "avro: a block of 1 bytes claims 63 records");
    EXPECT_EQ(block("\x01\x02\x02" + sync), "avro: a block of 1 bytes claims -1 records");
    EXPECT_EQ(block("\x02\x04\x02\x02" + sync), "avro: a block has 1 bytes after its records");
    EXPECT_EQ(refusal([] { read(copy_of(as_bytes("not avro"))); }), "avro: this is no Avro file");
}

TEST(AvroSchema, refuses_what_no_column_can_hold) {
    auto reason = [](std::string type) {
        return refusal([&] {
            AvroSchema::parse(R"({"type":"record","name":"r","fields":[{"name":"a","type":)" +
                              type + "}]}");
        });
    };

    EXPECT_EQ(reason(R"(["int","string"])"), "avro schema: a union without null");
    EXPECT_EQ(reason(R"(["null","int","string"])"),
              "avro schema: a union of 3 types; only null and one more");
    EXPECT_EQ(reason("\"r\""), "avro schema: type 'r' contains itself");
    EXPECT_EQ(reason("\"nowhere\""), "avro schema: unknown type 'nowhere'");
    EXPECT_EQ(reason("\"null\""), "avro schema: unknown type 'null'");
    EXPECT_EQ(reason("7"), "avro schema: a type must be a name or an object");
    EXPECT_EQ(refusal([] { AvroSchema::parse("\"int\""); }),
              "avro schema: the outermost type must be a record");
}

TEST(AvroSchema, bounds_depth_and_size) {
    std::string deep = "\"int\"";
    for (int i = 0; i < 70; ++i) deep = R"({"type":"array","items":)" + deep + "}";
    std::string wide = R"({"type":"record","name":"r0","fields":[{"name":"a","type":"int"}]})";
    for (int i = 1; i < 30; ++i) {
        wide = fmt::format(R"({{"type":"record","name":"r{}","fields":[{{"name":"a","type":{}}},)"
                           R"({{"name":"b","type":"r{}"}}]}})",
                           i, wide, i - 1);
    }

    EXPECT_EQ(refusal([&] { AvroSchema::parse(deep); }),
              "avro schema: nested deeper than 64 levels");
    EXPECT_EQ(refusal([&] { AvroSchema::parse(wide); }), "avro schema: more than 10000 fields");
}

}  // namespace
}  // namespace tarn::columns
