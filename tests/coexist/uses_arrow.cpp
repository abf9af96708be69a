#include <arrow/api.h>
#include <arrow/filesystem/s3fs.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include <stdexcept>

#include "uses.hpp"

namespace tarn::coexist {
namespace {

template <typename T>
T value_of(arrow::Result<T> result) {
    if (!result.ok()) throw std::runtime_error(result.status().ToString());
    return std::move(result).ValueUnsafe();
}

void check(const arrow::Status& status) {
    if (!status.ok()) throw std::runtime_error(status.ToString());
}

}  // namespace

int rows_through_parquet() {
    arrow::Int64Builder builder;
    check(builder.AppendValues({1, 2, 3}));
    auto column = value_of(builder.Finish());
    auto schema = arrow::schema({arrow::field("id", arrow::int64())});
    auto table = arrow::Table::Make(schema, {column});

    auto sink = value_of(arrow::io::BufferOutputStream::Create());
    parquet::WriterProperties::Builder zstd;
    zstd.compression(parquet::Compression::ZSTD);
    check(
        parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), sink, 1024, zstd.build()));
    auto source = std::make_shared<arrow::io::BufferReader>(value_of(sink->Finish()));
    auto reader = value_of(parquet::arrow::OpenFile(source, arrow::default_memory_pool()));
    auto read = value_of(reader->ReadTable());
    return read->Equals(*table) ? static_cast<int>(read->num_rows()) : 0;
}

void start_and_stop_s3() {
    check(arrow::fs::EnsureS3Initialized());
    auto options = arrow::fs::S3Options::FromAccessKey("user", "password");
    options.endpoint_override = "127.0.0.1:1";
    options.scheme = "http";
    options.region = "us-east-1";
    if (!value_of(arrow::fs::S3FileSystem::Make(options))) throw std::runtime_error("no client");
    check(arrow::fs::FinalizeS3());
}

}  // namespace tarn::coexist
