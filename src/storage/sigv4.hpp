// AWS Signature Version 4, by which S3 knows who sent a request: an HMAC over its method, path,
// query, headers and the hash of its body. Plain computation, no network.
#pragma once

#include <map>
#include <string>
#include <string_view>

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

}  // namespace tarn::storage
