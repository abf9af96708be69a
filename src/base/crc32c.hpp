// CRC-32C (Castagnoli), the checksum of Kafka record batches and of our own files.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace tarn {

// Goes on from `so_far`, so that a checksum can be taken piece by piece.
uint32_t crc32c(BytesView bytes, uint32_t so_far = 0);

// The same by table instead of by the CPU's instruction; the tests hold the two together.
uint32_t crc32c_by_table(BytesView bytes, uint32_t so_far = 0);

}  // namespace tarn
