// The bytes of one connection, sent and received while the caller waits. TLS, once there is one,
// is a second Stream around the first.
#pragma once

#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "kafka/client/address.hpp"

namespace tarn::kafka::client {

class Stream {
public:
    virtual ~Stream() = default;

    // Both do the whole of it. They throw Timeout past the deadline, and Unavailable when the other
    // side has gone.
    virtual void write(BytesView bytes, Ticks deadline) = 0;
    virtual void read(std::span<std::byte> room, Ticks deadline) = 0;
};

// Tries each address that the name stands for. Throws Unavailable with the reason.
std::unique_ptr<Stream> connect_tcp(const Address& address, Ticks deadline);

}  // namespace tarn::kafka::client
