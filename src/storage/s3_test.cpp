// What is special to S3. What it has in common with other storage stands in file_system_test.cpp.
#include "storage/s3.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing/canned_server.hpp"
#include "storage/testing/failure.hpp"
#include "storage/testing/s3_gateway.hpp"

namespace tarn::storage {
namespace {

using storage::testing::answer;
using storage::testing::CannedServer;
using storage::testing::code_of;
using storage::testing::Failure;
using storage::testing::failure_of;
using storage::testing::S3Gateway;
using ::testing::HasSubstr;

[[maybe_unused]] S3Library& library = storage::testing::s3_library();

std::unique_ptr<S3FileSystem> open(std::string_view root, const S3Settings& settings) {
    return S3FileSystem::open(library, Uri::parse(root), settings);
}

class S3Test : public ::testing::Test {
protected:
    void SetUp() override {
        if (!S3Gateway::is_installed()) GTEST_SKIP() << "no S3 server at " << S3Gateway::program();
        gateway_ = std::make_unique<S3Gateway>();
        settings_ = gateway_->settings();
    }

    std::unique_ptr<S3Gateway> gateway_;
    S3Settings settings_;
};

TEST_F(S3Test, opens_only_a_bucket_that_is_there) {
    settings_.make_bucket = false;

    Failure failure = failure_of([&] { open("s3://missing/warehouse", settings_); });

    EXPECT_EQ(failure.code, ErrorCode::NotFound);
    EXPECT_EQ(failure.text, fmt::format("there is no bucket 'missing' at {}; create the bucket "
                                        "first",
                                        settings_.endpoint));
    settings_.make_bucket = true;
    open("s3://missing", settings_)->write("now", as_bytes("there"));
    settings_.make_bucket = false;
    EXPECT_EQ(as_text(open("s3://missing", settings_)->read("now")), "there");
}

TEST_F(S3Test, is_refused_with_a_wrong_secret) {
    settings_.make_bucket = false;
    settings_.secret_key = "wrong";

    Failure failure = failure_of([&] { open("s3://lake", settings_); });

    EXPECT_EQ(failure.code, ErrorCode::Forbidden);
    EXPECT_THAT(failure.text, HasSubstr("check the S3 keys"));
}

TEST_F(S3Test, finds_out_that_the_server_creates_exclusively) {
    auto files = open("s3://lake/warehouse", settings_);

    EXPECT_TRUE(files->creates_exclusively());
    EXPECT_TRUE(files->list("", Depth::AllBelow).empty());
}

TEST_F(S3Test, keeps_roots_in_one_bucket_apart) {
    auto one = open("s3://lake/one", settings_);
    auto bucket = open("s3://lake", settings_);

    one->write("a", as_bytes("1"));
    bucket->write("b", as_bytes("2"));

    EXPECT_EQ(as_text(bucket->read("one/a")), "1");
    EXPECT_FALSE(one->exists("b"));
    EXPECT_EQ(bucket->list("", Depth::AllBelow).size(), 2u);
    EXPECT_EQ(one->list("", Depth::AllBelow).size(), 1u);
}

TEST_F(S3Test, brings_errors_of_streams_in_our_own_words) {
    settings_.tries_max = 1;
    auto files = open("s3://lake", settings_);
    gateway_.reset();

    EXPECT_EQ(code_of([&] { files->open_reader("a"); }), ErrorCode::Unavailable);
    EXPECT_EQ(code_of([&] { files->list("", Depth::AllBelow); }), ErrorCode::Unavailable);
    Failure failure = failure_of([&] {
        auto writer = files->open_writer("a");
        writer->write(as_bytes("x"));
        writer->close();
    });
    EXPECT_EQ(failure.code, ErrorCode::Unavailable);
    EXPECT_THAT(failure.text, HasSubstr("cannot write s3://lake/a: "));
}

TEST(S3, finds_out_that_a_server_ignores_the_condition) {
    CannedServer server({answer(200), answer(200), answer(200), answer(204)});
    auto files = open(
        "s3://lake",
        {.endpoint = server.url(), .access_key = "key", .secret_key = "secret", .tries_max = 1});

    EXPECT_FALSE(files->creates_exclusively());
}

TEST(S3Settings, says_what_cannot_be_used) {
    EXPECT_EQ(failure_of([] { S3Settings{.endpoint = "127.0.0.1:9000"}.check(); }).text,
              "'127.0.0.1:9000' is no usable S3 endpoint; write scheme, host and port only: "
              "http://127.0.0.1:9000");
    for (auto endpoint : {"ftp://host", "http://", "http://host/path", "https://host?x"}) {
        EXPECT_EQ(code_of([&] { S3Settings{.endpoint = endpoint}.check(); }),
                  ErrorCode::InvalidInput);
    }
    EXPECT_EQ(failure_of([] { S3Settings{.access_key = "key"}.check(); }).text,
              "S3 needs both an access key and a secret key");
    S3Settings{.endpoint = "https://s3.example.com:9000"}.check();
    S3Settings{}.check();
}

}  // namespace
}  // namespace tarn::storage
