// The properties of a table by which its commits go.
#pragma once

#include <chrono>
#include <cstdint>

#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

struct CommitSettings {
    int retries_max = 4;
    std::chrono::milliseconds wait_min{100};
    std::chrono::milliseconds wait_max{60'000};
    std::chrono::milliseconds total_max{1'800'000};
    // Of looking whether a commit took place.
    int look_retries_max = 3;
    std::chrono::milliseconds look_wait_min{1'000};
    std::chrono::milliseconds look_wait_max{60'000};
    int64_t manifest_target_bytes = 8 << 20;
    int64_t manifests_to_merge_min = 100;
    bool merges_manifests = true;

    // A property that is no number counts as not set: the table must stay usable.
    static CommitSettings of(const TableMetadata& table);
};

}  // namespace tarn::iceberg
