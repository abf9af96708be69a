#include "http/message_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::http {

namespace beast = boost::beast;

std::span<std::byte> InputBuffer::room(size_t wanted) {
    if (storage_.size() - end_ < wanted) {
        std::copy(storage_.begin() + static_cast<ptrdiff_t>(begin_),
                  storage_.begin() + static_cast<ptrdiff_t>(end_), storage_.begin());
        end_ -= begin_;
        begin_ = 0;
        if (storage_.size() - end_ < wanted) storage_.resize(end_ + wanted);
    }
    return std::span(storage_).subspan(end_);
}

void InputBuffer::consume(size_t count) {
    TARN_ASSERT(count <= size());
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
}

void InputBuffer::shrink(size_t bytes_max) {
    if (storage_.size() <= bytes_max || size() > bytes_max) return;
    Bytes kept = copy_of(bytes());
    end_ = kept.size();
    begin_ = 0;
    kept.resize(bytes_max);
    storage_ = std::move(kept);
}

namespace {

// "0", two line ends: no chunked body can go on with fewer bytes than this.
constexpr size_t LastChunkBytes = 5;

// What both sides share; Beast calls it as it finds things.
struct Found {
    MessageHead head;
    BytesView piece;
    uint64_t chunk_bytes_left = 0;
    bool has_head = false;
    std::optional<Failure> failure;

    void start() {
        head.method = Method::Other;
        head.target.clear();
        head.status = 0;
        head.is_chunked = false;
        head.content_length.reset();
        head.headers.clear();
        piece = {};
        chunk_bytes_left = 0;
        has_head = false;
        failure.reset();
    }

    void refuse(int status, std::string code, std::string message) {
        failure = Failure{.status = status, .code = std::move(code), .message = std::move(message)};
    }
};

template <bool is_request>
class BeastParser : public beast::http::basic_parser<is_request> {
public:
    BeastParser(Found& found, size_t head_bytes_max) : found_(found) {
        this->header_limit(static_cast<uint32_t>(head_bytes_max));
        this->body_limit(boost::none);  // whoever reads the body counts it
    }

private:
    using error_code = beast::error_code;
    using string_view = beast::string_view;

    void on_request_impl(beast::http::verb, string_view method, string_view target, int version,
                         error_code&) override {
        found_.head.method = method_named(method);
        found_.head.target.assign(target.data(), target.size());
        found_.head.is_http_1_0 = version < 11;
    }

    void on_response_impl(int status, string_view, int version, error_code&) override {
        found_.head.status = status;
        found_.head.is_http_1_0 = version < 11;
    }

    void on_field_impl(beast::http::field, string_view name, string_view value,
                       error_code& failure) override {
        // Fields after a chunked body come too late to mean anything: nobody waits for them.
        if (found_.has_head) return;
        try {
            found_.head.headers.add(name, value);
        } catch (const Error&) {
            failure = beast::http::error::bad_value;
        }
    }

    void on_header_impl(error_code&) override { found_.has_head = true; }
    void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}

    size_t on_body_impl(string_view body, error_code&) override { return take(body); }
    void on_chunk_header_impl(uint64_t size, string_view, error_code&) override {
        found_.chunk_bytes_left = size;
    }
    size_t on_chunk_body_impl(uint64_t, string_view body, error_code&) override {
        found_.chunk_bytes_left -= body.size();
        return take(body);
    }
    void on_finish_impl(error_code&) override {}

    size_t take(string_view body) {
        found_.piece = as_bytes({body.data(), body.size()});
        return body.size();
    }

    Found& found_;
};

}  // namespace

struct MessageParser::Beast {
    Side side;
    size_t head_bytes_max;
    Found found;
    // Beast's parsers cannot be used twice; in an optional they can be made anew in place.
    std::optional<BeastParser<true>> request;
    std::optional<BeastParser<false>> response;

    template <typename Do>
    auto with_parser(Do&& act) {
        return side == Side::Request ? act(*request) : act(*response);
    }

