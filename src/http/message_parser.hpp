// One HTTP/1 message after another from the bytes of a connection, for either side. Beast parses;
// what it would let pass and others read differently (the shapes that request smuggling is made of)
// is refused here. It knows no sockets: bytes in, head and body out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "http/failure.hpp"
#include "http/headers.hpp"
#include "http/method.hpp"

namespace tarn::http {

// The bytes that were read from a connection and not used yet.
class InputBuffer {
public:
    BytesView bytes() const { return BytesView(storage_).subspan(begin_, end_ - begin_); }
    bool empty() const { return begin_ == end_; }
    size_t size() const { return end_ - begin_; }

    // Room for `wanted` more bytes, for a read to fill; then commit what it filled.
    std::span<std::byte> room(size_t wanted);
    void commit(size_t count) { end_ += count; }
    void consume(size_t count);

    // Gives memory back that a large body took.
    void shrink(size_t bytes_max);

private:
    Bytes storage_;
    size_t begin_ = 0;
    size_t end_ = 0;
};

struct MessageHead {
    Method method = Method::Other;  // of a request
    std::string target;
    int status = 0;  // of a response
    bool is_http_1_0 = false;
    bool keeps_alive = false;
    bool is_chunked = false;
    std::optional<uint64_t> content_length;
    Headers headers;
};

class MessageParser {
public:
    enum class Side { Request, Response };

    MessageParser(Side side, size_t head_bytes_max);
    ~MessageParser();

    // Begins the next message. A response to HEAD has a head that speaks of a body it lacks.
    void start(bool is_answer_to_head = false);

    // Uses what it can of `input` and says how much. Stops after the head, and after each piece of
    // the body; using nothing means that it needs more.
    size_t put(BytesView input);
    // No more will come: the end of a response without a length, else a failure.
    void put_end();

    bool has_head() const;
    bool is_done() const;
    const std::optional<Failure>& failure() const;

    MessageHead& head();
    const MessageHead& head() const;
    // The piece of the body that the last put() found; it points into that input.
    BytesView body_piece() const;

private:
    struct Beast;
    std::unique_ptr<Beast> beast_;
};

}  // namespace tarn::http
