#include "kafka/security/digest.hpp"

#include <gtest/gtest.h>

using namespace tarn;
using namespace tarn::kafka;

TEST(Digest, computes_hmac_as_rfc_4231_has_it) {
    Bytes mac = hmac(Hash::Sha256, as_bytes("Jefe"), as_bytes("what do ya want for nothing?"));

    EXPECT_EQ(to_hex(mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, stretches_passwords_as_rfc_7914_has_it) {
    Bytes key = stretched(Hash::Sha256, "passwd", as_bytes("salt"), 1);

    EXPECT_EQ(to_hex(key), "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
}

TEST(Digest, writes_base64_as_rfc_4648_has_it_and_reads_it_back) {
    for (auto [text, written] : {std::pair("", ""),
                                 {"f", "Zg=="},
                                 {"fo", "Zm8="},
                                 {"foo", "Zm9v"},
                                 {"foob", "Zm9vYg=="}}) {
        EXPECT_EQ(to_base64(as_bytes(text)), written);
        EXPECT_EQ(from_base64(written), copy_of(as_bytes(text)));
    }
}

TEST(Digest, refuses_base64_that_nobody_writes) {
    for (const char* bad : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Z===", "====", "Zm 9",
                            "Zg==Zg==", "Zm9v\n", "Zm9*"}) {
        EXPECT_EQ(from_base64(bad), std::nullopt) << bad;
    }
}

TEST(Digest, compares_bytes_of_the_same_size_only) {
    EXPECT_TRUE(are_same(as_bytes("abc"), as_bytes("abc")));
    EXPECT_FALSE(are_same(as_bytes("abc"), as_bytes("abd")));
    EXPECT_FALSE(are_same(as_bytes("abc"), as_bytes("ab")));
}
