// A text for each partition, by which maps and sets find it.
#pragma once

#include <cstdint>
#include <string>

#include "iceberg/format/partition_spec.hpp"

namespace tarn::iceberg {

// Equal for exactly those that are the same partition of the same spec; NaN is NaN whatever its
// bits are.
std::string partition_text(int32_t spec_id, const PartitionValues& values);

}  // namespace tarn::iceberg
