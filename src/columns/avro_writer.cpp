#include "columns/avro_writer.hpp"

#include "columns/avro_bytes.hpp"
#include "columns/avro_encoder.hpp"

namespace tarn::columns {

AvroWriter::AvroWriter(AvroSchema schema, Random& random, AvroWriterOptions options)
    : schema_(std::move(schema)), options_(std::move(options)) {
    for (int i = 0; i < 2; ++i) append_little_endian(sync_, random.next());
    file_ = std::string("Obj\x01", 4);
    append_zigzag(file_, static_cast<int64_t>(options_.metadata.size()) + 2);
    append_sized(file_, "avro.schema");
    append_sized(file_, schema_.text());
    append_sized(file_, "avro.codec");
    append_sized(file_, name_of(options_.codec));
    for (const auto& [key, value] : options_.metadata) {
        append_sized(file_, key);
        append_sized(file_, value);
    }
    append_zigzag(file_, 0);
    file_ += sync_;
}

void AvroWriter::append(const arrow::RecordBatch& batch) {
    AvroEncoder encoder(schema_, batch);
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
        encoder.append(block_, row);
        ++block_rows_;
        ++row_count_;
        if (block_.size() >= options_.block_bytes) close_block();
    }
}

void AvroWriter::close_block() {
    if (block_rows_ == 0) return;
    append_zigzag(file_, block_rows_);
    append_sized(file_, packed(options_.codec, block_));
    file_ += sync_;
    block_.clear();
    block_rows_ = 0;
}

Bytes AvroWriter::take() {
    taken_bytes_ += file_.size();
    Bytes bytes = copy_of(as_bytes(file_));
    file_.clear();
    return bytes;
}

Bytes AvroWriter::finish() {
    close_block();
    return take();
}

}  // namespace tarn::columns
