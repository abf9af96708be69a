#include "http/wire_writer.hpp"

#include <iterator>

#include "base/error.hpp"

namespace tarn::http {

void append_headers(std::string& head, const Headers& headers) {
    for (Header header : headers) {
        bool is_framing = equals_ignoring_case(header.name, "Content-Length") ||
                          equals_ignoring_case(header.name, "Transfer-Encoding") ||
                          equals_ignoring_case(header.name, "Connection");
        if (is_framing) continue;
        head.append(header.name).append(": ").append(header.value).append("\r\n");
    }
}

WireWriter::WireWriter(net::Transport& transport, std::string head, Framing framing,
                       std::optional<uint64_t> content_length, std::chrono::milliseconds write_idle)
    : transport_(transport),
      pending_(std::move(head)),
      framing_(framing),
      content_length_(content_length),
      write_idle_(write_idle) {}

awaitable<void> WireWriter::write(SharedBytes piece) {
    BytesView bytes = piece.view();
    bytes_ += bytes.size();
    if (content_length_ && bytes_ > *content_length_) {
        throw Error(ErrorCode::Internal, "a body of {} bytes was announced and {} came",
                    *content_length_, bytes_);
    }
    has_begun_ = true;
    // An empty chunk would end the body.
    bool is_chunk = framing_ == Framing::Chunked && !bytes.empty();
    if (is_chunk) fmt::format_to(std::back_inserter(pending_), "{:x}\r\n", bytes.size());
    co_await transport_.write({as_bytes(pending_), bytes}, write_idle_);
    pending_ = is_chunk ? "\r\n" : "";
}

awaitable<void> WireWriter::finish() {
    if (content_length_ && bytes_ < *content_length_) {
        throw Error(ErrorCode::Internal, "a body of {} bytes was announced and only {} came",
                    *content_length_, bytes_);
    }
    has_begun_ = true;
    if (framing_ == Framing::Chunked) pending_ += "0\r\n\r\n";
    co_await transport_.write({as_bytes(pending_), BytesView()}, write_idle_);
    pending_.clear();
}

}  // namespace tarn::http
