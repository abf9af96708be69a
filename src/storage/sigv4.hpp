// AWS Signature Version 4, by which S3 knows who sent a request: an HMAC over its method, path,
// query, headers and the hash of its body. Plain computation, no network.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace tarn::storage {

struct S3Credentials {
    std::string access_key;
    std::string secret_key;
    std::string session_token;  // of temporary credentials, else empty
};

struct S3Request {
    std::string method;  // "PUT"
    std::string host;    // "lake.example.com:9000"
    std::string path;    // percent-encoded: "/lake/day%3D1/a%20b"
    std::map<std::string, std::string> query = {};
    std::map<std::string, std::string> headers = {};  // names in lower case
    BytesView body = {};
};

// Adds the headers host, x-amz-date, x-amz-content-sha256, x-amz-security-token and authorization.
// All headers that are there before are covered by the signature.
void sign(S3Request& request, const S3Credentials& credentials, std::string_view region,
          WallTime now);

// The query as it is sent and signed: sorted, "delete=&prefix=a%2Fb".
std::string encoded_query(const S3Request& request);

// Percent-encodes all but letters, digits and "-._~", which is what S3 signs; slashes stay.
std::string encoded_path(std::string_view path);

// The steps of a signature, for the side that checks one.

using NamesAndValues = std::vector<std::pair<std::string, std::string>>;
using Sha256 = std::array<std::byte, 32>;

inline constexpr std::string_view signing_algorithm = "AWS4-HMAC-SHA256";

Sha256 sha256(BytesView bytes);

// What a signing key is good for: one day, one region.
struct SigningScope {
    std::string date;  // "20261121"
    std::string region;

    std::string text() const;  // "20261121/us-east-1/s3/aws4_request"
};

std::string encoded_query(NamesAndValues query);

// `path` and `query` are encoded, header names in lower case and sorted. `body_hash` is what
// x-amz-content-sha256 says.
std::string canonical_request(std::string_view method, std::string_view path,
                              std::string_view query, const NamesAndValues& headers,
                              std::string_view body_hash);

// `time` as x-amz-date has it: "20261121T093000Z".
std::string string_to_sign(std::string_view time, const SigningScope& scope,
                           std::string_view canonical);

Sha256 signing_key(std::string_view secret_key, const SigningScope& scope);

// In hexadecimal.
std::string signature_of(const Sha256& key, std::string_view string_to_sign);

}  // namespace tarn::storage
