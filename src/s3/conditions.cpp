#include "s3/conditions.hpp"

#include "http/header_values.hpp"
#include "s3/refusal.hpp"

namespace tarn::s3 {
namespace {

std::optional<std::string> text_in(const http::Headers& headers, const std::string& name) {
    auto found = headers.find(name);
    return found ? std::optional<std::string>(*found) : std::nullopt;
}

// What is no date is treated as absent, as the standard asks.
std::optional<WallTime> date_in(const http::Headers& headers, const std::string& name) {
    auto found = headers.find(name);
    return found ? http::parse_http_date(*found) : std::nullopt;
}

// Clients send tags with and without their quotes.
bool matches(const std::string& wanted, const std::string& etag) {
    return http::etag_matches(wanted, etag) ||
           http::etag_matches(wanted, etag.substr(1, etag.size() - 2));
}

}  // namespace

ReadConditions read_conditions(const http::Headers& headers, const std::string& prefix) {
    return {.match = text_in(headers, prefix + "if-match"),
            .none_match = text_in(headers, prefix + "if-none-match"),
            .modified_since = date_in(headers, prefix + "if-modified-since"),
            .unmodified_since = date_in(headers, prefix + "if-unmodified-since")};
}

Verdict judge(const ReadConditions& conditions, const std::string& etag, WallTime modified_at) {
    // Headers have whole seconds, so that is what can be compared.
    auto changed = std::chrono::floor<std::chrono::seconds>(modified_at);
    if (conditions.match) {
        if (!matches(*conditions.match, etag)) return Verdict::Failed;
    } else if (conditions.unmodified_since && changed > *conditions.unmodified_since) {
        return Verdict::Failed;
    }
    if (conditions.none_match) {
        if (matches(*conditions.none_match, etag)) return Verdict::NotModified;
    } else if (conditions.modified_since && changed <= *conditions.modified_since) {
        return Verdict::NotModified;
    }
    return Verdict::Holds;
}

WriteConditions write_conditions(const http::Headers& headers) {
    WriteConditions conditions{.if_absent = false, .if_match = text_in(headers, "if-match")};
    if (auto none_match = headers.find("if-none-match")) {
        if (*none_match != "*") {
            throw Refusal(Code::NotImplemented, "A write knows If-None-Match only with '*'.");
        }
        conditions.if_absent = true;
    }
    if (conditions.if_absent && conditions.if_match) {
        throw Refusal(Code::InvalidRequest, "If-Match and If-None-Match exclude each other.");
    }
    return conditions;
}

}  // namespace tarn::s3