    template <typename Parser>
    size_t put(Parser& parser, BytesView input) {
        // Beast asserts, wrongly, that it sees a last chunk's end in one piece with its start.
        bool is_between_chunks = found.head.is_chunked && found.chunk_bytes_left == 0;
        if (is_between_chunks && input.size() < LastChunkBytes) return 0;

        bool had_head = found.has_head;
        beast::error_code failure;
        size_t used = parser.put(boost::asio::buffer(input.data(), input.size()), failure);
        if (failure == beast::http::error::need_more) {
            refuse_when_too_long(input.size() - used);
        } else if (failure == beast::http::error::header_limit) {
            refuse_long_head();
        } else if (failure) {
            found.refuse(400, "invalid_input", "malformed HTTP: " + failure.message());
        } else if (found.has_head && !had_head) {
            complete_head(parser);
        }
        return used;
    }

    // Beast asks for more until a line ends. Without a bound an endless chunk extension or header
    // would grow the buffer for as long as someone sends.
    void refuse_when_too_long(size_t unused) {
        if (unused < head_bytes_max) return;
        if (found.has_head) {
            found.refuse(400, "invalid_input", "malformed HTTP: endless chunk header or trailer");
        } else {
            refuse_long_head();
        }
    }

    void refuse_long_head() {
        found.refuse(
            431, "too_large",
            fmt::format("the head of the message is longer than {} bytes", head_bytes_max));
    }

    template <typename Parser>
    void complete_head(Parser& parser) {
        MessageHead& head = found.head;
        head.keeps_alive = parser.keep_alive();
        head.is_chunked = parser.chunked();
        if (auto length = parser.content_length()) head.content_length = *length;

        auto lengths = head.headers.count("Content-Length");
        auto encodings = head.headers.count("Transfer-Encoding");
        // Beast takes "5, 5" and repeated equal lengths for 5. A proxy before us might not.
        if (lengths > 1 ||
            (lengths == 1 && head.headers.find("Content-Length")->find(',') != std::string::npos)) {
            found.refuse(400, "invalid_input", "more than one Content-Length");
        } else if (encodings > 0 && lengths > 0) {
            found.refuse(400, "invalid_input", "both Content-Length and Transfer-Encoding");
        } else if (encodings > 0 && head.is_http_1_0) {
            found.refuse(400, "invalid_input", "Transfer-Encoding in HTTP/1.0");
        } else if (encodings > 0 &&
                   !equals_ignoring_case(*head.headers.find("Transfer-Encoding"), "chunked")) {
            found.refuse(501, "invalid_input", "Transfer-Encoding other than 'chunked'");
        } else if (side == Side::Request) {
            check_host(head);
        }
    }

    void check_host(const MessageHead& head) {
        size_t hosts = head.headers.count("Host");
        if (hosts > 1) found.refuse(400, "invalid_input", "more than one Host");
        if (hosts == 0 && !head.is_http_1_0) found.refuse(400, "invalid_input", "no Host");
    }
};

MessageParser::MessageParser(Side side, size_t head_bytes_max) : beast_(std::make_unique<Beast>()) {
    beast_->side = side;
    beast_->head_bytes_max = head_bytes_max;
    start();
}

MessageParser::~MessageParser() = default;

void MessageParser::start(bool is_answer_to_head) {
    beast_->found.start();
    if (beast_->side == Side::Request) {
        beast_->request.emplace(beast_->found, beast_->head_bytes_max);
    } else {
        beast_->response.emplace(beast_->found, beast_->head_bytes_max);
        beast_->response->skip(is_answer_to_head);
    }
}

size_t MessageParser::put(BytesView input) {
    beast_->found.piece = {};
    return beast_->with_parser([&](auto& parser) { return beast_->put(parser, input); });
}

void MessageParser::put_end() {
    beast_->with_parser([&](auto& parser) {
        beast::error_code failure = beast::http::error::partial_message;
        if (parser.got_some()) parser.put_eof(failure);
        if (failure) {
            beast_->found.refuse(400, "invalid_input", "the connection ended in mid-message");
        }
    });
}

bool MessageParser::has_head() const {
    return beast_->found.has_head;
}

bool MessageParser::is_done() const {
    return beast_->side == Side::Request ? beast_->request->is_done() : beast_->response->is_done();
}

const std::optional<Failure>& MessageParser::failure() const {
    return beast_->found.failure;
}

MessageHead& MessageParser::head() {
    return beast_->found.head;
}

const MessageHead& MessageParser::head() const {
    return beast_->found.head;
}

BytesView MessageParser::body_piece() const {
    return beast_->found.piece;
}

}  // namespace tarn::http
