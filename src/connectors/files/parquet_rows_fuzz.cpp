// Any bytes are a Parquet file with rows of the columns that are wanted, or refused.
#include "connectors/files/parquet_rows.hpp"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace {

using namespace tarn;
using arrow::field;

std::shared_ptr<arrow::Schema> wanted_columns() {
    auto row = arrow::struct_({field("x", arrow::int64()), field("y", arrow::list(arrow::utf8()))});
    return arrow::schema(
        {field("number", arrow::int32()), field("price", arrow::decimal128(20, 3)),
         field("txt", arrow::utf8()), field("made", arrow::timestamp(arrow::TimeUnit::MILLI)),
         field("items", arrow::list(arrow::int32())),
         field("pairs", arrow::map(arrow::utf8(), arrow::int64())), field("nested", row)});
}

// What Arrow meets behind the end of a file it calls an error of reading.
bool is_refusal(const Error& error) {
    return error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::InvalidInput ||
           error.code() == ErrorCode::Unavailable;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string bytes(reinterpret_cast<const char*>(data), size);
    auto file = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
    try {
        connectors::ParquetRows rows(file, wanted_columns(), "file");
        rows.pass_over(1);
        while (auto batch = rows.next(1000)) TARN_ASSERT(batch->Validate().ok());
    } catch (const Error& error) {
        TARN_ASSERT(is_refusal(error));
    }
    return 0;
}
