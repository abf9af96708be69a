#include "storage/sigv4.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::storage {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;

// The worked examples of the S3 documentation ("Signature Calculations: Authorization Header") use
// these keys and this time.
constexpr WallTime example_time = std::chrono::sys_days(2013y / 5 / 24);
const S3Credentials example_keys = {"AKIAIOSFODNN7EXAMPLE",
                                    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};

S3Request example(std::string method, std::string path) {
    return {.method = std::move(method),
            .host = "examplebucket.s3.amazonaws.com",
            .path = std::move(path)};
}

TEST(SigV4, signs_the_documented_get_request) {
    S3Request request = example("GET", "/test.txt");
    request.headers["range"] = "bytes=0-9";

    sign(request, example_keys, "us-east-1", example_time);

    EXPECT_EQ(
        request.headers["authorization"],
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(SigV4, signs_the_documented_put_request) {
    S3Request request = example("PUT", encoded_path("/test$file.text"));
    request.headers["date"] = "Fri, 24 May 2013 00:00:00 GMT";
    request.headers["x-amz-storage-class"] = "REDUCED_REDUNDANCY";
    request.body = as_bytes("Welcome to Amazon S3.");

    sign(request, example_keys, "us-east-1", example_time);

    EXPECT_THAT(
        request.headers["authorization"],
        EndsWith("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(SigV4, signs_the_documented_list_request) {
    S3Request request = example("GET", "/");
    request.query = {{"prefix", "J"}, {"max-keys", "2"}};

    sign(request, example_keys, "us-east-1", example_time);

    EXPECT_EQ(encoded_query(request), "max-keys=2&prefix=J");
    EXPECT_THAT(
        request.headers["authorization"],
        EndsWith("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(SigV4, sends_and_signs_the_token_of_temporary_credentials) {
    S3Request request = example("GET", "/test.txt");
    S3Credentials temporary = example_keys;
    temporary.session_token = "token";

    sign(request, temporary, "us-east-1", example_time);

    EXPECT_EQ(request.headers["x-amz-security-token"], "token");
    EXPECT_THAT(request.headers["authorization"],
                testing::HasSubstr("x-amz-date;x-amz-security-token,"));
}

TEST(SigV4, encodes_all_but_unreserved_characters) {
    EXPECT_EQ(encoded_path("/lake/day=1/a b+ü~%.x"), "/lake/day%3D1/a%20b%2B%C3%BC~%25.x");
}

}  // namespace
}  // namespace tarn::storage
