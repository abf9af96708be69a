#include "s3/payload.hpp"

#include <algorithm>

#include "s3/refusal.hpp"
#include "s3/text.hpp"

namespace tarn::s3 {
namespace {

std::optional<uint64_t> number_in(const http::Headers& headers, std::string_view name) {
    auto text = headers.find(name);
    if (!text) return std::nullopt;
    auto number = parse_number<uint64_t>(*text);
    if (!number) {
        throw Refusal(Code::InvalidArgument, fmt::format("The header {} is no number.", name));
    }
    return number;
}

void take_framing(const http::Headers& headers, const Caller& caller, Promise& promise) {
    const std::string& hash = caller.payload_hash;
    if (hash == "UNSIGNED-PAYLOAD") return;
    bool is_signed = hash.starts_with("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    promise.is_chunked = hash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" ||
                         hash == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" ||
                         hash == "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    if (!promise.is_chunked) {
        promise.sha256 = from_hex(hash);
        if (!promise.sha256 || promise.sha256->size() != size_of(HashKind::Sha256)) {
            throw Refusal(Code::InvalidArgument,
                          "x-amz-content-sha256 must be a SHA-256 in hexadecimal, "
                          "UNSIGNED-PAYLOAD or a form of STREAMING that is known.");
        }
        return;
    }
    if (is_signed && caller.is_anonymous()) throw Refusal(Code::AccessDenied);
    if (is_signed) promise.signing = caller.chunks;
    promise.length = number_in(headers, "x-amz-decoded-content-length");
    if (!promise.length) throw Refusal(Code::MissingContentLength);
}

void take_checksum(const http::Headers& headers, Promise& promise) {
    for (HashKind kind : Checksums) {
        auto value = headers.find(checksum_header(kind));
        if (!value) continue;
        if (promise.checksum_value) {
            throw Refusal(Code::InvalidRequest, "Only one checksum may be given.");
        }
        auto bytes = from_base64(*value);
        if (!bytes || bytes->size() != size_of(kind)) {
            throw Refusal(Code::InvalidRequest,
                          fmt::format("Value for {} header is invalid.", checksum_header(kind)));
        }
        promise.checksum = kind;
        promise.checksum_value = *value;
    }
    auto trailer = headers.find("x-amz-trailer");
    if (!trailer) return;
    auto kind = std::ranges::find_if(Checksums, [&](HashKind each) {
        return http::equals_ignoring_case(checksum_header(each), http::trimmed(*trailer));
    });
    if (kind == std::end(Checksums) || !promise.is_chunked) {
        throw Refusal(Code::InvalidRequest, "The value of x-amz-trailer is not supported.");
    }
    if (promise.checksum) throw Refusal(Code::InvalidRequest, "Only one checksum may be given.");
    promise.checksum = *kind;
    promise.trailer = checksum_header(*kind);
}

}  // namespace

Promise promise_of(const http::Headers& headers, const Caller& caller, ChecksumIs checksum) {
    Promise promise;
    promise.length = number_in(headers, "Content-Length");
    take_framing(headers, caller, promise);
    if (auto md5 = headers.find("Content-MD5")) {
        promise.md5 = from_base64(*md5);
        if (!promise.md5 || promise.md5->size() != size_of(HashKind::Md5)) {
            throw Refusal(Code::InvalidDigest);
        }
    }
    if (checksum == ChecksumIs::OfObject) return promise;
    take_checksum(headers, promise);
    if (auto wanted = headers.find("x-amz-sdk-checksum-algorithm"); wanted && !promise.checksum) {
        promise.checksum = checksum_named(*wanted);
    }
    return promise;
}

Payload::Payload(Promise promise, OnContent on_content)
    : promise_(std::move(promise)), on_content_(std::move(on_content)) {
    if (promise_.is_chunked) {
        decoder_.emplace(promise_.signing, [this](BytesView content) { take(content); });
    }
    if (promise_.sha256) sha256_.emplace(HashKind::Sha256);
    if (promise_.checksum) checksum_.emplace(*promise_.checksum);
}

void Payload::add(BytesView body) {
    if (decoder_) {
        decoder_->put(body);
    } else {
        take(body);
    }
}

void Payload::take(BytesView content) {
    bytes_ += content.size();
    if (promise_.length && bytes_ > *promise_.length) throw Refusal(Code::IncompleteBody);
    md5_.add(content);
    if (sha256_) sha256_->add(content);
    if (checksum_) checksum_->add(content);
    on_content_(content);
}

Payload::Facts Payload::finish() {
    if (decoder_) decoder_->end();
    if (promise_.length && bytes_ != *promise_.length) throw Refusal(Code::IncompleteBody);
    if (sha256_ && sha256_->finish() != *promise_.sha256) {
        throw Refusal(Code::ContentSha256Mismatch);
    }
    Facts facts{.bytes = bytes_, .md5 = md5_.finish(), .checksum = checked_checksum()};
    if (promise_.md5 && *promise_.md5 != facts.md5) throw Refusal(Code::BadDigest);
    return facts;
}

std::optional<Checksum> Payload::checked_checksum() {
    if (decoder_ && (promise_.trailer || !decoder_->trailers().empty())) {
        const storage::NamesAndValues& trailers = decoder_->trailers();
        bool is_as_announced =
            promise_.trailer && trailers.size() == 1 && trailers.front().first == *promise_.trailer;
        if (!is_as_announced) throw Refusal(Code::MalformedTrailer);
        promise_.checksum_value = trailers.front().second;
    }
    if (!checksum_) return std::nullopt;
    Checksum checksum{.kind = *promise_.checksum, .value = to_base64(checksum_->finish())};
    if (promise_.checksum_value && *promise_.checksum_value != checksum.value) {
        throw Refusal(Code::BadDigest,
                      fmt::format("The {} you specified did not match the calculated checksum.",
                                  name_of(checksum.kind)));
    }
    return checksum;
}

}  // namespace tarn::s3
