// Any bytes are an Avro file or refused. What reads as rows and is written again with the same
// schema reads back to the same rows.
#include "base/assert.hpp"
#include "base/error.hpp"
#include "columns/avro_reader.hpp"
#include "columns/avro_writer.hpp"

namespace {

using namespace tarn;
using namespace tarn::columns;

std::vector<std::shared_ptr<arrow::RecordBatch>> read(std::string_view bytes) {
    AvroReader reader(arrow::Buffer::FromString(std::string(bytes)));
    std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
    while (auto batch = reader.next()) batches.push_back(batch);
    return batches;
}

bool is_refusal(const Error& error) {
    return error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::InvalidInput ||
           error.code() == ErrorCode::TooLarge;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view file(reinterpret_cast<const char*>(data), size);
    std::vector<std::shared_ptr<arrow::RecordBatch>> batches;
    try {
        batches = read(file);
    } catch (const Error& error) {
        TARN_ASSERT(is_refusal(error));
        return 0;
    }
    if (batches.empty()) return 0;

    SeededRandom random(1);
    AvroSchema schema = AvroReader(arrow::Buffer::FromString(std::string(file))).schema();
    AvroWriter writer(schema, random, {.codec = AvroWriterOptions::Codec::Null});
    for (const auto& batch : batches) {
        TARN_ASSERT(batch->Validate().ok());
        writer.append(*batch);
    }
    auto again = read(as_text(writer.finish()));
    TARN_ASSERT(again.size() == batches.size());
    for (size_t i = 0; i < batches.size(); ++i) {
        TARN_ASSERT(
            again[i]->Equals(*batches[i], arrow::EqualOptions::Defaults().nans_equal(true)));
    }
    return 0;
}
