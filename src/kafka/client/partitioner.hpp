// Which partition a record goes to. Kafka's Java producer decides so, and with it every client that
// wants its records beside those of the Java world; librdkafka's own default is another.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace tarn::kafka::client {

// The 32-bit MurmurHash2 with the seed that Kafka uses.
uint32_t murmur2(BytesView bytes);

// The same key goes to the same partition for as long as the topic keeps its partitions.
int32_t partition_of_key(BytesView key, int32_t partitions);

}  // namespace tarn::kafka::client
