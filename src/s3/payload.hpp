// A body on its way to where it is stored: unpacked if it is framed, hashed, and held to everything
// that the head promised about it. Nothing is kept in memory.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "http/headers.hpp"
#include "s3/aws_chunked.hpp"
#include "s3/hash.hpp"
#include "s3/signature.hpp"

namespace tarn::s3 {

struct Checksum {
    HashKind kind;
    std::string value;  // base64
    bool operator==(const Checksum&) const = default;
};

// What the head of a request says about the body.
struct Promise {
    std::optional<uint64_t> length;             // of the content
    std::optional<Bytes> sha256;                // from x-amz-content-sha256
    std::optional<Bytes> md5;                   // from Content-MD5
    std::optional<HashKind> checksum;           // the algorithm the client has chosen
    std::optional<std::string> checksum_value;  // what a header says; base64
    std::optional<std::string> trailer;         // the name of the header that comes after the body
    bool is_chunked = false;
    std::optional<ChunkSigning> signing;
};

// Whether x-amz-checksum-* speaks of the body. When an upload is completed it does not: there it is
// the object's.
enum class ChecksumIs { OfBody, OfObject };

// Throws Refusal for headers that contradict each other or cannot be understood.
Promise promise_of(const http::Headers& headers, const Caller& caller,
                   ChecksumIs checksum = ChecksumIs::OfBody);

class Payload {
public:
    using OnContent = std::function<void(BytesView)>;

    // Gives content out before it is checked: nobody may see it before finish() has returned.
    Payload(Promise promise, OnContent on_content);
    Payload(const Payload&) = delete;
    Payload& operator=(const Payload&) = delete;

    void add(BytesView body);

    struct Facts {
        uint64_t bytes;
        Bytes md5;
        std::optional<Checksum> checksum;
    };
    // The body is over. Throws Refusal unless every promise was held.
    Facts finish();

private:
    void take(BytesView content);
    std::optional<Checksum> checked_checksum();

    Promise promise_;
    OnContent on_content_;
    std::optional<AwsChunkedDecoder> decoder_;
    RunningHash md5_{HashKind::Md5};
    std::optional<RunningHash> sha256_;
    std::optional<RunningHash> checksum_;
    uint64_t bytes_ = 0;
};

}  // namespace tarn::s3
