// Messages onto the wire: heads as text, and streamed bodies in the framing that the head
// announced. Server and client share it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/body.hpp"
#include "http/headers.hpp"
#include "net/transport.hpp"

namespace tarn::http {

// "Name: value" lines, without those that say how the body is framed: they are ours to write.
void append_headers(std::string& head, const Headers& headers);

enum class Framing { ContentLength, Chunked, UntilClose };

// The writer that a BodyStream is given.
class WireWriter : public BodyWriter {
public:
    WireWriter(net::Transport& transport, std::string head, Framing framing,
               std::optional<uint64_t> content_length, std::chrono::milliseconds write_idle);

    // The head goes out with the first piece. More or fewer bytes than the declared length throw
    // Internal: the other side would take the next message for the rest of this one.
    awaitable<void> write(SharedBytes piece) override;
    using BodyWriter::write;

    // Ends the body.
    awaitable<void> finish();

    bool has_begun() const { return has_begun_; }
    uint64_t bytes() const { return bytes_; }

private:
    net::Transport& transport_;
    std::string pending_;  // head and framing that go out before the next piece
    Framing framing_;
    std::optional<uint64_t> content_length_;
    std::chrono::milliseconds write_idle_;
    uint64_t bytes_ = 0;
    bool has_begun_ = false;
};

}  // namespace tarn::http
