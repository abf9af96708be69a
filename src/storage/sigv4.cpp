#include "storage/sigv4.hpp"

#include <fmt/chrono.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/assert.hpp"

namespace tarn::storage {

namespace {

using Digest = std::array<std::byte, 32>;

Digest sha256(BytesView bytes) {
    Digest digest;
    int done =
        EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                   nullptr, EVP_sha256(), nullptr);
    TARN_ASSERT(done == 1);
    return digest;
}

Digest hmac(BytesView key, std::string_view text) {
    Digest digest;
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

    std::string header_lines;
    std::string header_names;
    for (const auto& [name, value] : request.headers) {
        header_lines += fmt::format("{}:{}\n", name, value);
        header_names += (header_names.empty() ? "" : ";") + name;
    }
    std::string canonical =
        fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path, encoded_query(request),
                    header_lines, header_names, body_hash);

    std::string scope = fmt::format("{}/{}/s3/aws4_request", date, region);
    std::string to_sign = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope,
                                      to_hex(sha256(as_bytes(canonical))));
    Digest key = hmac(as_bytes("AWS4" + credentials.secret_key), date);
    key = hmac(key, region);
    key = hmac(key, "s3");
    key = hmac(key, "aws4_request");
    request.headers["authorization"] =
        fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                    credentials.access_key, scope, header_names, to_hex(hmac(key, to_sign)));
}

std::string encoded_query(const S3Request& request) {
    std::string query;
    for (const auto& [name, value] : request.query) {
        query +=
            fmt::format("{}{}={}", query.empty() ? "" : "&", encoded(name, ""), encoded(value, ""));
    }
    return query;
}

std::string encoded_path(std::string_view path) {
    return encoded(path, "/");
}

}  // namespace tarn::storage
