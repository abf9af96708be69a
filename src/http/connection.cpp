#include "http/connection.hpp"

#include <algorithm>
#include <iterator>

#include "base/log.hpp"
#include "http/target.hpp"

namespace tarn::http {
namespace {

// How much is asked of the socket at once: little for heads, so that idle connections stay small.
constexpr size_t HeadReadBytes = 4 * 1024;
constexpr size_t BodyReadBytes = 64 * 1024;

// A rest of a body up to this size is read away to keep the connection; past it a new one is
// cheaper.
constexpr uint64_t DrainBytesMax = 64 * 1024;

// How long the client may take to read the last answer of a connection that is being closed on it.
constexpr std::chrono::seconds LingerTime{2};

// A small body is copied behind its head, which costs less than a second buffer for the kernel.
constexpr size_t SmallBodyBytes = 4 * 1024;

Ticks now() {
    return std::chrono::steady_clock::now();
}

Failure method_not_allowed(const Request& request) {
    return {.status = 405,
            .code = "method_not_allowed",
            .message =
                fmt::format("{} cannot be used on {}", name_of(request.method()), request.path())};
}

// The methods a path has, as the Allow header gives them.
std::string allow_of(const std::vector<Method>& methods) {
    std::string allow = "OPTIONS";
    for (Method method : methods) {
        if (method == Method::Options) continue;
        allow.append(", ").append(name_of(method));
        if (method == Method::Get) allow += ", HEAD";
    }
    return allow;
}

bool allows_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

}  // namespace

Connection::Connection(std::unique_ptr<net::Transport> transport, std::string client_address,
                       const Listener& listener, ServerShard& shard)
    : Watched(shard.watchdog()),
      transport_(std::move(transport)),
      listener_(listener),
      shard_(shard),
      metrics_(shard.metrics_of(listener)),
      place_(shard.connections().insert(shard.connections().end(), this)),
      parser_(MessageParser::Side::Request, listener.options().limits.header_bytes_max) {
    request_.client_address_ = std::move(client_address);
    request_.source_ = this;
}

Connection::~Connection() {
    shard_.connections().erase(place_);
}

awaitable<void> Connection::serve() {
    try {
        co_await transport_->handshake(now() + listener_.options().timeouts.header);
        Next next = Next::Request;
        while (next == Next::Request) next = co_await serve_one();
        co_await linger();
    } catch (const std::exception& error) {
        TARN_LOG_DEBUG("{}: closing the connection of {}: {}", listener_.options().name,
                       request_.client_address_, error.what());
    }
}

awaitable<Connection::Next> Connection::serve_one() {
    Next head = co_await read_head();
    if (head == Next::Close) co_return Next::Close;
    started_ = now();
    accept_head();

    Response response = co_await answer();
    std::exception_ptr failure;
    try {
        co_await send(response);
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    record(response.status);
    if (failure) std::rethrow_exception(failure);

    if (must_close_) co_return Next::Close;
    if (!parser_.is_done()) co_await drain();
    input_.shrink(BodyReadBytes / 2);
    co_return Next::Request;
}

awaitable<Connection::Next> Connection::read_head() {
    const Timeouts& timeouts = listener_.options().timeouts;
    parser_.start();
    refusal_.reset();
    bool has_begun = !input_.empty();
    Ticks deadline = now() + (is_first_ || has_begun ? timeouts.header : timeouts.keep_alive);
    is_first_ = false;
    bool has_timed_out = false;
    while (true) {
        if (!input_.empty()) {
            input_.consume(parser_.put(input_.bytes()));
            refusal_ = parser_.failure();
            if (refusal_ || parser_.has_head()) co_return Next::Request;
        }
        if (is_stopping_ && !has_begun) co_return Next::Close;

        is_idle_ = !has_begun;
        size_t count = 0;
        try {
            count = co_await transport_->read_some(input_.room(HeadReadBytes), deadline);
        } catch (const Error&) {
            has_timed_out = true;
        }
        is_idle_ = false;
        if (has_timed_out && has_begun) {
            refusal_ =
                Failure{.status = 408, .code = "timeout", .message = "the head took too long"};
            co_return Next::Request;
        }
        if (count == 0) co_return Next::Close;
        input_.commit(count);
        if (!has_begun) {
            has_begun = true;
            deadline = now() + timeouts.header;
        }
    }
}

// Takes the request over from the parser; swapping leaves both sides their memory.
void Connection::accept_head() {
    MessageHead& head = parser_.head();
    request_.method_ = head.method;
    std::swap(request_.target_, head.target);
    std::swap(request_.headers_, head.headers);
    request_.path_ = {};
    request_.query_ = {};
    request_.path_parameters_.clear();
    match_ = {};
    body_bytes_max_ = listener_.options().limits.body_bytes_max;
    body_bytes_read_ = 0;
    bytes_sent_ = 0;
    expects_continue_ = false;
    must_close_ = refusal_.has_value();
}

awaitable<Response> Connection::answer() {
    auto refusal = refuse_by_head();
    if (refusal) co_return std::move(*refusal);
    co_return co_await call_handler();
}

std::optional<Response> Connection::refuse_by_head() {
    if (refusal_) return refused(*refusal_);

    auto target = parse_target(request_.target_);
    if (!target) {
        // "OPTIONS *" asks about the server as a whole.
        if (request_.method_ == Method::Options && request_.target_ == "*") {
            return Response{.status = 204};
        }
        return refused({400, "invalid_input", "the target of the request is not a valid path"});
    }
    request_.path_ = target->path;
    request_.query_ = target->query;

    auto host = request_.header("Host");
    if (!listener_.allows_host(target->authority.empty() ? host.value_or("") : target->authority)) {
        return refused({403, "forbidden", "this server does not answer to that host name",
                        "use one of its own names, or add the name to the allowed hosts"});
    }

    match_ = listener_.router().match(request_.method_, request_.path_);
    bool is_open = match_.route && match_.route->auth == Auth::Open;
    if (!is_open && !listener_.allows_authorization(request_.header("Authorization"))) {
        Response response = refused({401, "unauthorized", "no or wrong bearer token",
                                     "send the header 'Authorization: Bearer TOKEN'"});
        response.headers.set("WWW-Authenticate", "Bearer");
        return response;
    }
    if (!match_.route) {
        if (match_.allowed.empty()) {
            return refused(
                {404, "not_found", fmt::format("there is nothing at {}", request_.path_)});
        }
        Response response = request_.method_ == Method::Options
                                ? Response{.status = 204}
                                : refused(method_not_allowed(request_));
        response.headers.set("Allow", allow_of(match_.allowed));
        return response;
    }

    body_bytes_max_ = match_.route->body_bytes_max.value_or(body_bytes_max_);
    auto length = parser_.head().content_length;
    if (length && *length > body_bytes_max_) {
        return refused(
            {413, "too_large",
             fmt::format("the body has {} bytes, {} are allowed here", *length, body_bytes_max_)});
    }
    if (auto expectation = request_.header("Expect"); expectation && !parser_.head().is_http_1_0) {
        if (!equals_ignoring_case(*expectation, "100-continue")) {
            return refused({417, "invalid_input", "only 100-continue can be expected"});
        }
        expects_continue_ = !parser_.is_done();
    }
    request_.path_parameters_ = std::move(match_.parameters);
    return std::nullopt;
}

awaitable<Response> Connection::call_handler() {
    std::exception_ptr failure;
    try {
        co_return co_await match_.route->handler(request_);
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    if (is_cancelled_) std::rethrow_exception(failure);
    co_return refused(explain(failure));
}

// What the client is told of an exception. Failures of our own are logged, once, here; their text
// may speak of paths and addresses, so the client only gets that of a tarn::Error.
Failure Connection::explain(std::exception_ptr failure) const {
    Failure told;
    std::string logged;
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        told = failure_of(error);
        // A body that stopped coming is the client's time running out, not ours.
        if (error.code() == ErrorCode::Timeout && must_close_) told.status = 408;
        logged = error.full_text();
    } catch (const std::exception& error) {
        told = {500, "internal", "something went wrong here", "see the log of the server"};
        logged = error.what();
    }
    if (told.status == 500) {
        TARN_LOG_ERROR("{}: {} {} failed: {}", listener_.options().name, name_of(request_.method_),
                       match_.route->path, logged);
    }
    return told;
}

Response Connection::refused(const Failure& failure) const {
    return listener_.router().error_shape_of(match_)(failure);
}

awaitable<void> Connection::send(Response& response) {
    if (!may_keep_alive()) must_close_ = true;
    if (auto* stream = std::get_if<BodyStream>(&response.body)) {
        std::optional<Failure> failure = co_await send_stream(response, *stream);
        if (!failure) co_return;
        response = refused(*failure);
    }
    co_await send_whole(response);
}

awaitable<void> Connection::send_whole(const Response& response) {
    auto* text = std::get_if<std::string>(&response.body);
    BytesView body = text ? as_bytes(*text) : std::get<SharedBytes>(response.body).view();
    write_head(response, Framing::ContentLength, body.size());
    if (!has_body(response)) body = {};
    bytes_sent_ = body.size();
    if (body.size() <= SmallBodyBytes) {
        output_.append(as_text(body));
        body = {};
    }
    co_await transport_->write({as_bytes(output_), body}, listener_.options().timeouts.write_idle);
}

awaitable<std::optional<Failure>> Connection::send_stream(const Response& response,
                                                          const BodyStream& body) {
    Framing framing = Framing::Chunked;
    if (body.content_length) {
        framing = Framing::ContentLength;
    } else if (parser_.head().is_http_1_0) {
        framing = Framing::UntilClose;
        must_close_ = true;
    }
    write_head(response, framing, body.content_length);
    auto write_idle = listener_.options().timeouts.write_idle;
    if (!has_body(response)) {
        co_await transport_->write({as_bytes(output_), BytesView()}, write_idle);
        co_return std::nullopt;
    }

    WireWriter writer(*transport_, output_, framing, body.content_length, write_idle);
    is_streaming_ = true;
    is_endless_ = body.is_endless;
    if (is_stopping_ && is_endless_) cancel();
    std::exception_ptr failure;
    try {
        co_await body.write(writer);
        co_await writer.finish();
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    is_streaming_ = false;
    bytes_sent_ = writer.bytes();
    if (!failure) co_return std::nullopt;
    if (writer.has_begun() || is_cancelled_) std::rethrow_exception(failure);
    co_return explain(failure);
}

void Connection::write_head(const Response& response, Framing framing,
                            std::optional<uint64_t> length) {
    output_.clear();
    auto out = std::back_inserter(output_);
    fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                   reason_of(response.status), shard_.date(started_));
    append_headers(output_, response.headers);
    if (allows_body(response.status)) {
        if (framing == Framing::ContentLength) {
            fmt::format_to(out, "Content-Length: {}\r\n", *length);
        } else if (framing == Framing::Chunked) {
            output_ += "Transfer-Encoding: chunked\r\n";
        }
    }
    if (must_close_) {
        output_ += "Connection: close\r\n";
    } else if (parser_.head().is_http_1_0) {
        output_ += "Connection: keep-alive\r\n";
    }
    output_ += "\r\n";
}

bool Connection::may_keep_alive() const {
    if (must_close_ || is_stopping_ || !parser_.head().keeps_alive) return false;
    if (parser_.is_done()) return true;
    // A client that still waits for our 100 may send the body or not: nobody can tell what comes.
    auto length = parser_.head().content_length;
    return !expects_continue_ && length && *length - body_bytes_read_ <= DrainBytesMax;
}

bool Connection::has_body(const Response& response) const {
    return allows_body(response.status) && request_.method_ != Method::Head;
}

awaitable<void> Connection::drain() {
    body_bytes_max_ = std::max(body_bytes_max_, body_bytes_read_ + DrainBytesMax);
    bool has_more = true;
    while (has_more) {
        // GCC 12 loses the frame when the loop's condition is a co_await without a name.
        auto chunk = co_await next_chunk();
        has_more = chunk.has_value();
    }
}

awaitable<void> Connection::linger() {
    bool has_unread = parser_.failure() || !parser_.is_done() || !input_.empty();
    if (!must_close_ || !has_unread) co_return;
    Ticks deadline = now() + LingerTime;
    co_await transport_->end_writing(deadline);
    std::span<std::byte> room = input_.room(BodyReadBytes);
    while (now() < deadline) {
        size_t count = co_await transport_->read_some(room, deadline);
        if (count == 0) break;
    }
}

void Connection::record(int status) {
    auto duration = now() - started_;
    metrics_.count(match_, request_.method_, status, duration);
    AccessLog level = listener_.options().access_log;
    if (level == AccessLog::Off) return;
    auto line_level = level == AccessLog::Info ? logging::Level::Info : logging::Level::Debug;
    TARN_LOG_AT(line_level, "{} {} {} {} {} bytes {} us {}", listener_.options().name,
                name_of(request_.method_), request_.path_.empty() ? "-" : request_.path_, status,
                bytes_sent_,
                std::chrono::duration_cast<std::chrono::microseconds>(duration).count(),
                request_.client_address_);
}

awaitable<std::optional<Bytes>> Connection::next_chunk() {
    const Timeouts& timeouts = listener_.options().timeouts;
    if (expects_continue_) {
        expects_continue_ = false;
        if (input_.empty()) {
            co_await transport_->write({as_bytes("HTTP/1.1 100 Continue\r\n\r\n"), BytesView()},
                                       timeouts.write_idle);
        }
    }
    while (!parser_.is_done()) {
        if (!input_.empty()) {
            size_t used = parser_.put(input_.bytes());
            if (parser_.failure()) {
                must_close_ = true;
                throw Error(ErrorCode::InvalidInput, "{}", parser_.failure()->message);
            }
            Bytes piece = copy_of(parser_.body_piece());
            input_.consume(used);
            body_bytes_read_ += piece.size();
            if (body_bytes_read_ > body_bytes_max_) {
                must_close_ = true;
                throw Error(ErrorCode::TooLarge, "the body has more than the {} bytes allowed here",
                            body_bytes_max_);
            }
            if (!piece.empty()) co_return piece;
            if (used > 0) continue;
        }
        must_close_ = true;  // unless the read comes through
        size_t count =
            co_await transport_->read_some(input_.room(BodyReadBytes), now() + timeouts.body_idle);
        if (count == 0) {
            throw Error(ErrorCode::InvalidInput, "the client left in the middle of the body");
        }
        must_close_ = false;
        input_.commit(count);
    }
    co_return std::nullopt;
}

void Connection::check(Ticks time) {
    transport_->expire(time);
    if (time >= stop_deadline_ || (is_streaming_ && transport_->has_peer_left())) cancel();
}

void Connection::stop_by(Ticks deadline) {
    is_stopping_ = true;
    stop_deadline_ = deadline;
    if (is_idle_) {
        transport_->close();
    } else if (is_endless_ && is_streaming_) {
        cancel();
    }
}

void Connection::cancel() {
    if (is_cancelled_) return;
    is_cancelled_ = true;
    cancel_.emit(asio::cancellation_type::terminal);
}

}  // namespace tarn::http
