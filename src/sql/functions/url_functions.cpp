// Pieces of URLs, cut as java.net.URL cuts them.
#include <algorithm>
#include <array>

#include "sql/functions/characters.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"
#include "sql/values/number_text.hpp"

namespace tarn::sql {
namespace {

using Text = std::string_view;

constexpr auto KnownProtocols =
    std::to_array<Text>({"http", "https", "ftp", "file", "jar", "mailto"});

struct Url {
    std::string protocol;
    std::optional<Text> authority = {};
    std::optional<Text> user = {};
    Text host = {};
    Text path = {};
    std::optional<Text> query = {};
    std::optional<Text> fragment = {};
};

// A port is digits; none at all after the colon is fine too.
bool is_port(Text text) {
    return text.size() < 10 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool read_authority(Url& url, Text authority) {
    url.authority = authority;
    size_t at = authority.find('@');
    if (at != Text::npos) {
        url.user = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    size_t colon = authority.find(':');
    if (authority.starts_with('[')) {
        size_t close = authority.find(']');
        if (close == Text::npos) return false;
        colon = close + 1 < authority.size() ? close + 1 : Text::npos;
        if (colon != Text::npos && authority[colon] != ':') return false;
    }
    url.host = authority.substr(0, colon);
    return colon == Text::npos || is_port(authority.substr(colon + 1));
}

// Nothing for what Java takes for no URL.
std::optional<Url> read_url(Text text) {
    text = without_blanks(text);
    size_t colon = text.find_first_of(":/");
    if (colon == Text::npos || text[colon] != ':') return std::nullopt;
    Url url;
    append_lower(url.protocol, text.substr(0, colon));
    if (!std::ranges::count(KnownProtocols, url.protocol)) return std::nullopt;
    Text rest = text.substr(colon + 1);
    if (size_t hash = rest.find('#'); hash != Text::npos) {
        url.fragment = rest.substr(hash + 1);
        rest = rest.substr(0, hash);
    }
    bool is_nested = url.protocol == "jar";
    if (is_nested) {
        if (rest.find("!/") == Text::npos) return std::nullopt;
        url.path = rest;
        return url;
    }
    if (size_t mark = rest.find('?'); mark != Text::npos) {
        url.query = rest.substr(mark + 1);
        rest = rest.substr(0, mark);
    }
    if (rest.starts_with("//")) {
        rest.remove_prefix(2);
        Text authority = rest.substr(0, rest.find('/'));
        if (!read_authority(url, authority)) return std::nullopt;
        rest.remove_prefix(authority.size());
    }
    url.path = rest;
    return url;
}

std::optional<std::string> part_of_url(Text text, Text part) {
    auto url = read_url(text);
    if (!url) return std::nullopt;
    auto known = [](const std::optional<Text>& piece) -> std::optional<std::string> {
        return piece ? std::optional(std::string(*piece)) : std::nullopt;
    };
    if (part == "HOST") return std::string(url->host);
    if (part == "PATH") return std::string(url->path);
    if (part == "QUERY") return known(url->query);
    if (part == "REF") return known(url->fragment);
    if (part == "PROTOCOL") return url->protocol;
    if (part == "AUTHORITY") return known(url->authority);
    if (part == "USERINFO") return known(url->user);
    if (part == "FILE") {
        std::string file(url->path);
        if (url->query) file.append("?").append(*url->query);
        return file;
    }
    return std::nullopt;
}

// The value of the first key=value with this key.
std::optional<std::string> key_of_query(Text text, Text part, Text key) {
    if (part != "QUERY") return std::nullopt;
    auto query = part_of_url(text, part);
    if (!query) return std::nullopt;
    Text rest = *query;
    while (true) {
        size_t end = rest.find('&');
        Text pair = rest.substr(0, end);
        if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
            return std::string(pair.substr(key.size() + 1));
        }
        if (end == Text::npos) return std::nullopt;
        rest.remove_prefix(end + 1);
    }
}

}  // namespace

std::vector<Function> url_functions() {
    return {
        {"PARSE_URL", Topic::Text, "PARSE_URL(url, part[, key])",
         "A part of a URL: HOST, PATH, QUERY, REF, PROTOCOL, AUTHORITY, FILE or USERINFO; with a "
         "key, its value within QUERY. NULL when it is not there, or the text is no URL.",
         "PARSE_URL('http://a.org/b?k=1', 'QUERY', 'k') → '1'",
         one_of({scalar(part_of_url), scalar(key_of_query)})},
    };
}

}  // namespace tarn::sql
