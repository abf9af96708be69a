#include "s3/signature.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "http/target.hpp"
#include "s3/refusal.hpp"
#include "s3/text.hpp"

namespace tarn::s3 {
namespace {

constexpr std::chrono::minutes SkewMax{15};
constexpr std::chrono::days PresignedMax{7};
constexpr std::string_view Unsigned = "UNSIGNED-PAYLOAD";

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

// "KEY/20261121/us-east-1/s3/aws4_request", where the key itself may have slashes in it.
void take_credential(std::string_view credential, SignatureClaim& claim, Code refused) {
    std::vector<std::string> parts = split(credential, '/');
    if (parts.size() < 5) throw Refusal(refused, "The credential is malformed.");
    size_t count = parts.size();
    if (parts[count - 1] != "aws4_request" || parts[count - 2] != "s3") {
        throw Refusal(refused, "The credential is not for s3 and aws4_request.");
    }
    claim.scope = {.date = parts[count - 4], .region = parts[count - 3]};
    size_t rest = claim.scope.text().size() + 1;
    claim.access_key = credential.substr(0, credential.size() - rest);
    if (claim.access_key.empty()) throw Refusal(refused, "The credential is malformed.");
    if (!claim.time.starts_with(claim.scope.date) || claim.scope.date.size() != 8) {
        throw Refusal(refused, "The date of the credential is not that of the request.");
    }
}

void take_signed_headers(std::string_view names, SignatureClaim& claim, Code refused) {
    claim.signed_headers = split(names, ';');
    if (!std::ranges::binary_search(claim.signed_headers, "host")) {
        throw Refusal(refused, "The signature must cover the host.");
    }
}

std::string value_of(const storage::NamesAndValues& query, std::string_view name) {
    auto found = std::ranges::find(query, name, [](auto& pair) { return pair.first; });
    if (found == query.end()) {
        throw Refusal(Code::AuthorizationQueryParametersError,
                      fmt::format("{} is missing from the query.", name));
    }
    return found->second;
}

// As signatures see a value: without blanks at its ends, and one for several inside.
void append_canonical(std::string& out, std::string_view value) {
    bool was_blank = false;
    for (char c : http::trimmed(value)) {
        bool is_blank = c == ' ';
        if (!is_blank || !was_blank) out += c;
        was_blank = is_blank;
    }
}

storage::NamesAndValues covered_headers(const http::Headers& headers,
                                        const std::vector<std::string>& names) {
    storage::NamesAndValues covered;
    for (const std::string& name : names) {
        std::string value;
        bool is_first = true;
        for (http::Header header : headers) {
            if (!http::equals_ignoring_case(header.name, name)) continue;
            if (!is_first) value += ',';
            append_canonical(value, header.value);
            is_first = false;
        }
        if (is_first) throw Refusal(Code::SignatureDoesNotMatch);
        covered.emplace_back(name, std::move(value));
    }
    return covered;
}

// What acts on an object must be under the signature, or whoever stands between could add it.
void check_all_covered(const http::Headers& headers, const std::vector<std::string>& names) {
    constexpr std::string_view Prefix = "x-amz-";
    for (http::Header header : headers) {
        if (!http::equals_ignoring_case(header.name.substr(0, Prefix.size()), Prefix)) continue;
        // This one is a line of its own in what is signed.
        if (http::equals_ignoring_case(header.name, "x-amz-content-sha256")) continue;
        bool is_covered = std::ranges::any_of(names, [&](const std::string& name) {
            return http::equals_ignoring_case(name, header.name);
        });
        if (!is_covered) {
            throw Refusal(
                Code::AccessDenied,
                fmt::format("The header {} is not covered by the signature.", header.name));
        }
    }
}

bool is_presigned(const storage::NamesAndValues& query) {
    return std::ranges::any_of(query, [](const auto& pair) {
        return pair.first == "X-Amz-Algorithm" || pair.first == "X-Amz-Signature";
    });
}

}  // namespace

SignatureClaim parse_authorization(std::string_view value, std::string_view time) {
    constexpr Code Refused = Code::AuthorizationHeaderMalformed;
    if (!value.starts_with(storage::signing_algorithm)) {
        throw Refusal(Code::InvalidRequest,
                      "The authorization mechanism is not supported; use AWS4-HMAC-SHA256.");
    }
    if (!parse_amz_date(time)) {
        throw Refusal(Code::AccessDenied, "A valid x-amz-date header is missing.");
    }
    value.remove_prefix(storage::signing_algorithm.size());
    SignatureClaim claim;
    claim.time = time;
    std::string_view credential, names;
    while (!value.empty()) {
        std::string_view item = http::take_list_item(value);
        std::string_view name = item.substr(0, item.find('='));
        std::string_view text = item.substr(std::min(name.size() + 1, item.size()));
        if (name == "Credential") credential = text;
        if (name == "SignedHeaders") names = text;
        if (name == "Signature") claim.signature = text;
    }
    take_credential(credential, claim, Refused);
    take_signed_headers(names, claim, Refused);
    if (claim.signature.empty()) throw Refusal(Refused, "The signature is missing.");
    return claim;
}

SignatureClaim parse_presigned(const storage::NamesAndValues& query) {
    constexpr Code Refused = Code::AuthorizationQueryParametersError;
    if (value_of(query, "X-Amz-Algorithm") != storage::signing_algorithm) {
        throw Refusal(Refused, "X-Amz-Algorithm is not AWS4-HMAC-SHA256.");
    }
    SignatureClaim claim;
    claim.time = value_of(query, "X-Amz-Date");
    if (!parse_amz_date(claim.time)) throw Refusal(Refused, "X-Amz-Date is no date.");
    take_credential(value_of(query, "X-Amz-Credential"), claim, Refused);
    take_signed_headers(value_of(query, "X-Amz-SignedHeaders"), claim, Refused);
    claim.signature = value_of(query, "X-Amz-Signature");
    auto seconds = parse_number<int>(value_of(query, "X-Amz-Expires"));
    if (!seconds || *seconds < 1 || std::chrono::seconds(*seconds) > PresignedMax) {
        throw Refusal(Refused, "X-Amz-Expires is not between one second and one week.");
    }
    claim.valid_for = std::chrono::seconds(*seconds);
    return claim;
}

std::optional<WallTime> parse_amz_date(std::string_view text) {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
    bool has_digits = std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || c == 'T' || c == 'Z'; });
    if (!has_digits) return std::nullopt;
    auto field = [&](size_t at, size_t count) { return parse_number<int>(text.substr(at, count)); };
    auto year = field(0, 4), month = field(4, 2), day = field(6, 2);
    auto hour = field(9, 2), minute = field(11, 2), second = field(13, 2);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    std::chrono::year_month_day date{std::chrono::year(*year),
                                     std::chrono::month(static_cast<unsigned>(*month)),
                                     std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

Authenticator::Authenticator(std::map<std::string, std::string> secrets, Anonymous anonymous,
                             const Clock& clock)
    : secrets_(std::move(secrets)), anonymous_(anonymous), clock_(clock) {}

Caller Authenticator::authenticate(const http::Request& request) const {
    storage::NamesAndValues query = request.query_parameters();
    auto authorization = request.header("Authorization");
    auto declared_hash = request.header("x-amz-content-sha256");
    if (is_presigned(query)) {
        if (authorization) {
            throw Refusal(Code::InvalidRequest,
                          "Only one way to sign may be used: the header or the query.");
        }
        SignatureClaim claim = parse_presigned(query);
        std::erase_if(query, [](const auto& pair) { return pair.first == "X-Amz-Signature"; });
        return check(request, claim, std::move(query),
                     std::string(declared_hash.value_or(Unsigned)));
    }
    if (!authorization) {
        if (anonymous_ == Anonymous::Refused) throw Refusal(Code::AccessDenied);
        return {.access_key = {},
                .payload_hash = std::string(declared_hash.value_or(Unsigned)),
                .chunks = {}};
    }
    SignatureClaim claim =
        parse_authorization(*authorization, request.header("x-amz-date").value_or(""));
    if (!declared_hash) {
        throw Refusal(Code::InvalidRequest, "The header x-amz-content-sha256 is missing.");
    }
    return check(request, claim, std::move(query), std::string(*declared_hash));
}

Caller Authenticator::check(const http::Request& request, const SignatureClaim& claim,
                            storage::NamesAndValues query, std::string payload_hash) const {
    auto secret = secrets_.find(claim.access_key);
    if (secret == secrets_.end()) throw Refusal(Code::InvalidAccessKeyId);
    check_time(claim);
    check_all_covered(request.headers(), claim.signed_headers);

    // Clients differ in what they escape; the signature is made over one way to do it.
    std::string path = storage::encoded_path(http::percent_decoded(request.path()).value_or(""));
    std::string canonical = storage::canonical_request(
        http::name_of(request.method()), path, storage::encoded_query(std::move(query)),
        covered_headers(request.headers(), claim.signed_headers), payload_hash);
    storage::Sha256 key = storage::signing_key(secret->second, claim.scope);
    std::string expected =
        storage::signature_of(key, storage::string_to_sign(claim.time, claim.scope, canonical));
    bool is_right = claim.signature.size() == expected.size() &&
                    CRYPTO_memcmp(claim.signature.data(), expected.data(), expected.size()) == 0;
    if (!is_right) throw Refusal(Code::SignatureDoesNotMatch);

    // After the signature, so that a stranger learns nothing of which tokens there are.
    bool has_token =
        request.header("x-amz-security-token") || request.query("X-Amz-Security-Token");
    if (has_token) throw Refusal(Code::InvalidToken);
    return {.access_key = claim.access_key,
            .payload_hash = std::move(payload_hash),
            .chunks = {.key = key, .time = claim.time, .scope = claim.scope, .seed = expected}};
}

void Authenticator::check_time(const SignatureClaim& claim) const {
    WallTime signed_at = *parse_amz_date(claim.time);
    WallTime now = clock_.now();
    if (!claim.valid_for) {
        bool is_near = signed_at - now <= SkewMax && now - signed_at <= SkewMax;
        if (!is_near) throw Refusal(Code::RequestTimeTooSkewed);
        return;
    }
    if (signed_at - now > SkewMax) {
        throw Refusal(Code::AccessDenied, "The link is not valid yet.");
    }
    if (now > signed_at + *claim.valid_for) {
        throw Refusal(Code::AccessDenied, "Request has expired.");
    }
}

}  // namespace tarn::s3
