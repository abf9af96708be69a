// Where a test may let a server listen, or be sure that none does.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/assert.hpp"

namespace tarn::storage::testing {

// A port that was free a moment ago.
inline int free_port() {
    int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    TARN_ASSERT(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
    TARN_ASSERT(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    ::close(listener);
    return ntohs(address.sin_port);
}

}  // namespace tarn::storage::testing
