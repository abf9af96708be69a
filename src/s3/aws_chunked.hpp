// The framing that clients put inside a body when they sign it, or its checksum, while they send
// it:
//   1000;chunk-signature=HEX\r\n …4096 bytes… \r\n0;chunk-signature=HEX\r\nNAME:VALUE\r\n\r\n
// Each signature covers one chunk and the signature before it, so no chunk can be changed, moved or
// left out. Bytes in as they arrive, content out piece by piece: content is given out before the
// signature of its chunk is seen, so whoever stores it must not show it before end() has returned.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "s3/hash.hpp"
#include "storage/sigv4.hpp"

namespace tarn::s3 {

// What the signatures of chunks go on from: the signature of the request's head.
struct ChunkSigning {
    storage::Sha256 key;
    std::string time;
    storage::SigningScope scope;
    std::string seed;
};

class AwsChunkedDecoder {
public:
    using OnContent = std::function<void(BytesView)>;

    // Without `signing` the chunks have no signatures.
    AwsChunkedDecoder(std::optional<ChunkSigning> signing, OnContent on_content);

    // Throws Refusal for what is no such framing, and for a wrong signature.
    void put(BytesView input);
    // Throws Refusal unless the last chunk, and all that follows it, has come.
    void end();

    // The lines after the last chunk, names in lower case.
    const storage::NamesAndValues& trailers() const { return trailers_; }

private:
    enum class State { Head, Content, ContentEnd, Trailer, Done };

    // Takes a line off `input`; nothing while it is not all there.
    std::optional<std::string> take_line(BytesView& input);
    void begin_chunk(std::string_view head);
    void end_chunk();
    void add_trailer(std::string_view line);
    void check_trailer_signature();
    void check_signature(std::string_view algorithm, std::string_view content,
                         std::string_view signature);

    std::optional<ChunkSigning> signing_;
    OnContent on_content_;
    State state_ = State::Head;
    std::string line_;
    uint64_t chunk_bytes_ = 0;
    uint64_t chunk_left_ = 0;
    std::string chunk_signature_;
    std::optional<RunningHash> chunk_hash_;
    storage::NamesAndValues trailers_;
    std::string trailer_signature_;
};

}  // namespace tarn::s3
