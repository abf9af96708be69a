#include "net/transport.hpp"

#include <poll.h>
#include <sys/sendfile.h>
#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>

#include <algorithm>
#include <csignal>

#include "base/error.hpp"

namespace tarn::net {
namespace {

constexpr auto AsTuple = asio::as_tuple(use_awaitable);

// A reader as fast as its writer would keep the shard to itself; after this much others get a turn.
constexpr size_t UnbrokenBytesMax = 1024 * 1024;

using Pieces = std::array<asio::const_buffer, 2>;

Pieces buffers_of(const std::array<BytesView, 2>& pieces) {
    return {asio::buffer(pieces[0].data(), pieces[0].size()),
            asio::buffer(pieces[1].data(), pieces[1].size())};
}

void skip(Pieces& pieces, size_t count) {
    size_t of_first = std::min(count, pieces[0].size());
    pieces[0] += of_first;
    pieces[1] += count - of_first;
}

// A peer that is gone is an error of the call, and no signal, which would end the process. Asio
// says so with each of its own calls; sendfile() has no such flag.
void ignore_broken_pipes() {
    [[maybe_unused]] static const auto before = std::signal(SIGPIPE, SIG_IGN);
}

bool is_end(boost::system::error_code failure) {
    return failure == asio::error::eof || failure == asio::error::connection_reset ||
           failure == asio::error::broken_pipe || failure == asio::ssl::error::stream_truncated;
}

[[noreturn]] void fail_short() {
    throw Error(ErrorCode::Corrupt, "a file to be sent ended before its end");
}

// What a system call that answered -1 says.
boost::system::error_code failure_of(ssize_t outcome) {
    if (outcome >= 0) return {};
    return {errno, boost::system::system_category()};
}

// What is the same whether the bytes come from a socket or through TLS.
template <typename Stream>
class StreamTransport : public Transport {
public:
    awaitable<size_t> read_some(std::span<std::byte> room, Ticks deadline) override {
        Waiting waiting(*this, deadline);
        auto [failure, count] =
            co_await stream().async_read_some(asio::buffer(room.data(), room.size()), AsTuple);
        if (is_end(failure)) co_return 0;
        if (failure) fail(failure);
        co_return count;
    }

protected:
    virtual Stream& stream() = 0;
};

class PlainTransport : public StreamTransport<Socket> {
public:
    explicit PlainTransport(Socket socket) : socket_(std::move(socket)) {
        boost::system::error_code ignored;
        socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
        socket_.non_blocking(true, ignored);
    }

    awaitable<void> handshake(Ticks) override { co_return; }

    awaitable<void> write(std::array<BytesView, 2> bytes, std::chrono::milliseconds idle) override {
        Pieces pieces = buffers_of(bytes);
        while (asio::buffer_size(pieces) > 0) {
            // The kernel nearly always takes a small response at once, so ask it before waiting.
            boost::system::error_code failure;
            size_t count = socket_.write_some(pieces, failure);
            skip(pieces, count);
            co_await after_writing(count, failure, idle);
        }
    }

    awaitable<void> send_file(BytesView before, FilePart part,
                              std::chrono::milliseconds idle) override {
        ignore_broken_pipes();
        // The kernel holds these back until the file's bytes join them in the same packet.
        while (!before.empty()) {
            ssize_t sent = ::send(socket_.native_handle(), before.data(), before.size(),
                                  MSG_MORE | MSG_NOSIGNAL);
            auto failure = failure_of(sent);
            before = before.subspan(static_cast<size_t>(std::max<ssize_t>(sent, 0)));
            co_await after_writing(static_cast<size_t>(std::max<ssize_t>(sent, 0)), failure, idle);
        }
        off_t from = part.offset;
        while (part.size > 0) {
            auto piece = static_cast<size_t>(std::min<int64_t>(part.size, UnbrokenBytesMax));
            ssize_t sent = ::sendfile(socket_.native_handle(), part.descriptor, &from, piece);
            auto failure = failure_of(sent);
            if (sent == 0) fail_short();
            if (sent > 0) part.size -= sent;
            co_await after_writing(static_cast<size_t>(std::max<ssize_t>(sent, 0)), failure, idle);
        }
    }

