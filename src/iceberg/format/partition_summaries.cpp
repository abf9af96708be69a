#include "iceberg/format/partition_summaries.hpp"

#include "base/assert.hpp"
#include "iceberg/format/filter.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
void PartitionSummaries::add(const PartitionValues& partition) {
    TARN_ASSERT(partition.size() == fields_.size());
    for (size_t i = 0; i < partition.size(); ++i) {
        Span& span = fields_[i];
        const OptionalValue& value = partition[i];
        if (!value) {
            span.contains_null = true;
        } else if (is_nan(*value)) {
            span.contains_nan = true;
        } else {
            if (!span.lowest || compare(*value, *span.lowest) < 0) span.lowest = value;
            if (!span.highest || compare(*value, *span.highest) > 0) span.highest = value;
        }
    }
}

std::vector<PartitionSummary> PartitionSummaries::summaries() const {
    std::vector<PartitionSummary> summaries;
    for (const Span& span : fields_) {
        PartitionSummary& summary = summaries.emplace_back();
        summary.contains_null = span.contains_null;
        summary.contains_nan = span.contains_nan;
        if (span.lowest) summary.lower_bound = to_bytes(*span.lowest);
        if (span.highest) summary.upper_bound = to_bytes(*span.highest);
    }
    return summaries;
}

}  // namespace tarn::iceberg
