#include "http/client_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>

#include "http/wire_writer.hpp"

namespace tarn::http {
namespace {

using Tcp = asio::ip::tcp;

constexpr size_t ReadBytes = 64 * 1024;

Ticks now() {
    return std::chrono::steady_clock::now();
}

Error unavailable(std::string_view url, std::string_view why) {
    return Error(ErrorCode::Unavailable, "{}: {}", url, why)
        .with_hint("check that the server runs and that the address is right");
}

awaitable<std::vector<Tcp::endpoint>> resolve(Executor executor, Url url) {
    boost::system::error_code failure;
    auto address = asio::ip::make_address(url.host, failure);
    if (!failure) co_return std::vector<Tcp::endpoint>{{address, url.port}};

    Tcp::resolver resolver(executor);
    std::string port = std::to_string(url.port);
    auto [unknown, results] =
        co_await resolver.async_resolve(url.host, port, asio::as_tuple(use_awaitable));
    if (unknown == asio::error::operation_aborted) throw boost::system::system_error(unknown);
    if (unknown) throw unavailable(url.origin(), "unknown host");
    std::vector<Tcp::endpoint> endpoints;
    for (const auto& result : results) endpoints.push_back(result.endpoint());
    co_return endpoints;
}

uint64_t size_of(const Body& body) {
    if (auto* text = std::get_if<std::string>(&body)) return text->size();
    if (auto* shared = std::get_if<SharedBytes>(&body)) return shared->view().size();
    return std::get<BodyStream>(body).content_length.value_or(0);
}

}  // namespace

ClientConnection::ClientConnection(Watchdog& watchdog, const ClientOptions& options,
                                   std::string origin)
    : Watched(watchdog),
      options_(options),
      origin_(std::move(origin)),
      parser_(MessageParser::Side::Response, options.header_bytes_max) {}

awaitable<void> ClientConnection::connect(Executor executor, Url url, net::TlsContext tls) {
    auto endpoints = co_await resolve(executor, url);
    connecting_.emplace(executor);
    connect_deadline_ = now() + options_.connect_timeout;
    auto [failure, endpoint] =
        co_await asio::async_connect(*connecting_, endpoints, asio::as_tuple(use_awaitable));
    bool has_expired = now() >= connect_deadline_;
    connect_deadline_ = Ticks::max();
    if (failure && has_expired) {
        throw Error(ErrorCode::Timeout, "{}: cannot connect in time", origin_);
    }
    if (failure == asio::error::operation_aborted) throw boost::system::system_error(failure);
    if (failure) throw unavailable(origin_, failure.message());

    net::Socket socket = std::move(*connecting_);
    connecting_.reset();
    if (!tls) {
        transport_ = net::plain_transport(std::move(socket));
        co_return;
    }
    transport_ = net::client_tls_transport(std::move(socket), tls, url.host);
    try {
        co_await transport_->handshake(now() + options_.connect_timeout);
    } catch (const boost::system::system_error& refused) {
        if (runtime::is_cancellation(refused)) throw;
        throw unavailable(origin_, refused.code().message());
    } catch (const Error&) {
        throw Error(ErrorCode::Timeout, "{}: cannot agree on TLS in time", origin_);
    }
}

awaitable<bool> ClientConnection::exchange(const ClientRequest& request, Url url) {
    url_ = request.url;
    has_received_ = false;
    is_clean_ = false;
    is_head_ = request.method == Method::Head;
    parser_.start(is_head_);
    bool was_cut = false;
    try {
        co_await send(request, std::move(url));
    } catch (const boost::system::system_error& failure) {
        if (runtime::is_cancellation(failure)) throw;
        was_cut = true;
    }
    // A server that refuses a body answers and closes while we still send: its answer says why.
    bool has_answer = co_await read_head();
    is_clean_ = has_answer && !was_cut;
    co_return has_answer;
}

awaitable<void> ClientConnection::send(const ClientRequest& request, Url url) {
    std::string head = head_of(request, url);
    if (auto* stream = std::get_if<BodyStream>(&request.body)) {
        Framing framing = stream->content_length ? Framing::ContentLength : Framing::Chunked;
        WireWriter writer(*transport_, std::move(head), framing, stream->content_length,
                          options_.body_idle);
        co_await stream->write(writer);
        co_await writer.finish();
        co_return;
    }
    auto* text = std::get_if<std::string>(&request.body);
    BytesView body = text ? as_bytes(*text) : std::get<SharedBytes>(request.body).view();
    co_await transport_->write({as_bytes(head), body}, options_.body_idle);
}

std::string ClientConnection::head_of(const ClientRequest& request, const Url& url) const {
    std::string head = fmt::format("{} {} HTTP/1.1\r\n", name_of(request.method), url.target);
    if (!request.headers.has("Host")) head += fmt::format("Host: {}\r\n", url.authority());
    append_headers(head, request.headers);
    for (Header header : options_.headers) {
        if (!request.headers.has(header.name)) append_headers(head, {header});
    }
    auto* stream = std::get_if<BodyStream>(&request.body);
    bool may_be_bare = request.method == Method::Get || request.method == Method::Head ||
                       request.method == Method::Delete || request.method == Method::Options;
    if (stream && !stream->content_length) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (size_of(request.body) > 0 || !may_be_bare) {
        head += fmt::format("Content-Length: {}\r\n", size_of(request.body));
    }
    return head + "\r\n";
}

awaitable<bool> ClientConnection::read_head() {
    Ticks deadline = now() + options_.response_timeout;
    while (true) {
        if (!input_.empty()) {
            input_.consume(parser_.put(input_.bytes()));
            if (parser_.failure()) {
                throw Error(ErrorCode::Unavailable, "{}: {}", url_, parser_.failure()->message);
            }
            if (parser_.has_head()) {
                // "100 Continue" and its kin announce the real answer.
                if (parser_.head().status >= 200) co_return true;
                parser_.start(is_head_);
                continue;
            }
        }
        size_t count = co_await read_some(deadline, "no answer in time");
        if (count == 0) {
            if (!has_received_) co_return false;
            throw unavailable(url_, "the server closed the connection in the middle of its answer");
        }
        has_received_ = true;
    }
}

awaitable<std::optional<Bytes>> ClientConnection::next_chunk() {
    while (!parser_.is_done()) {
        if (!input_.empty()) {
            size_t used = parser_.put(input_.bytes());
            if (parser_.failure()) {
                throw Error(ErrorCode::Unavailable, "{}: {}", url_, parser_.failure()->message);
            }
            Bytes piece = copy_of(parser_.body_piece());
            input_.consume(used);
            if (!piece.empty()) co_return piece;
            if (used > 0) continue;
        }
        size_t count = co_await read_some(now() + options_.body_idle, "the answer stopped");
        if (count == 0) {
            parser_.put_end();
            if (parser_.failure()) throw unavailable(url_, parser_.failure()->message);
            co_return std::nullopt;
        }
    }
    co_return std::nullopt;
}

awaitable<size_t> ClientConnection::read_some(Ticks deadline, std::string_view when_late) {
    size_t count = 0;
    try {
        count = co_await transport_->read_some(input_.room(ReadBytes), deadline);
    } catch (const Error&) {
        throw Error(ErrorCode::Timeout, "{}: {}", url_, when_late);
    } catch (const boost::system::system_error& failure) {
        if (runtime::is_cancellation(failure)) throw;
        throw unavailable(url_, failure.code().message());
    }
    input_.commit(count);
    co_return count;
}

bool ClientConnection::is_reusable() const {
    return is_clean_ && parser_.is_done() && parser_.head().keeps_alive && input_.empty();
}

void ClientConnection::check(Ticks time) {
    if (transport_) transport_->expire(time);
    if (connecting_ && time >= connect_deadline_) {
        boost::system::error_code ignored;
        connecting_->close(ignored);
    }
}

}  // namespace tarn::http
