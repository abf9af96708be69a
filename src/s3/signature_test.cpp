#include "s3/signature.hpp"

#include <gtest/gtest.h>

#include "s3/testing/refused.hpp"

namespace tarn::s3 {
namespace {

using testing::refused_as;

// Signed as AWS's description of version 4 signs its examples, by keys that it made up.
constexpr const char* AccessKey = "AKIAIOSFODNN7EXAMPLE";
constexpr const char* Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr const char* EmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

class Signature : public ::testing::Test {
protected:
    Caller authenticate(const http::Request& request,
                        Authenticator::Anonymous anonymous = Authenticator::Anonymous::Refused) {
        return Authenticator({{AccessKey, Secret}}, anonymous, clock_).authenticate(request);
    }

    // The example of a GET with a range.
    static http::Headers example_headers() {
        return {{"Host", "examplebucket.s3.amazonaws.com"},
                {"Range", "bytes=0-9"},
                {"x-amz-content-sha256", EmptyHash},
                {"x-amz-date", "20130524T000000Z"},
                {"Authorization",
                 "AWS4-HMAC-SHA256 "
                 "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                 "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                 "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"}};
    }

    static std::string example_link(const std::string& path = "/test.txt") {
        return path +
               "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524"
               "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
               "&X-Amz-SignedHeaders=host&X-Amz-Signature="
               "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    }

    ManualClock clock_{*parse_amz_date("20130524T000500Z")};
};

TEST_F(Signature, knows_the_caller_by_the_header) {
    http::Request request(http::Method::Get, "/test.txt", example_headers());

    EXPECT_EQ(authenticate(request).access_key, AccessKey);
}

TEST_F(Signature, knows_the_caller_by_a_presigned_link) {
    http::Request request(http::Method::Get, example_link(),
                          {{"Host", "examplebucket.s3.amazonaws.com"}});

    Caller caller = authenticate(request);

    EXPECT_EQ(caller.access_key, AccessKey);
    EXPECT_EQ(caller.payload_hash, "UNSIGNED-PAYLOAD");
}

TEST_F(Signature, refuses_a_request_that_differs_from_the_signed_one) {
    http::Headers other_range = example_headers();
    other_range.set("Range", "bytes=0-99");
    http::Headers other_host = example_headers();
    other_host.set("Host", "otherbucket.s3.amazonaws.com");
    http::Headers without_range = example_headers();
    without_range.erase("Range");

    for (const http::Headers& headers : {other_range, other_host, without_range}) {
        http::Request request(http::Method::Get, "/test.txt", headers);
        EXPECT_EQ(refused_as([&] { authenticate(request); }), "SignatureDoesNotMatch");
    }
    http::Request other_path(http::Method::Get, "/test2.txt", example_headers());
    EXPECT_EQ(refused_as([&] { authenticate(other_path); }), "SignatureDoesNotMatch");
    http::Request other_method(http::Method::Delete, "/test.txt", example_headers());
    EXPECT_EQ(refused_as([&] { authenticate(other_method); }), "SignatureDoesNotMatch");
}

TEST_F(Signature, refuses_headers_of_amazon_that_it_does_not_cover) {
    http::Headers headers = example_headers();
    headers.add("x-amz-copy-source", "/other/secret");
    http::Request request(http::Method::Get, "/test.txt", headers);

    EXPECT_EQ(refused_as([&] { authenticate(request); }), "AccessDenied");
}

TEST_F(Signature, is_good_for_fifteen_minutes_either_way) {
    http::Request request(http::Method::Get, "/test.txt", example_headers());
    clock_.jump_to(*parse_amz_date("20130524T001500Z"));
    EXPECT_EQ(refused_as([&] { authenticate(request); }), "");
    clock_.jump_to(*parse_amz_date("20130524T001501Z"));
    EXPECT_EQ(refused_as([&] { authenticate(request); }), "RequestTimeTooSkewed");
    clock_.jump_to(*parse_amz_date("20130523T234459Z"));
    EXPECT_EQ(refused_as([&] { authenticate(request); }), "RequestTimeTooSkewed");
}

TEST_F(Signature, of_a_link_is_good_until_it_expires) {
    http::Request request(http::Method::Get, example_link(),
                          {{"Host", "examplebucket.s3.amazonaws.com"}});
    clock_.jump_to(*parse_amz_date("20130525T000000Z"));
    EXPECT_EQ(refused_as([&] { authenticate(request); }), "");
    clock_.jump_to(*parse_amz_date("20130525T000001Z"));
    EXPECT_EQ(refused_as([&] { authenticate(request); }), "AccessDenied");
}

TEST_F(Signature, lets_nobody_in_without_one_unless_told) {
    http::Request request(http::Method::Get, "/test.txt", {{"Host", "localhost"}});

    EXPECT_EQ(refused_as([&] { authenticate(request); }), "AccessDenied");
    EXPECT_TRUE(authenticate(request, Authenticator::Anonymous::Allowed).is_anonymous());
}

TEST_F(Signature, names_what_is_wrong_with_it) {
    auto refused_with = [&](const std::string& authorization) {
        http::Headers headers = example_headers();
        headers.set("Authorization", authorization);
        http::Request request(http::Method::Get, "/test.txt", headers);
        return refused_as([&] { authenticate(request); });
    };
    std::string scope = "20130524/us-east-1/s3/aws4_request";
    EXPECT_EQ(refused_with("AWS key:signature"), "InvalidRequest");
    EXPECT_EQ(refused_with("AWS4-HMAC-SHA256 x"), "AuthorizationHeaderMalformed");
    EXPECT_EQ(refused_with("AWS4-HMAC-SHA256 Credential=k/" + scope +
                           ", SignedHeaders=host, Signature=00"),
              "InvalidAccessKeyId");
    EXPECT_EQ(refused_with("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/" + scope +
                           ", SignedHeaders=range, Signature=00"),
              "AuthorizationHeaderMalformed");
    EXPECT_EQ(refused_with("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130523/us-east-1/"
                           "s3/aws4_request, SignedHeaders=host, Signature=00"),
              "AuthorizationHeaderMalformed");
}

}  // namespace
}  // namespace tarn::s3
