#include "s3/aws_chunked.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>

#include "http/headers.hpp"
#include "s3/refusal.hpp"
#include "s3/text.hpp"

namespace tarn::s3 {
namespace {

constexpr size_t LineBytesMax = 1024;
constexpr size_t TrailersMax = 16;
constexpr size_t SizeDigitsMax = 15;
constexpr std::string_view EmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view SignatureExtension = "chunk-signature=";
constexpr std::string_view TrailerSignature = "x-amz-trailer-signature";

[[noreturn]] void refuse_framing() {
    throw Refusal(Code::InvalidRequest, "The chunks of the body are malformed.");
}

}  // namespace

AwsChunkedDecoder::AwsChunkedDecoder(std::optional<ChunkSigning> signing, OnContent on_content)
    : signing_(std::move(signing)), on_content_(std::move(on_content)) {}

void AwsChunkedDecoder::put(BytesView input) {
    while (!input.empty()) {
        if (state_ == State::Content) {
            auto count = static_cast<size_t>(std::min<uint64_t>(chunk_left_, input.size()));
            BytesView content = input.first(count);
            if (chunk_hash_) chunk_hash_->add(content);
            on_content_(content);
            input = input.subspan(count);
            chunk_left_ -= count;
            if (chunk_left_ == 0) state_ = State::ContentEnd;
            continue;
        }
        if (state_ == State::Done) refuse_framing();
        auto line = take_line(input);
        if (!line) return;
        if (state_ == State::Head) {
            begin_chunk(*line);
        } else if (state_ == State::ContentEnd) {
            if (!line->empty()) refuse_framing();
            end_chunk();
            state_ = State::Head;
        } else if (line->empty()) {
            check_trailer_signature();
            state_ = State::Done;
        } else {
            add_trailer(*line);
        }
    }
}

void AwsChunkedDecoder::end() {
    if (state_ != State::Done) throw Refusal(Code::IncompleteBody);
}

std::optional<std::string> AwsChunkedDecoder::take_line(BytesView& input) {
    std::string_view text = as_text(input);
    size_t end = text.find('\n');
    size_t count = std::min(end == std::string_view::npos ? text.size() : end + 1, text.size());
    if (line_.size() + count > LineBytesMax) refuse_framing();
    line_ += text.substr(0, count);
    input = input.subspan(count);
    if (end == std::string_view::npos) return std::nullopt;
    std::string line = std::exchange(line_, {});
    line.pop_back();
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

void AwsChunkedDecoder::begin_chunk(std::string_view head) {
    std::string_view size = head.substr(0, head.find(';'));
    auto [end, failure] = std::from_chars(size.data(), size.data() + size.size(), chunk_bytes_, 16);
    bool is_number = failure == std::errc() && end == size.data() + size.size();
    if (!is_number || size.size() > SizeDigitsMax) refuse_framing();

    chunk_signature_.clear();
    if (signing_) {
        size_t found = head.find(SignatureExtension);
        if (found == std::string_view::npos) throw Refusal(Code::SignatureDoesNotMatch);
        chunk_signature_ = head.substr(found + SignatureExtension.size());
        chunk_hash_.emplace(HashKind::Sha256);
    }
    chunk_left_ = chunk_bytes_;
    state_ = State::Content;
    if (chunk_bytes_ == 0) {
        end_chunk();
        state_ = State::Trailer;
    }
}

void AwsChunkedDecoder::end_chunk() {
    if (!signing_) return;
    std::string hash = to_hex(chunk_hash_->finish());
    check_signature("AWS4-HMAC-SHA256-PAYLOAD", fmt::format("{}\n{}", EmptyHash, hash),
                    chunk_signature_);
}

void AwsChunkedDecoder::add_trailer(std::string_view line) {
    size_t colon = line.find(':');
    if (colon == std::string_view::npos || trailers_.size() >= TrailersMax) {
        throw Refusal(Code::MalformedTrailer);
    }
    std::string name = in_lower_case(http::trimmed(line.substr(0, colon)));
    std::string value(http::trimmed(line.substr(colon + 1)));
    if (name == TrailerSignature) {
        trailer_signature_ = value;
    } else {
        trailers_.emplace_back(std::move(name), std::move(value));
    }
}

void AwsChunkedDecoder::check_trailer_signature() {
    bool has_signature = !trailer_signature_.empty();
    if (!signing_ || (trailers_.empty() && !has_signature)) return;
    std::string lines;
    for (const auto& [name, value] : trailers_) lines += fmt::format("{}:{}\n", name, value);
    check_signature("AWS4-HMAC-SHA256-TRAILER", to_hex(storage::sha256(as_bytes(lines))),
                    trailer_signature_);
}

void AwsChunkedDecoder::check_signature(std::string_view algorithm, std::string_view content,
                                        std::string_view signature) {
    std::string expected = storage::signature_of(
        signing_->key, fmt::format("{}\n{}\n{}\n{}\n{}", algorithm, signing_->time,
                                   signing_->scope.text(), signing_->seed, content));
    bool is_right = signature.size() == expected.size() &&
                    CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
    if (!is_right) throw Refusal(Code::SignatureDoesNotMatch);
    signing_->seed = std::move(expected);
}

}  // namespace tarn::s3
