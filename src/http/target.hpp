// The target of a request: "/v1/tables/a%20b?limit=10". It is kept as it was sent, since signatures
// (S3) are made over that; decoding happens piece by piece, after splitting, so that an escaped
// slash stays inside its piece.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn::http {

struct Target {
    std::string_view path;       // starts with '/'
    std::string_view query;      // without the '?'
    std::string_view authority;  // of "http://host:1/path", else empty
};

// Nothing when the target is not a path, has a broken percent escape, a NUL byte, or a segment "."
// or "..", escaped or not: no handler ever sees a path that climbs.
std::optional<Target> parse_target(std::string_view target);

// Nothing when an escape is broken. Of a query, '+' is a space.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space = false);

// Escapes everything but letters, digits and "-._~"; `keep` names more to leave alone.
std::string percent_encoded(std::string_view text, std::string_view keep = {});

// The decoded names and values of a query, in its order.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace tarn::http
