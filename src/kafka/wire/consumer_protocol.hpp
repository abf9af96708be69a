// What consumers tell each other through JoinGroup and SyncGroup: to the broker these are bytes of
// which it passes on every one, but the lab and the console show them. In front of each stands its
// version; one that is newer than ours is read as ours, since these messages only ever grow.
#pragma once

#include "base/bytes.hpp"
#include "kafka/wire/messages/consumer_protocol_assignment.hpp"
#include "kafka/wire/messages/consumer_protocol_subscription.hpp"

namespace tarn::kafka {

// Throw Corrupt when the bytes are something else.
ConsumerProtocolSubscription read_subscription(BytesView bytes);
ConsumerProtocolAssignment read_assignment(BytesView bytes);

Bytes bytes_of(const ConsumerProtocolSubscription& subscription, int version);
Bytes bytes_of(const ConsumerProtocolAssignment& assignment, int version);

}  // namespace tarn::kafka
