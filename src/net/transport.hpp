// A connection as bytes: plain TCP or TLS behind one face, so that only one file pays for compiling
// OpenSSL's streams. Deadlines are noted here and kept by whoever calls expire(); an operation that
// runs into its deadline throws Timeout. One task uses a transport at a time.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "net/tls.hpp"
#include "runtime/awaitable.hpp"

namespace tarn::net {

using Socket = asio::ip::tcp::socket;

struct FilePart {
    int descriptor;
    int64_t offset;
    int64_t size;
};

class Transport {
public:
    virtual ~Transport() = default;

    // TLS's greeting; nothing for plain TCP.
    virtual awaitable<void> handshake(Ticks deadline) = 0;

    // At least one byte, or 0 when the other side has ended or gone.
    virtual awaitable<size_t> read_some(std::span<std::byte> room, Ticks deadline) = 0;

    // Both pieces in one go. The deadline is for each bit of progress, not for the whole.
    virtual awaitable<void> write(std::array<BytesView, 2> pieces,
                                  std::chrono::milliseconds idle) = 0;

    // Some bytes and then a part of a file, which goes straight from the page cache where the
    // connection is plain. Throws Corrupt when the file ends before its part does.
    virtual awaitable<void> send_file(BytesView before, FilePart part,
                                      std::chrono::milliseconds idle);

    // Says that no more will be written, so that the other side reads to the end undisturbed.
    virtual awaitable<void> end_writing(Ticks deadline) = 0;

    // Cancels an operation whose deadline has passed.
    void expire(Ticks now);

    // Whether the other side has closed its end, found out without reading.
    bool has_peer_left();

    // Closes the socket under whatever waits on it.
    void close();

protected:
    virtual Socket& socket() = 0;

    // Notes the deadline for as long as one operation waits.
    class Waiting {
    public:
        Waiting(Transport& transport, Ticks deadline) : transport_(transport) {
            transport_.deadline_ = deadline;
            transport_.has_expired_ = false;
        }
        ~Waiting() { transport_.deadline_ = Ticks::max(); }
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;

    private:
        Transport& transport_;
    };

    // Throws for a failed operation: Timeout when its deadline did it.
    [[noreturn]] void fail(boost::system::error_code failure) const;

private:
    Ticks deadline_ = Ticks::max();
    bool has_expired_ = false;
};

std::unique_ptr<Transport> plain_transport(Socket socket);
std::unique_ptr<Transport> server_tls_transport(Socket socket, TlsContext context);
// Checks that the certificate is for `host`.
std::unique_ptr<Transport> client_tls_transport(Socket socket, TlsContext context,
                                                const std::string& host);

}  // namespace tarn::net
