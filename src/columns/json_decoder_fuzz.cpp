// Any bytes become rows or reported records. Rows written as JSON read back to the same rows, and
// whether records come as lines or one by one makes no difference.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "columns/json_decoder.hpp"
#include "columns/json_writer.hpp"

namespace {

using namespace tarn::columns;
using arrow::field;

std::shared_ptr<arrow::Schema> schema_of_every_type() {
    auto row = arrow::struct_({field("x", arrow::utf8()), field("y", arrow::int16())});
    return arrow::schema(
        {field("b", arrow::boolean()), field("i", arrow::int32()), field("l", arrow::int64()),
         field("f", arrow::float32()), field("d", arrow::float64()),
         field("n", arrow::decimal128(20, 4)), field("s", arrow::utf8()),
         field("z", arrow::binary()), field("u", arrow::fixed_size_binary(2)),
         field("day", arrow::date32()), field("t", arrow::time64(arrow::TimeUnit::MICRO)),
         field("ts", arrow::timestamp(arrow::TimeUnit::MILLI)),
         field("tz", arrow::timestamp(arrow::TimeUnit::NANO, "UTC")), field("row", row),
         field("list", arrow::list(row)), field("map", arrow::map(arrow::utf8(), arrow::int8()))});
}

std::string json_of(const arrow::RecordBatch& batch) {
    std::string text;
    append_json_lines(text, batch);
    return text;
}

DecodedRows decode(std::string_view lines, const JsonOptions& options) {
    static const auto schema = schema_of_every_type();
    JsonDecoder decoder(schema, options);
    decoder.append_lines(lines);
    DecodedRows decoded = decoder.finish();
    TARN_ASSERT(decoded.batch->ValidateFull().ok());
    return decoded;
}

DecodedRows decode_one_by_one(std::string_view lines, const JsonOptions& options) {
    JsonDecoder decoder(schema_of_every_type(), options);
    for (size_t begin = 0; begin < lines.size();) {
        size_t end = std::min(lines.find('\n', begin), lines.size());
        decoder.append_record(lines.substr(begin, end - begin));
        begin = end + 1;
    }
    return decoder.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    JsonOptions lenient = {.wrong_value = WrongValue::Null,
                           .coercion = Coercion::Flink,
                           .after_value = Extra::Ignore,
                           .top_level_array = TopLevelArray::RowPerElement};

    for (const JsonOptions& options : {JsonOptions{}, lenient}) {
        DecodedRows decoded = decode(text, options);
        std::string written = json_of(*decoded.batch);
        DecodedRows again = decode(written, {});
        TARN_ASSERT(again.errors.empty());
        TARN_ASSERT(json_of(*again.batch) == written);
        TARN_ASSERT(json_of(*decode_one_by_one(text, options).batch) == written);
    }
    return 0;
}
