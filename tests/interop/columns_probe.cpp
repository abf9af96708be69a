// Gives the interoperability tests a hold on the formats of src/columns:
//   columns_probe parquet OUT.parquet      JSON lines on stdin to Parquet, and the metrics on
//   stdout columns_probe avro SCHEMA.avsc OUT.avro JSON lines on stdin to Avro with this schema
//   columns_probe cat FILE.avro            an Avro file to JSON lines on stdout
#include <arrow/io/file.h>
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "columns/arrow_result.hpp"
#include "columns/avro_reader.hpp"
#include "columns/avro_writer.hpp"
#include "columns/field_ids.hpp"
#include "columns/json_decoder.hpp"
#include "columns/json_writer.hpp"
#include "columns/parquet_writer.hpp"

namespace {

using namespace tarn;
using namespace tarn::columns;

std::string all_of(std::istream& in) {
    return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string file_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return all_of(file);
}

std::shared_ptr<arrow::RecordBatch> rows_of_stdin(std::shared_ptr<arrow::Schema> schema) {
    JsonDecoder decoder(std::move(schema));
    decoder.append_lines(all_of(std::cin));
    DecodedRows decoded = decoder.finish();
    if (!decoded.errors.empty())
        throw Error(ErrorCode::InvalidInput, "{}", decoded.errors[0].reason);
    return decoded.batch;
}

// One column of each kind that tables have, with ids as Iceberg would give them.
std::shared_ptr<arrow::Schema> table_schema() {
    auto id = [](int32_t id, std::shared_ptr<arrow::Field> field) {
        return with_field_id(field, id);
    };
    auto element = id(8, arrow::field("element", arrow::int32()));
    auto key = id(10, arrow::field("key", arrow::utf8(), false));
    auto value = id(11, arrow::field("value", arrow::float64()));
    return arrow::schema(
        {id(1, arrow::field("id", arrow::int64(), false)),
         id(2, arrow::field("name", arrow::utf8())),
         id(3, arrow::field("price", arrow::decimal128(9, 2))),
         id(4, arrow::field("at", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"))),
         id(5, arrow::field("local", arrow::timestamp(arrow::TimeUnit::MICRO))),
         id(6, arrow::field("day", arrow::date32())),
         id(7, arrow::field("list", arrow::list(element))),
         id(9, arrow::field("map", std::make_shared<arrow::MapType>(key, value)))});
}

void write_parquet(const std::string& path) {
    auto stream = or_throw(arrow::io::FileOutputStream::Open(path));
    auto writer = ParquetWriter::open(stream, table_schema(), {.bloom_filter_columns = {"name"}});
    writer.append(*rows_of_stdin(table_schema()));
    auto metrics = writer.finish();
    or_throw(stream->Close());
    for (const auto& column : metrics.columns) {
        auto bound = [](const auto& bytes) { return bytes ? to_hex(*bytes) : std::string("-"); };
        fmt::print("{} {} {} {}\n", column.path, column.field_id.value_or(-1),
                   bound(column.lower_bound), bound(column.upper_bound));
    }
}

void write_avro(const std::string& schema_path, const std::string& path) {
    SystemRandom random;
    AvroSchema schema = AvroSchema::parse(file_text(schema_path));
    AvroWriter writer(schema, random, {.metadata = {{"format-version", "2"}}});
    writer.append(*rows_of_stdin(schema.arrow_schema()));
    std::ofstream(path, std::ios::binary) << as_text(writer.finish());
}

void cat_avro(const std::string& path) {
    AvroReader reader(arrow::Buffer::FromString(file_text(path)));
    while (auto batch = reader.next()) {
        std::string lines;
        append_json_lines(lines, *batch);
        std::cout << lines;
    }
}

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::string> words(arguments + 1, arguments + count);
    try {
        if (words.size() == 2 && words[0] == "parquet") return write_parquet(words[1]), 0;
        if (words.size() == 3 && words[0] == "avro") return write_avro(words[1], words[2]), 0;
        if (words.size() == 2 && words[0] == "cat") return cat_avro(words[1]), 0;
        std::cerr << "columns_probe parquet OUT | avro SCHEMA OUT | cat FILE\n";
    } catch (const Error& error) {
        std::cerr << error.what() << "\n";
    }
    return 1;
}
