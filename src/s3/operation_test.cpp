#include "s3/operation.hpp"

#include <gtest/gtest.h>

#include "s3/refusal.hpp"

namespace tarn::s3 {
namespace {

std::string place(const std::string& target, const std::string& host = "localhost:9000") {
    http::Request request(http::Method::Get, target, {{"Host", host}});
    Address address = address_of(request, {"s3.example.com"});
    return address.bucket + " " + address.key;
}

TEST(Address, is_the_path_s_first_part_and_the_rest) {
    EXPECT_EQ(place("/"), " ");
    EXPECT_EQ(place("/lake"), "lake ");
    EXPECT_EQ(place("/lake/"), "lake ");
    EXPECT_EQ(place("/lake/a/b%20c%2Fd/"), "lake a/b c/d/");
    EXPECT_EQ(place("/lake//a"), "lake /a");
}

TEST(Address, takes_the_bucket_from_a_known_host) {
    EXPECT_EQ(place("/a/b", "lake.s3.example.com"), "lake a/b");
    EXPECT_EQ(place("/a/b", "my.lake.S3.example.com:9000"), "my.lake a/b");
    EXPECT_EQ(place("/lake/b", "s3.example.com"), "lake b");
    EXPECT_EQ(place("/lake/b", "evils3.example.com"), "lake b");
    EXPECT_EQ(place("/lake/b", ".s3.example.com"), "lake b");
}

std::string operation(http::Method method, const std::string& target,
                      const http::Headers& headers = {}) {
    http::Request request(method, target, headers);
    return std::string(
        name_of(operation_of(request, address_of(request, {}), request.query_parameters())));
}

TEST(Operation, follows_from_method_query_and_source) {
    using enum http::Method;
    EXPECT_EQ(operation(Get, "/"), "ListBuckets");
    EXPECT_EQ(operation(Put, "/"), "MethodNotAllowed");
    EXPECT_EQ(operation(Get, "/lake"), "ListObjects");
    EXPECT_EQ(operation(Get, "/lake?list-type=2"), "ListObjectsV2");
    EXPECT_EQ(operation(Get, "/lake?uploads"), "ListMultipartUploads");
    EXPECT_EQ(operation(Get, "/lake?policy"), "GetBucketDetail");
    EXPECT_EQ(operation(Put, "/lake?policy"), "NotImplemented");
    EXPECT_EQ(operation(Delete, "/lake?policy"), "NotImplemented");
    EXPECT_EQ(operation(Post, "/lake?delete"), "DeleteObjects");
    EXPECT_EQ(operation(Put, "/lake/a"), "PutObject");
    EXPECT_EQ(operation(Put, "/lake/a", {{"x-amz-copy-source", "/b/c"}}), "CopyObject");
    EXPECT_EQ(operation(Put, "/lake/a?uploadId=1&partNumber=1"), "UploadPart");
    EXPECT_EQ(operation(Put, "/lake/a?tagging"), "NotImplemented");
    EXPECT_EQ(operation(Delete, "/lake/a?uploadId=1"), "AbortMultipartUpload");
    EXPECT_EQ(operation(Head, "/lake/a"), "HeadObject");
}

TEST(Refusal, says_of_failures_what_clients_may_know) {
    Refusal full = refusal_of(Error(ErrorCode::StorageFull, "cannot write /data/x: no space"));
    EXPECT_EQ(name_of(full.refused()), "InsufficientStorage");
    EXPECT_EQ(status_of(full.refused()), 507);
    EXPECT_EQ(std::string(full.what()).find("/data"), std::string::npos);

    Refusal busy = refusal_of(Error(ErrorCode::Unavailable, "queue"));
    EXPECT_EQ(name_of(busy.refused()), "SlowDown");
    EXPECT_EQ(refusal_of(Refusal(Code::NoSuchKey)).refused(), Code::NoSuchKey);
}

}  // namespace
}  // namespace tarn::s3
