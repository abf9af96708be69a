#include "log/recompress.hpp"

#include "log/batch_builder.hpp"
#include "log/records.hpp"

namespace tarn::log {

Bytes recompress(BytesView batch, Codec codec) {
    RecordReader reader = RecordReader::open(batch);
    BatchFields fields = BatchFields::of(reader.header());
    fields.codec = codec;
    BatchBuilder builder(fields);
    while (auto record = reader.next()) builder.keep(*record);
    return std::move(builder).finish();
}

}  // namespace tarn::log
