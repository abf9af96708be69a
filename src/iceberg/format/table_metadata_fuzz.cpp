// Any bytes are table metadata or are refused, and what is read is written to the same metadata.
#include <boost/json/serialize.hpp>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/table_metadata.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn::iceberg;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::optional<TableMetadata> metadata;
    try {
        metadata = parse_metadata(text, "fuzz");
    } catch (const tarn::Error&) {
        return 0;
    }
    std::string written = to_json_text(*metadata);
    TARN_ASSERT(to_json_text(parse_metadata(written, "written")) == written);
    return 0;
}
