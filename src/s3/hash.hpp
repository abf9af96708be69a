// The checksums of S3, taken piece by piece: MD5 makes ETags, the others are those that clients may
// send along and ask for.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace tarn::s3 {

enum class HashKind { Md5, Sha256, Sha1, Crc32, Crc32c, Crc64Nvme };

class RunningHash {
public:
    explicit RunningHash(HashKind kind);
    ~RunningHash();
    RunningHash(RunningHash&&) noexcept;

    HashKind kind() const { return kind_; }
    void add(BytesView bytes);
    // The hash of all that was added; called once. CRCs are big-endian, as S3 sends them.
    Bytes finish();

private:
    struct FreeContext {
        void operator()(EVP_MD_CTX* context) const;
    };

    HashKind kind_;
    std::unique_ptr<EVP_MD_CTX, FreeContext> context_;  // of those that are no CRC
    uint64_t crc_ = 0;
};

Bytes hash_of(HashKind kind, BytesView bytes);

// "CRC32": how an algorithm that clients may choose is called; Md5 is none.
std::string_view name_of(HashKind kind);
// By that name, in either case; nothing for others.
std::optional<HashKind> checksum_named(std::string_view name);
inline constexpr HashKind Checksums[] = {HashKind::Crc32, HashKind::Crc32c, HashKind::Crc64Nvme,
                                         HashKind::Sha1, HashKind::Sha256};
std::string checksum_header(HashKind kind);   // "x-amz-checksum-crc32"
std::string checksum_element(HashKind kind);  // "ChecksumCRC32"
size_t size_of(HashKind kind);

std::string to_base64(BytesView bytes);
std::optional<Bytes> from_base64(std::string_view text);
// Two digits a byte, either case.

}  // namespace tarn::s3
