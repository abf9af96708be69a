#include "http/url.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"

namespace tarn::http {
namespace {

Error not_a_url(std::string_view text, std::string_view why) {
    return Error(ErrorCode::InvalidInput, "'{}' is no URL to connect to: {}", text, why)
        .with_hint("write it as http://host:port/path");
}

}  // namespace

Url parse_url(std::string_view text) {
    std::string_view rest = text;
    bool is_tls = rest.starts_with("https://");
    if (!is_tls && !rest.starts_with("http://")) {
        throw not_a_url(text, "it does not start with http:// or https://");
    }
    rest.remove_prefix(is_tls ? 8 : 7);
    std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    rest.remove_prefix(authority.size());
    if (authority.find('@') != std::string_view::npos) {
        throw not_a_url("http://…@…", "it has a user name in it");
    }

    std::string_view host = authority.substr(0, authority.find(':'));
    std::string_view port = authority.substr(host.size());
    if (authority.starts_with('[')) {
        auto end = authority.find(']');
        if (end == std::string_view::npos) throw not_a_url(text, "']' is missing");
        host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
    }
    if (host.empty()) throw not_a_url(text, "the host is missing");

    Url url{.is_tls = is_tls,
            .host = std::string(host),
            .port = static_cast<uint16_t>(is_tls ? 443 : 80),
            .target = std::string(rest.substr(0, rest.find('#')))};
    if (!port.empty()) {
        const char* end = port.data() + port.size();
        auto parsed = std::from_chars(port.data() + 1, end, url.port);
        bool is_number = parsed.ec == std::errc() && parsed.ptr == end && url.port != 0;
        if (!is_number || port[0] != ':') throw not_a_url(text, "the port is not 1 to 65535");
    }
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    bool has_blanks = std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
    });
    if (has_blanks) throw not_a_url(text, "it has blanks or control characters in it");
    return url;
}

std::string Url::authority() const {
    std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    bool is_usual = port == (is_tls ? 443 : 80);
    return is_usual ? name : fmt::format("{}:{}", name, port);
}

std::string Url::origin() const {
    return (is_tls ? "https://" : "http://") + authority();
}

}  // namespace tarn::http
