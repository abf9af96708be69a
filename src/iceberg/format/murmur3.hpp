// MurmurHash3 for x86, 32 bits, seed 0: the hash that Iceberg's buckets are drawn from.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace tarn::iceberg {

int32_t murmur3(BytesView bytes);

}  // namespace tarn::iceberg
