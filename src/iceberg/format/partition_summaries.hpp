// What the partitions in a manifest span, gathered while it is written.
#pragma once

#include <vector>

#include "iceberg/format/manifest_file.hpp"
#include "iceberg/format/partition_spec.hpp"

namespace tarn::iceberg {

class PartitionSummaries {
public:
    explicit PartitionSummaries(size_t field_count) : fields_(field_count) {}

    // One value for each field.
    void add(const PartitionValues& partition);

    std::vector<PartitionSummary> summaries() const;

private:
    struct Span {
        bool contains_null = false;
        bool contains_nan = false;
        OptionalValue lowest;
        OptionalValue highest;
    };

    std::vector<Span> fields_;
};

}  // namespace tarn::iceberg
