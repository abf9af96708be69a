#include "connectors/jdbc/database_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"

namespace tarn::connectors {
namespace {

constexpr std::string_view Scheme = "jdbc:postgresql:";

// What PostgreSQL's Java driver calls it, and what libpq does.
struct JavaProperty {
    std::string_view java;
    std::string_view keyword;
};
constexpr auto JavaProperties =
    std::to_array<JavaProperty>({{"user", "user"},
                                 {"password", "password"},
                                 {"sslmode", "sslmode"},
                                 {"sslrootcert", "sslrootcert"},
                                 {"sslcert", "sslcert"},
                                 {"sslkey", "sslkey"},
                                 {"connectTimeout", "connect_timeout"},
                                 {"options", "options"},
                                 {"ApplicationName", "application_name"}});

[[noreturn]] void refuse(std::string_view url, std::string_view reason) {
    throw Error(ErrorCode::InvalidInput, "url: '{}' {}", url, reason)
        .with_hint("as in jdbc:postgresql://host:5432/database");
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (size_t begin = 0; begin <= text.size();) {
        size_t end = std::min(text.find(at, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::string decoded(std::string_view url, std::string_view text) {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        unsigned char byte = 0;
        std::string_view digits = text.substr(i + 1, 2);
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        bool is_byte = digits.size() == 2 && error == std::errc() && end == digits.data() + 2;
        if (!is_byte) refuse(url, "has a % without two hexadecimal digits");
        result += static_cast<char>(byte);
        i += 2;
    }
    return result;
}

// "db:5432", "[::1]:5432", or several of them between commas, of which the first that answers is
// taken.
void add_hosts(std::string_view url, std::string_view text, DatabaseAddress& address) {
    std::string hosts;
    std::string ports;
    for (std::string_view each : split(text, ',')) {
        size_t bracket = each.starts_with('[') ? each.find(']') : 0;
        if (bracket == each.npos) refuse(url, "has a [ without a ]");
        size_t colon = each.find(':', bracket);
        std::string_view host = each.substr(0, colon);
        if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
        std::string_view port = colon == each.npos ? "5432" : each.substr(colon + 1);
        bool is_number =
            !port.empty() && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
        if (!is_number) refuse(url, "has a port that is no number");
        hosts += (hosts.empty() ? "" : ",") + std::string(host.empty() ? "localhost" : host);
        ports += (ports.empty() ? "" : ",") + std::string(port);
    }
    address.keywords["host"] = hosts;
    address.keywords["port"] = ports;
}

}  // namespace

std::string DatabaseAddress::text() const {
    return fmt::format("{}:{}/{}", keywords.at("host"), keywords.at("port"), keywords.at("dbname"));
}

DatabaseAddress parse_jdbc_url(std::string_view url) {
    if (!url.starts_with("jdbc:")) refuse(url, "does not begin with 'jdbc:'");
    if (!url.starts_with(Scheme)) {
        std::string_view name = url.substr(5, std::min(url.find(':', 5), url.size()) - 5);
        throw Error(ErrorCode::InvalidInput,
                    "url: Tarn reaches no '{}' databases by the connector 'jdbc'", name)
            .with_hint("it reaches PostgreSQL: jdbc:postgresql://host:5432/database");
    }
    DatabaseAddress address{{{"host", "localhost"}, {"port", "5432"}}};
    std::string_view rest = url.substr(Scheme.size());
    size_t question = std::min(rest.find('?'), rest.size());
    std::string_view parameters = rest.substr(std::min(question + 1, rest.size()));
    rest = rest.substr(0, question);
    if (rest.starts_with("//")) {
        rest.remove_prefix(2);
        size_t slash = rest.find('/');
        if (slash == rest.npos) refuse(url, "names no database");
        add_hosts(url, rest.substr(0, slash), address);
        rest.remove_prefix(slash + 1);
    }
    if (rest.empty()) refuse(url, "names no database");
    address.keywords["dbname"] = decoded(url, rest);
    for (std::string_view each : split(parameters, '&')) {
        size_t equals = std::min(each.find('='), each.size());
        std::string value = decoded(url, each.substr(std::min(equals + 1, each.size())));
        if (!each.empty()) add_java_property(address, each.substr(0, equals), value);
    }
    return address;
}

void add_java_property(DatabaseAddress& address, std::string_view name, const std::string& value) {
    auto known = std::ranges::find(JavaProperties, name, &JavaProperty::java);
    if (known != JavaProperties.end()) {
        address.keywords[std::string(known->keyword)] = value;
    } else if (name == "currentSchema") {
        address.keywords["options"] += " -c search_path=" + value;
    } else if (name == "ssl") {
        if (value != "false") address.keywords.try_emplace("sslmode", "verify-full");
    } else {
        TARN_LOG_WARN("'{}' is for PostgreSQL's Java driver, and means nothing here", name);
    }
}

}  // namespace tarn::connectors
