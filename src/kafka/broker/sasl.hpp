// What a client may send before it has said who it is, on listeners that ask for it.
#pragma once

#include "kafka/broker/request.hpp"

namespace tarn::kafka {

// Enough for any message of SASL. Whoever may send us anything at all may not fill our memory.
constexpr int64_t StrangersFrameBytesMax = 512 << 10;

bool is_stranger(const Session& session);

int64_t frame_bytes_max(const BrokerSettings& settings, const Session& session);

// Throws when the client has to say first who it is, or to say it anew; that closes the connection,
// as in Kafka.
void check_may_ask(const Context& context, int16_t api_key);

}  // namespace tarn::kafka
