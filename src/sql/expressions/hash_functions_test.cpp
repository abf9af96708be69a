#include <gtest/gtest.h>

#include "sql/expressions/answer.hpp"

namespace tarn::sql {
namespace {

TEST(Hash, takes_texts_and_bytes) {
    EXPECT_EQ(answer_to("MD5(x'01')"), "'55a54008ad1ba589aa210d2629c1df41'");
    EXPECT_EQ(answer_to("SHA2('abc', 224)"), answer_to("SHA224('abc')"));
    EXPECT_EQ(answer_to("SHA256(CAST(NULL AS STRING))"), "NULL");
    EXPECT_EQ(answer_to("SHA2('abc', 123)"), "error: SHA2 has 224, 256, 384 or 512 bits, not 123");
    EXPECT_EQ(answer_to("MD5(1)"), "refused");
}

TEST(Hash, has_the_codes_of_java) {
    EXPECT_EQ(answer_to("HASH_CODE('é😀')"), "1996812");
    EXPECT_EQ(answer_to("HASH_CODE(TRUE)"), "1231");
    EXPECT_EQ(answer_to("HASH_CODE(1.5)"), "466");
    EXPECT_EQ(answer_to("HASH_CODE(1e0)"), "1072693248");
    EXPECT_EQ(answer_to("HASH_CODE(x'01')"), "refused");
}

}  // namespace
}  // namespace tarn::sql
