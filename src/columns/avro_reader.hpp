// Avro container files, such as Iceberg's manifests, as Arrow batches. The file may come from
// anyone: what it claims about itself is checked, and one that is cut short or wrong ends in an
// Error that says where.
#pragma once

#include <arrow/buffer.h>
#include <arrow/record_batch.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_reader.hpp"
#include "columns/avro_codec.hpp"
#include "columns/avro_fields.hpp"
#include "columns/avro_schema.hpp"

namespace tarn::columns {

class AvroReader {
public:
    // Reads the header. Throws Corrupt when it is none, InvalidInput for a codec we do not have.
    explicit AvroReader(std::shared_ptr<arrow::Buffer> file);

    // The schema the file was written with, and everything else that its header says.
    const AvroSchema& schema() const { return schema_; }
    const std::map<std::string, std::string>& metadata() const { return header_.metadata; }

    // Chooses what to read; without it next() gives all that was written. Columns are matched to
    // fields by field id, or by name where one side has no ids; a nullable column that the file
    // lacks is null throughout. With `map_keys`, the maps by int keep only the entries of these
    // keys: a manifest says a lot about columns that a query does not look at. Before the first
    // next() only.
    void select(std::shared_ptr<arrow::Schema> wanted,
                std::optional<std::vector<int32_t>> map_keys = std::nullopt);

    // Passes over whole blocks without unpacking them, as long as their rows are no more than that;
    // answers how many rows there were.
    int64_t pass_over_blocks(int64_t rows_max);

    // Some tens of thousands of rows; null at the end of the file.
    std::shared_ptr<arrow::RecordBatch> next();

private:
    struct Header {
        std::map<std::string, std::string> metadata;
        AvroCodec codec = AvroCodec::Null;
        Bytes sync;
    };
    struct Block {
        int64_t rows;
        BytesView packed;
    };
    static Header read_header(ByteReader& in);
    Block take_block(ByteReader& in) const;
    void read_block();

    std::shared_ptr<arrow::Buffer> file_;
    ByteReader in_;
    Header header_;
    AvroSchema schema_;
    std::shared_ptr<arrow::Schema> wanted_;
    std::unique_ptr<const std::vector<int32_t>> map_keys_;
    std::unique_ptr<StructBuilder> rows_;
    std::optional<AvroFieldReader> record_;
    AvroUnpacker unpacker_;
    size_t batch_bytes_ = 0;
};

}  // namespace tarn::columns
