// "https://host:8443/path?query" in the parts that a client needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tarn::http {

struct Url {
    bool is_tls;
    std::string host;  // without the brackets of an IPv6 address
    uint16_t port;
    std::string target;  // "/" at least; sent as it is

    // "host:8443", as the Host header wants it: without the port when it is the usual one.
    std::string authority() const;
    // "https://host:8443": who is talked to, and so which connections may be shared.
    std::string origin() const;
};

// Throws InvalidInput that quotes the text. User names in URLs are refused: they end up in logs.
Url parse_url(std::string_view text);

}  // namespace tarn::http
