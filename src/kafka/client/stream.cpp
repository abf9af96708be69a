#include "kafka/client/stream.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tarn::kafka::client {
namespace {

using std::chrono::milliseconds;

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Socket& operator=(Socket&&) = delete;
    ~Socket() {
        if (descriptor_ >= 0) close(descriptor_);
    }

    int descriptor() const { return descriptor_; }

    // Whether the socket became ready before the deadline.
    bool wait_for(short events, Ticks deadline) const {
        while (true) {
            auto left = std::chrono::ceil<milliseconds>(deadline - SystemClock().ticks()).count();
            pollfd entry{.fd = descriptor_, .events = events, .revents = 0};
            int ready = poll(&entry, 1, static_cast<int>(std::clamp<int64_t>(left, 0, 1 << 30)));
            if (ready > 0) return true;
            if (ready == 0) return false;
            if (errno != EINTR) throw failure(errno);
        }
    }

    static Error failure(int reason) {
        return Error(ErrorCode::Unavailable, "{}", std::strerror(reason));
    }

private:
    int descriptor_;
};

class TcpStream : public Stream {
public:
    explicit TcpStream(Socket socket) : socket_(std::move(socket)) {}

    void write(BytesView bytes, Ticks deadline) override {
        while (!bytes.empty()) {
            ssize_t sent = send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent >= 0) {
                bytes = bytes.subspan(static_cast<size_t>(sent));
            } else {
                wait_after_failure(POLLOUT, deadline);
            }
        }
    }

    size_t read_some(std::span<std::byte> room, Ticks deadline) override {
        while (true) {
            ssize_t got = recv(socket_.descriptor(), room.data(), room.size(), 0);
            if (got > 0) return static_cast<size_t>(got);
            if (got == 0) throw ClosedError();
            wait_after_failure(POLLIN, deadline);
        }
    }

private:
    void wait_after_failure(short events, Ticks deadline) {
        if (errno == EINTR) return;
        if (errno == ECONNRESET || errno == EPIPE) throw ClosedError();
        if (errno != EAGAIN && errno != EWOULDBLOCK) throw Socket::failure(errno);
        if (!socket_.wait_for(events, deadline))
            throw Error(ErrorCode::Timeout, "no answer in time");
    }

    Socket socket_;
};

// Zero, or the errno that says why not.
int connect_socket(const Socket& socket, const addrinfo& where, Ticks deadline) {
    if (connect(socket.descriptor(), where.ai_addr, where.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    if (!socket.wait_for(POLLOUT, deadline)) return ETIMEDOUT;
    int failure = 0;
    socklen_t size = sizeof(failure);
    getsockopt(socket.descriptor(), SOL_SOCKET, SO_ERROR, &failure, &size);
    return failure;
}

}  // namespace

void Stream::read(std::span<std::byte> room, Ticks deadline) {
    while (!room.empty()) room = room.subspan(read_some(room, deadline));
}

std::unique_ptr<Stream> connect_tcp(const Address& address, Ticks deadline) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    int unknown =
        getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &wanted, &found);
    if (unknown != 0) throw Error(ErrorCode::Unavailable, "{}", gai_strerror(unknown));
    std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);

    int failure = 0;
    for (const addrinfo* each = found; each; each = each->ai_next) {
        Socket socket(::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (socket.descriptor() < 0) {
            failure = errno;
            continue;
        }
        failure = connect_socket(socket, *each, deadline);
        if (failure != 0) continue;
        // Requests are small and wait for their answers.
        int on = 1;
        setsockopt(socket.descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        return std::make_unique<TcpStream>(std::move(socket));
    }
    throw Socket::failure(failure);
}

}  // namespace tarn::kafka::client
