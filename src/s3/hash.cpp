#include "s3/hash.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/crc32c.hpp"
#include "columns/text_values.hpp"
#include "http/headers.hpp"
#include "s3/text.hpp"

namespace tarn::s3 {
namespace {

// CRC-64 as NVMe defines it, reflected, eight bytes a step.
constexpr uint64_t Crc64Polynomial = 0x9a6c9329ac4bc9b5;
using Crc64Tables = std::array<std::array<uint64_t, 256>, 8>;

constexpr Crc64Tables make_crc64_tables() {
    Crc64Tables tables{};
    for (uint64_t i = 0; i < 256; ++i) {
        uint64_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? Crc64Polynomial : 0);
        tables[0][i] = crc;
    }
    for (size_t step = 1; step < 8; ++step) {
        for (size_t i = 0; i < 256; ++i) {
            uint64_t before = tables[step - 1][i];
            tables[step][i] = (before >> 8) ^ tables[0][before & 0xff];
        }
    }
    return tables;
}

constexpr Crc64Tables Crc64 = make_crc64_tables();

uint64_t crc64(BytesView bytes, uint64_t so_far) {
    uint64_t crc = ~so_far;
    size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        for (size_t i = 0; i < 8; ++i) crc ^= static_cast<uint64_t>(bytes[at + i]) << (8 * i);
        uint64_t next = 0;
        for (size_t i = 0; i < 8; ++i) next ^= Crc64[7 - i][crc >> (8 * i) & 0xff];
        crc = next;
    }
    for (; at < bytes.size(); ++at) {
        crc = (crc >> 8) ^ Crc64[0][(crc ^ static_cast<uint64_t>(bytes[at])) & 0xff];
    }
    return ~crc;
}

const EVP_MD* function_of(HashKind kind) {
    switch (kind) {
        case HashKind::Md5:
            return EVP_md5();
        case HashKind::Sha1:
            return EVP_sha1();
        case HashKind::Sha256:
            return EVP_sha256();
        default:
            return nullptr;
    }
}

}  // namespace

void RunningHash::FreeContext::operator()(EVP_MD_CTX* context) const {
    EVP_MD_CTX_free(context);
}

RunningHash::RunningHash(HashKind kind) : kind_(kind) {
    const EVP_MD* function = function_of(kind);
    if (!function) return;
    context_.reset(EVP_MD_CTX_new());
    TARN_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), function, nullptr) == 1);
}

RunningHash::~RunningHash() = default;
RunningHash::RunningHash(RunningHash&&) noexcept = default;

void RunningHash::add(BytesView bytes) {
    if (bytes.empty()) return;  // zlib takes a null pointer for a wish to start anew
    if (context_) {
        TARN_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
    } else if (kind_ == HashKind::Crc32) {
        const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
        crc_ = ::crc32_z(static_cast<uLong>(crc_), data, bytes.size());
    } else if (kind_ == HashKind::Crc32c) {
        crc_ = crc32c(bytes, static_cast<uint32_t>(crc_));
    } else {
        crc_ = crc64(bytes, crc_);
    }
}

Bytes RunningHash::finish() {
    Bytes result(size_of(kind_));
    if (context_) {
        auto* out = reinterpret_cast<unsigned char*>(result.data());
        TARN_ASSERT(EVP_DigestFinal_ex(context_.get(), out, nullptr) == 1);
        return result;
    }
    for (size_t i = 0; i < result.size(); ++i) {
        result[result.size() - 1 - i] = static_cast<std::byte>(crc_ >> (8 * i));
    }
    return result;
}

Bytes hash_of(HashKind kind, BytesView bytes) {
    RunningHash hash(kind);
    hash.add(bytes);
    return hash.finish();
}

std::string_view name_of(HashKind kind) {
    switch (kind) {
        case HashKind::Md5:
            return "MD5";
        case HashKind::Sha256:
            return "SHA256";
        case HashKind::Sha1:
            return "SHA1";
        case HashKind::Crc32:
            return "CRC32";
        case HashKind::Crc32c:
            return "CRC32C";
        case HashKind::Crc64Nvme:
            return "CRC64NVME";
    }
    return "";
}

std::optional<HashKind> checksum_named(std::string_view name) {
    for (HashKind kind : Checksums) {
        if (http::equals_ignoring_case(name, name_of(kind))) return kind;
    }
    return std::nullopt;
}

std::string checksum_header(HashKind kind) {
    return "x-amz-checksum-" + in_lower_case(name_of(kind));
}

std::string checksum_element(HashKind kind) {
    return "Checksum" + std::string(name_of(kind));
}

size_t size_of(HashKind kind) {
    switch (kind) {
        case HashKind::Md5:
            return 16;
        case HashKind::Sha256:
            return 32;
        case HashKind::Sha1:
            return 20;
        case HashKind::Crc32:
        case HashKind::Crc32c:
            return 4;
        case HashKind::Crc64Nvme:
            return 8;
    }
    return 0;
}

std::string to_base64(BytesView bytes) {
    std::string text;
    columns::append_base64(text, as_text(bytes));
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    std::string bytes;
    if (!columns::append_base64_decoded(text, bytes)) return std::nullopt;
    return copy_of(as_bytes(bytes));
}

}  // namespace tarn::s3
