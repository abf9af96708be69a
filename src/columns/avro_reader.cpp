#include "columns/avro_reader.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::columns {
namespace {

constexpr std::string_view magic("Obj\x01", 4);
constexpr size_t sync_bytes = 16;
constexpr int64_t batch_rows = 32'768;
constexpr int64_t empty_rows_max = 4096;

std::map<std::string, std::string> read_metadata(ByteReader& in) {
    std::map<std::string, std::string> metadata;
    while (int64_t count = in.take_zigzag()) {
        if (count < 0) {
            in.take_zigzag();
            count = count == INT64_MIN ? INT64_MAX : -count;
        }
        // Each entry takes bytes, so a count that lies runs into the end of the file.
        for (; count > 0; --count) {
            std::string key(as_text(in.take(in.take_zigzag())));
            metadata[std::move(key)] = as_text(in.take(in.take_zigzag()));
        }
    }
    return metadata;
}

std::string schema_text(const std::map<std::string, std::string>& metadata) {
    auto found = metadata.find("avro.schema");
    if (found == metadata.end()) throw Error(ErrorCode::Corrupt, "avro: the header has no schema");
    return found->second;
}

}  // namespace

AvroReader::AvroReader(std::shared_ptr<arrow::Buffer> file)
    : file_(std::move(file)),
      in_(std::as_bytes(std::span(file_->data(), static_cast<size_t>(file_->size()))), "avro"),
      header_(read_header(in_)),
      schema_(AvroSchema::parse(schema_text(header_.metadata))),
      unpacker_(header_.codec) {}

AvroReader::Header AvroReader::read_header(ByteReader& in) {
    if (in.remaining() < magic.size() || as_text(in.take(magic.size())) != magic) {
        throw Error(ErrorCode::Corrupt, "avro: this is no Avro file");
    }
    Header header;
    header.metadata = read_metadata(in);
    auto codec = header.metadata.find("avro.codec");
    if (codec != header.metadata.end()) {
        auto known = avro_codec_named(codec->second);
        if (!known) {
            throw Error(ErrorCode::InvalidInput,
                        "avro: codec '{}' is not supported, only null, deflate, snappy and "
                        "zstandard",
                        codec->second);
        }
        header.codec = *known;
    }
    header.sync = copy_of(in.take(sync_bytes));
    return header;
}

void AvroReader::select(std::shared_ptr<arrow::Schema> wanted,
                        std::optional<std::vector<int32_t>> map_keys) {
    TARN_ASSERT(!record_);
    rows_ = make_row_builder(*wanted);
    if (map_keys) {
        std::ranges::sort(*map_keys);
        map_keys_ = std::make_unique<const std::vector<int32_t>>(*std::move(map_keys));
    }
    record_.emplace(schema_, *rows_, map_keys_.get());
    wanted_ = std::move(wanted);
}

std::shared_ptr<arrow::RecordBatch> AvroReader::next() {
    if (!record_) select(schema_.arrow_schema());
    batch_bytes_ = 0;
    while (rows_->length() < batch_rows && batch_bytes_ < avro_block_bytes_max &&
           !in_.is_at_end()) {
        read_block();
    }
    if (rows_->length() == 0) return nullptr;
    return finish_batch(*rows_, wanted_);
}

AvroReader::Block AvroReader::take_block(ByteReader& in) const {
    int64_t count = in.take_zigzag();
    BytesView data = in.take(in.take_zigzag());
    if (!std::ranges::equal(in.take(sync_bytes), header_.sync)) {
        throw Error(ErrorCode::Corrupt,
                    "avro: the block before byte {} does not end in the sync marker",
                    in.position());
    }
    return {count, data};
}

int64_t AvroReader::pass_over_blocks(int64_t rows_max) {
    int64_t passed = 0;
    while (!in_.is_at_end()) {
        ByteReader behind = in_;
        Block block = take_block(behind);
        if (block.rows < 0 || block.rows > rows_max - passed) break;
        in_ = behind;
        passed += block.rows;
    }
    return passed;
}

void AvroReader::read_block() {
    auto [count, packed] = take_block(in_);
    BytesView data = unpacker_.unpacked(packed, avro_block_bytes_max);
    if (data.size() > avro_block_bytes_max) {
        throw Error(ErrorCode::TooLarge, "avro: a block of {} bytes, the limit is {}", data.size(),
                    avro_block_bytes_max);
    }
    size_t record_bytes_min = schema_.root().bytes_min();
    int64_t count_max = record_bytes_min > 0 ? static_cast<int64_t>(data.size() / record_bytes_min)
                                             : empty_rows_max;
    if (count < 0 || count > count_max) {
        throw Error(ErrorCode::Corrupt, "avro: a block of {} bytes claims {} records", data.size(),
                    count);
    }
    ByteReader block(data, "avro block");
    for (; count > 0; --count) record_->read(block);
    if (!block.is_at_end()) {
        throw Error(ErrorCode::Corrupt, "avro: a block has {} bytes after its records",
                    block.remaining());
    }
    batch_bytes_ += data.size();
}

}  // namespace tarn::columns
