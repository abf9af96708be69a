// Takes a port to listen on, or says what stands in the way and what to do about it.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <string>

#include "runtime/awaitable.hpp"

namespace tarn::net {

struct ListenAddress {
    std::string name;     // of the part that listens, for messages
    std::string address;  // an IP address or "localhost"
    uint16_t port = 0;    // 0: any free one
};

// Throws Conflict when the port is taken, Forbidden when it is not for this user, InvalidInput when
// the address is none.
asio::ip::tcp::acceptor listen_on(const Executor& executor, const ListenAddress& where);

// The next connection, for `executor`; tries again where the system cannot give one. Throws the
// cancellation once the acceptor is closed. `name` is for messages.
awaitable<asio::ip::tcp::socket> accept_on(asio::ip::tcp::acceptor& acceptor, Executor executor,
                                           std::string name);

// Where a connection comes from: "127.0.0.1"; empty if it has gone already.
std::string peer_address(const asio::ip::tcp::socket& socket);

}  // namespace tarn::net
