// Bodies of messages: whole, shared, or made while they are sent. A streamed body is never held as
// a whole, so a 5 GB object passes through in pieces, at the pace of the slower side.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/bytes.hpp"
#include "runtime/awaitable.hpp"

namespace tarn::http {

// Bytes kept alive by whoever holds them: an embedded asset, an Arrow buffer, a string.
class SharedBytes {
public:
    SharedBytes() = default;
    explicit SharedBytes(std::string text);
    explicit SharedBytes(Bytes bytes);
    // `owner` may be null for bytes that live as long as the process.
    SharedBytes(BytesView view, std::shared_ptr<const void> owner)
        : view_(view), owner_(std::move(owner)) {}

    BytesView view() const { return view_; }

private:
    BytesView view_;
    std::shared_ptr<const void> owner_;
};

// Where a streamed body is written to. A write returns once the bytes are with the kernel, so a
// slow reader slows its writer.
class BodyWriter {
public:
    virtual ~BodyWriter() = default;
    virtual awaitable<void> write(SharedBytes piece) = 0;
    awaitable<void> write(std::string piece) { return write(SharedBytes(std::move(piece))); }
    awaitable<void> write(Bytes piece) { return write(SharedBytes(std::move(piece))); }
};

// Where a body that arrives is read from, piece by piece; nothing at its end.
class BodySource {
public:
    virtual ~BodySource() = default;
    virtual awaitable<std::optional<Bytes>> next_chunk() = 0;
};

struct BodyStream {
    // Writes the whole body. The function is kept until its coroutine has ended, so it may be a
    // lambda whose captures the coroutine uses. When the other side leaves, the coroutine is
    // cancelled where it waits; when it throws, the connection is cut so that nobody takes the
    // part for the whole.
    std::function<awaitable<void>(BodyWriter&)> write;
    // Sent as Content-Length and held to; chunked without it.
    std::optional<uint64_t> content_length = {};
    // An endless body, such as events, is not waited for when the server stops.
    bool is_endless = false;
};

using Body = std::variant<std::string, SharedBytes, BodyStream>;

}  // namespace tarn::http
