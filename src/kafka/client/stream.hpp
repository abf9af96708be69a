// The bytes of one connection, sent and received while the caller waits. TLS is a second Stream
// around the first.
#pragma once

#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "kafka/client/address.hpp"

namespace tarn::kafka::client {

// The other side has gone. It may be that it did not like what it read.
class ClosedError : public Error {
public:
    ClosedError() : Error(ErrorCode::Unavailable, "the broker closed the connection") {}
};

// Everything here throws Timeout past the deadline, and ClosedError when the other side has gone.
class Stream {
public:
    virtual ~Stream() = default;

    // All of them.
    virtual void write(BytesView bytes, Ticks deadline) = 0;
    // At least one.
    virtual size_t read_some(std::span<std::byte> room, Ticks deadline) = 0;
    // As many as there is room for.
    void read(std::span<std::byte> room, Ticks deadline);
};

// Tries each address that the name stands for. Throws Unavailable with the reason.
std::unique_ptr<Stream> connect_tcp(const Address& address, Ticks deadline);

}  // namespace tarn::kafka::client
