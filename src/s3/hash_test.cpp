#include "s3/hash.hpp"

#include <gtest/gtest.h>

namespace tarn::s3 {
namespace {

// The check values that the definitions of these checksums give for "123456789".
TEST(RunningHash, gives_the_known_values) {
    BytesView digits = as_bytes("123456789");
    EXPECT_EQ(to_hex(hash_of(HashKind::Crc32, digits)), "cbf43926");
    EXPECT_EQ(to_hex(hash_of(HashKind::Crc32c, digits)), "e3069283");
    EXPECT_EQ(to_hex(hash_of(HashKind::Crc64Nvme, digits)), "ae8b14860a799888");
    EXPECT_EQ(to_hex(hash_of(HashKind::Md5, digits)), "25f9e794323b453885f5181f1b624d0b");
    EXPECT_EQ(to_hex(hash_of(HashKind::Sha1, digits)), "f7c3bc1d808e04732adf679965ccc34ca7ae3441");
}

TEST(RunningHash, gives_the_same_piece_by_piece) {
    std::string text(100'003, 'x');
    for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 % 251);
    for (HashKind kind : Checksums) {
        RunningHash hash(kind);
        hash.add({});
        for (size_t at = 0; at < text.size(); at += 1013) {
            hash.add(as_bytes(std::string_view(text).substr(at, 1013)));
        }
        EXPECT_EQ(hash.finish(), hash_of(kind, as_bytes(text))) << name_of(kind);
    }
}

TEST(Base64, reads_what_it_writes_and_refuses_the_rest) {
    EXPECT_EQ(to_base64(as_bytes("any")), "YW55");
    EXPECT_EQ(from_base64("YW55"), copy_of(as_bytes("any")));
    EXPECT_EQ(from_base64("YW5"), std::nullopt);
    EXPECT_EQ(from_hex("0aF"), std::nullopt);
    EXPECT_EQ(from_hex("4142"), copy_of(as_bytes("AB")));
}

}  // namespace
}  // namespace tarn::s3
