// Who sent a request: version 4 of AWS's signatures, in the Authorization header or in the query of
// a presigned link. What the body promises about itself is part of what is signed, so it comes out
// of here too.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "http/request.hpp"
#include "s3/aws_chunked.hpp"
#include "storage/sigv4.hpp"

namespace tarn::s3 {

// What a signature says of itself, read but not checked.
struct SignatureClaim {
    std::string access_key;
    storage::SigningScope scope;
    std::vector<std::string> signed_headers;  // in lower case, sorted
    std::string signature;
    std::string time;                               // "20261121T093000Z"
    std::optional<std::chrono::seconds> valid_for;  // of a presigned link
};

// "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…"; `time` is the request's
// x-amz-date. Both throw Refusal for what cannot be understood.
SignatureClaim parse_authorization(std::string_view value, std::string_view time);
SignatureClaim parse_presigned(const storage::NamesAndValues& query);

// "20261121T093000Z"; nothing for other texts.
std::optional<WallTime> parse_amz_date(std::string_view text);

// Who asks, once it is proven.
struct Caller {
    std::string access_key;    // empty for someone unknown
    std::string payload_hash;  // what x-amz-content-sha256 says, or stands for it
    ChunkSigning chunks;       // for bodies with signed chunks

    bool is_anonymous() const { return access_key.empty(); }
};

class Authenticator {
public:
    enum class Anonymous { Refused, Allowed };

    // `secrets` by access key.
    Authenticator(std::map<std::string, std::string> secrets, Anonymous anonymous,
                  const Clock& clock);

    // Throws Refusal.
    Caller authenticate(const http::Request& request) const;

private:
    Caller check(const http::Request& request, const SignatureClaim& claim,
                 storage::NamesAndValues query, std::string payload_hash) const;
    void check_time(const SignatureClaim& claim) const;

    std::map<std::string, std::string> secrets_;
    Anonymous anonymous_;
    const Clock& clock_;
};

}  // namespace tarn::s3