    awaitable<void> end_writing(Ticks) override {
        boost::system::error_code ignored;
        socket_.shutdown(Socket::shutdown_send, ignored);
        co_return;
    }

protected:
    Socket& socket() override { return socket_; }
    Socket& stream() override { return socket_; }

private:
    // Waits until the socket takes more, or lets the others on this shard have a turn.
    awaitable<void> after_writing(size_t count, boost::system::error_code failure,
                                  std::chrono::milliseconds idle) {
        unbroken_bytes_ += count;
        if (failure == asio::error::would_block || failure == asio::error::interrupted) {
            Waiting waiting(*this, std::chrono::steady_clock::now() + idle);
            auto [refused] = co_await socket_.async_wait(Socket::wait_write, AsTuple);
            failure = refused;
            unbroken_bytes_ = 0;
        } else if (unbroken_bytes_ > UnbrokenBytesMax) {
            co_await asio::post(socket_.get_executor(), use_awaitable);
            unbroken_bytes_ = 0;
        }
        if (failure) fail(failure);
    }

    Socket socket_;
    size_t unbroken_bytes_ = 0;
};

using TlsStream = asio::ssl::stream<Socket>;

class TlsTransport : public StreamTransport<TlsStream> {
public:
    TlsTransport(Socket socket, TlsContext context, TlsStream::handshake_type side)
        : context_(std::move(context)), stream_(std::move(socket), *context_), side_(side) {
        boost::system::error_code ignored;
        stream_.next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
    }

    // The name that the server's certificate must be for, and that it may choose one by.
    void expect_host(const std::string& host) {
        SSL_set_tlsext_host_name(stream_.native_handle(), host.c_str());
        stream_.set_verify_callback(asio::ssl::host_name_verification(host));
    }

    awaitable<void> handshake(Ticks deadline) override {
        Waiting waiting(*this, deadline);
        auto [failure] = co_await stream_.async_handshake(side_, AsTuple);
        if (failure) fail(failure);
    }

    awaitable<void> write(std::array<BytesView, 2> bytes, std::chrono::milliseconds idle) override {
        Pieces pieces = buffers_of(bytes);
        while (asio::buffer_size(pieces) > 0) {
            Waiting waiting(*this, std::chrono::steady_clock::now() + idle);
            auto [failure, count] = co_await stream_.async_write_some(pieces, AsTuple);
            if (failure) fail(failure);
            skip(pieces, count);
        }
    }

    awaitable<void> end_writing(Ticks deadline) override {
        Waiting waiting(*this, deadline);
        // Sends our goodbye and waits for theirs; whether it comes is no matter.
        co_await stream_.async_shutdown(AsTuple);
    }

protected:
    Socket& socket() override { return stream_.next_layer(); }
    TlsStream& stream() override { return stream_; }

private:
    TlsContext context_;
    TlsStream stream_;
    TlsStream::handshake_type side_;
};

}  // namespace

awaitable<void> Transport::send_file(BytesView before, FilePart part,
                                     std::chrono::milliseconds idle) {
    constexpr int64_t PieceMax = 64 * 1024;
    Bytes piece(static_cast<size_t>(std::min(part.size, PieceMax)));
    while (part.size > 0) {
        auto wanted = static_cast<size_t>(std::min(part.size, PieceMax));
        ssize_t got = ::pread(part.descriptor, piece.data(), wanted, part.offset);
        if (got <= 0) fail_short();
        co_await write({before, BytesView(piece).first(static_cast<size_t>(got))}, idle);
        before = {};
        part.offset += got;
        part.size -= got;
    }
}

void Transport::expire(Ticks now) {
    if (now < deadline_) return;
    deadline_ = Ticks::max();
    has_expired_ = true;
    boost::system::error_code ignored;
    socket().cancel(ignored);
}

bool Transport::has_peer_left() {
    pollfd seen{.fd = socket().native_handle(), .events = POLLRDHUP, .revents = 0};
    return poll(&seen, 1, 0) == 1 && (seen.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void Transport::close() {
    boost::system::error_code ignored;
    socket().close(ignored);
}

void Transport::fail(boost::system::error_code failure) const {
    if (has_expired_ && failure == asio::error::operation_aborted) {
        throw Error(ErrorCode::Timeout, "the other side took too long");
    }
    throw boost::system::system_error(failure);
}

std::unique_ptr<Transport> plain_transport(Socket socket) {
    return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> server_tls_transport(Socket socket, TlsContext context) {
    return std::make_unique<TlsTransport>(std::move(socket), std::move(context),
                                          asio::ssl::stream_base::server);
}

std::unique_ptr<Transport> client_tls_transport(Socket socket, TlsContext context,
                                                const std::string& host) {
    auto transport = std::make_unique<TlsTransport>(std::move(socket), std::move(context),
                                                    asio::ssl::stream_base::client);
    transport->expect_host(host);
    return transport;
}

}  // namespace tarn::net
