// Arrow rows as an Avro container file with exactly the schema text that was given: Iceberg's
// readers look for its record names and field ids. The file is made in memory, since manifests are
// small and their length must be known; of a large one the packed blocks may be taken as they come.
#pragma once

#include <arrow/record_batch.h>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "columns/avro_codec.hpp"
#include "columns/avro_schema.hpp"

namespace tarn::columns {

struct AvroWriterOptions {
    using Codec = AvroCodec;
    Codec codec = Codec::Deflate;
    // Header entries beside the schema and the codec, in this order.
    std::vector<std::pair<std::string, std::string>> metadata = {};
    // A block is closed when it is this large before packing.
    size_t block_bytes = 64 * 1024;
};

class AvroWriter {
public:
    // `random` makes the sync marker, which must differ from file to file.
    AvroWriter(AvroSchema schema, Random& random, AvroWriterOptions options = {});

    // Columns are matched to the schema's fields by field id, or by name where one side has none,
    // and must have the types of AvroSchema::arrow_schema(). Throws InvalidInput for a field that
    // the batch lacks or that is null where the schema requires a value.
    void append(const arrow::RecordBatch& batch);

    // What is packed and was not taken yet: these bytes follow those of the last time.
    Bytes take();

    // The finished file, or what follows what was taken.
    Bytes finish();

    int64_t row_count() const { return row_count_; }
    // What is packed so far: near the size of the file.
    size_t estimated_bytes() const { return taken_bytes_ + file_.size() + block_.size(); }

private:
    void close_block();

    AvroSchema schema_;
    AvroWriterOptions options_;
    std::string sync_;
    std::string file_;  // less what was taken
    size_t taken_bytes_ = 0;
    std::string block_;
    int64_t block_rows_ = 0;
    int64_t row_count_ = 0;
};

}  // namespace tarn::columns
