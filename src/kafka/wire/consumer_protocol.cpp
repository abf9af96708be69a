#include "kafka/wire/consumer_protocol.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "kafka/wire/reader.hpp"
#include "kafka/wire/writer.hpp"

namespace tarn::kafka {
namespace {

template <typename Message>
Message read_versioned(BytesView bytes) {
    Reader in(bytes);
    int version = in.take_int16();
    if (version < Message::MinVersion)
        throw Error(ErrorCode::Corrupt, "kafka: version {} of a consumer's data", version);
    return Message::read(in, std::min<int>(version, Message::MaxVersion));
}

template <typename Message>
Bytes versioned_bytes(const Message& message, int version) {
    Writer out;
    out.put_int16(static_cast<int16_t>(version));
    message.write(out, version);
    return std::move(out).finish();
}

}  // namespace

ConsumerProtocolSubscription read_subscription(BytesView bytes) {
    return read_versioned<ConsumerProtocolSubscription>(bytes);
}

ConsumerProtocolAssignment read_assignment(BytesView bytes) {
    return read_versioned<ConsumerProtocolAssignment>(bytes);
}

Bytes bytes_of(const ConsumerProtocolSubscription& subscription, int version) {
    return versioned_bytes(subscription, version);
}

Bytes bytes_of(const ConsumerProtocolAssignment& assignment, int version) {
    return versioned_bytes(assignment, version);
}

}  // namespace tarn::kafka
