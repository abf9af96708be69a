// Header values with a small grammar of their own. What does not parse is no error: the standards
// ask to treat such a header as absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"

namespace tarn::http {

struct ByteRange {
    uint64_t first;
    uint64_t count;  // at least one
    bool operator==(const ByteRange&) const = default;
};
struct WholeBody {
    bool operator==(const WholeBody&) const = default;
};
struct Unsatisfiable {
    bool operator==(const Unsatisfiable&) const = default;
};
using RangeAnswer = std::variant<WholeBody, ByteRange, Unsatisfiable>;

// What a Range header asks of a body of `size` bytes: "bytes=0-99", "bytes=100-", "bytes=-100".
// Several ranges at once are answered with the whole.
RangeAnswer parse_range(std::string_view value, uint64_t size);

// "bytes 0-99/1000", the Content-Range of an answer.
std::string content_range(const ByteRange& range, uint64_t size);

// Whether an Accept-Encoding takes gzip: named or by '*', and not with q=0.
bool accepts_gzip(std::string_view value);

// Whether an If-None-Match or If-Match names this tag, quotes included, or is '*'. Weak tags
// match by their text.
bool etag_matches(std::string_view value, std::string_view etag);

// "Sat, 21 Nov 2026 09:30:00 GMT".
std::string http_date(WallTime time);
// Reads that form, which is the only one that is sent today.
std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace tarn::http
