#include "kafka/client/address.hpp"

#include <charconv>

#include "base/error.hpp"

namespace tarn::kafka::client {
namespace {

constexpr uint16_t UsualPort = 9092;

[[noreturn]] void refuse(std::string_view text) {
    throw Error(ErrorCode::InvalidInput, "'{}' is no address of a Kafka broker", text)
        .with_hint("write host:port, such as localhost:9092; several with commas between them");
}

uint16_t parsed_port(std::string_view digits, std::string_view whole) {
    uint16_t port = 0;
    auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (failure != std::errc() || end != digits.data() + digits.size() || port == 0) refuse(whole);
    return port;
}

Address parsed_address(std::string_view text) {
    size_t host_end = text.rfind(':');
    if (text.starts_with('[')) {
        size_t bracket = text.find(']');
        if (bracket == std::string_view::npos) refuse(text);
        std::string host(text.substr(1, bracket - 1));
        std::string_view rest = text.substr(bracket + 1);
        if (rest.empty()) return {host, UsualPort};
        if (rest[0] != ':') refuse(text);
        return {host, parsed_port(rest.substr(1), text)};
    }
    std::string host(text.substr(0, host_end));
    if (host.empty() || host.find_first_of(" /") != std::string::npos) refuse(text);
    if (host_end == std::string_view::npos) return {host, UsualPort};
    return {host, parsed_port(text.substr(host_end + 1), text)};
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string Address::text() const {
    bool is_ipv6 = host.find(':') != std::string::npos;
    return is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::vector<Address> parse_addresses(std::string_view list) {
    std::vector<Address> addresses;
    while (true) {
        size_t comma = list.find(',');
        std::string_view one = trimmed(list.substr(0, comma));
        if (!one.empty()) addresses.push_back(parsed_address(one));
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    if (addresses.empty()) refuse(list);
    return addresses;
}

std::string text_of(const std::vector<Address>& addresses) {
    std::string text;
    for (const Address& address : addresses) {
        if (!text.empty()) text += ",";
        text += address.text();
    }
    return text;
}

}  // namespace tarn::kafka::client
