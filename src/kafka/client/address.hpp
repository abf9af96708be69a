// Where a broker is reached, as people write it: "localhost:9092".
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::kafka::client {

struct Address {
    std::string host;
    uint16_t port = 0;

    std::string text() const;
    auto operator<=>(const Address&) const = default;
};

// "host:port,host:port", with "[::1]:9092" for IPv6 and the usual 9092 where no port is given.
// Throws InvalidInput.
std::vector<Address> parse_addresses(std::string_view list);

// "a:1,b:2", for messages.
std::string text_of(const std::vector<Address>& addresses);

}  // namespace tarn::kafka::client
