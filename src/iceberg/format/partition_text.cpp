#include "iceberg/format/partition_text.hpp"

#include "iceberg/format/filter.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {

std::string partition_text(int32_t spec_id, const PartitionValues& values) {
    std::string text = std::to_string(spec_id);
    for (const OptionalValue& value : values) {
        if (!value) {
            text += "/null";
            continue;
        }
        Bytes bytes = is_nan(*value) ? Bytes() : to_bytes(*value);
        text += fmt::format("/{}:{}", bytes.size(), as_text(bytes));
    }
    return text;
}

}  // namespace tarn::iceberg
