#include <gtest/gtest.h>

#include "sql/functions/answers.hpp"

namespace tarn::sql {
namespace {

std::string hashed(const std::string& call) {
    return Calculator().answer(call);
}

TEST(Hash, takes_texts_and_bytes) {
    EXPECT_EQ(hashed("MD5(x'01')"), "'55a54008ad1ba589aa210d2629c1df41'");
    EXPECT_EQ(hashed("SHA2('abc', 224)"), hashed("SHA224('abc')"));
    EXPECT_EQ(hashed("SHA256(CAST(NULL AS STRING))"), "NULL");
    EXPECT_EQ(hashed("SHA2('abc', 123)"), "error: Unsupported algorithm.");
    EXPECT_EQ(hashed("MD5(1)"), "refused");
}

TEST(Hash, has_the_codes_of_java) {
    EXPECT_EQ(hashed("HASH_CODE('é😀')"), "1996812");
    EXPECT_EQ(hashed("HASH_CODE(TRUE)"), "1231");
    EXPECT_EQ(hashed("HASH_CODE(1.5)"), "466");
    EXPECT_EQ(hashed("HASH_CODE(1e0)"), "1072693248");
    EXPECT_EQ(hashed("HASH_CODE(x'01')"), "refused");
}

}  // namespace
}  // namespace tarn::sql
