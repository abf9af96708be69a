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

}  // namespace tarn::net
