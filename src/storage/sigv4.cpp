#include "storage/sigv4.hpp"

#include <fmt/chrono.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::storage {

namespace {

Sha256 hmac(BytesView key, std::string_view text) {
    Sha256 digest;
    const unsigned char* done =
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(),
             reinterpret_cast<unsigned char*>(digest.data()), nullptr);
    TARN_ASSERT(done != nullptr);
    return digest;
}

bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::string encoded(std::string_view text, std::string_view kept) {
    std::string out;
    for (char c : text) {
        if (is_unreserved(c) || kept.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

// "host;x-amz-date", as a signature names what it covers.
std::string names_of(const NamesAndValues& headers) {
    std::string names;
    for (const auto& [name, value] : headers) names += (names.empty() ? "" : ";") + name;
    return names;
}

}  // namespace

void sign(S3Request& request, const S3Credentials& credentials, std::string_view region,
          WallTime now) {
    auto seconds = std::chrono::system_clock::to_time_t(now);
    std::string time = fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(seconds));
    std::string date = time.substr(0, 8);
    std::string body_hash = to_hex(sha256(request.body));

    request.headers["host"] = request.host;
    request.headers["x-amz-date"] = time;
    request.headers["x-amz-content-sha256"] = body_hash;
    if (!credentials.session_token.empty()) {
        request.headers["x-amz-security-token"] = credentials.session_token;
    }

    NamesAndValues headers(request.headers.begin(), request.headers.end());
    SigningScope scope{.date = date, .region = std::string(region)};
    std::string canonical =
        canonical_request(request.method, request.path, encoded_query(request), headers, body_hash);
    std::string signature = signature_of(signing_key(credentials.secret_key, scope),
                                         string_to_sign(time, scope, canonical));
    request.headers["authorization"] =
        fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", signing_algorithm,
                    credentials.access_key, scope.text(), names_of(headers), signature);
}

std::string encoded_query(const S3Request& request) {
    return encoded_query(NamesAndValues(request.query.begin(), request.query.end()));
}

std::string encoded_path(std::string_view path) {
    return encoded(path, "/");
}

Sha256 sha256(BytesView bytes) {
    Sha256 digest;
    int done =
        EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                   nullptr, EVP_sha256(), nullptr);
    TARN_ASSERT(done == 1);
    return digest;
}

std::string SigningScope::text() const {
    return fmt::format("{}/{}/s3/aws4_request", date, region);
}

std::string encoded_query(NamesAndValues query) {
    for (auto& [name, value] : query) {
        name = encoded(name, "");
        value = encoded(value, "");
    }
    std::sort(query.begin(), query.end());
    std::string text;
    for (const auto& [name, value] : query) {
        text += fmt::format("{}{}={}", text.empty() ? "" : "&", name, value);
    }
    return text;
}

std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view query, const NamesAndValues& headers,
                              std::string_view body_hash) {
    std::string lines;
    for (const auto& [name, value] : headers) lines += fmt::format("{}:{}\n", name, value);
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", method, path, query, lines, names_of(headers),
                       body_hash);
}

std::string string_to_sign(std::string_view time, const SigningScope& scope,
                           std::string_view canonical) {
    return fmt::format("{}\n{}\n{}\n{}", signing_algorithm, time, scope.text(),
                       to_hex(sha256(as_bytes(canonical))));
}

Sha256 signing_key(std::string_view secret_key, const SigningScope& scope) {
    Sha256 key = hmac(as_bytes(fmt::format("AWS4{}", secret_key)), scope.date);
    key = hmac(key, scope.region);
    key = hmac(key, "s3");
    return hmac(key, "aws4_request");
}

std::string signature_of(const Sha256& key, std::string_view string_to_sign) {
    return to_hex(hmac(key, string_to_sign));
}

}  // namespace tarn::storage
