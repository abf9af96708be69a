// What S3Client makes of servers in trouble. What it does with a sound one stands in
// file_system_test.cpp.
#include "storage/s3_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing/canned_server.hpp"
#include "storage/testing/failure.hpp"
#include "storage/testing/free_port.hpp"

namespace tarn::storage {
namespace {

using storage::testing::answer;
using storage::testing::CannedServer;
using storage::testing::code_of;
using storage::testing::Failure;
using storage::testing::failure_of;
using storage::testing::hang_up;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

S3Client client_at(const std::string& url) {
    S3Settings settings{
        .endpoint = url, .tries_max = 3, .first_wait = std::chrono::milliseconds(1)};
    return S3Client(settings, "lake", [] { return S3Credentials{"key", "secret", ""}; });
}

std::string s3_error(const std::string& code, const std::string& message) {
    return fmt::format("<?xml version=\"1.0\"?><Error><Code>{}</Code><Message>{}</Message></Error>",
                       code, message);
}

constexpr auto unknown_text =
    "it is unknown whether s3://lake/commit was created, or still will be: ";

TEST(S3Client, asks_for_a_creation_that_replaces_nothing) {
    CannedServer server({answer(200)});

    EXPECT_TRUE(client_at(server.url()).put_if_absent("a b", as_bytes("content")));

    auto requests = server.requests();
    ASSERT_THAT(requests, SizeIs(1));
    EXPECT_THAT(requests[0], StartsWith("PUT /lake/a%20b HTTP/1.1\r\n"));
    EXPECT_THAT(requests[0], HasSubstr("\r\nif-none-match: *\r\n"));
    EXPECT_THAT(requests[0], HasSubstr("SignedHeaders=content-type;host;if-none-match;"));
    EXPECT_THAT(requests[0], ::testing::EndsWith("\r\n\r\ncontent"));
}

TEST(S3Client, claims_no_outcome_of_a_creation_that_was_never_answered) {
    CannedServer server({hang_up, answer(500), answer(503)});

    Failure failure =
        failure_of([&] { client_at(server.url()).put_if_absent("commit", as_bytes("mine")); });

    EXPECT_EQ(failure.code, ErrorCode::Unavailable);
    EXPECT_THAT(failure.text, StartsWith(unknown_text));
    EXPECT_THAT(failure.text, HasSubstr("delete nothing that it refers to"));
    EXPECT_THAT(server.requests(), SizeIs(3));
}

TEST(S3Client, knows_that_it_created_what_was_absent_until_then) {
    CannedServer server({hang_up, answer(503), answer(200)});

    EXPECT_TRUE(client_at(server.url()).put_if_absent("commit", as_bytes("mine")));
}

TEST(S3Client, knows_that_it_did_not_create_what_holds_other_content) {
    CannedServer server({hang_up, answer(412), answer(200, "theirs")});

    EXPECT_FALSE(client_at(server.url()).put_if_absent("commit", as_bytes("mine")));
}

TEST(S3Client, claims_no_outcome_when_its_own_content_is_there) {
    CannedServer server({hang_up, answer(412), answer(200, "mine")});

    Failure failure =
        failure_of([&] { client_at(server.url()).put_if_absent("commit", as_bytes("mine")); });

    EXPECT_EQ(failure.code, ErrorCode::Unavailable);
    EXPECT_THAT(failure.text, StartsWith(unknown_text));
}

TEST(S3Client, claims_no_outcome_when_it_cannot_look) {
    CannedServer server({hang_up, answer(412), answer(403)});

    Failure failure =
        failure_of([&] { client_at(server.url()).put_if_absent("commit", as_bytes("mine")); });

    EXPECT_THAT(failure.text, StartsWith(unknown_text));
}

TEST(S3Client, claims_no_outcome_when_a_later_try_is_refused) {
    CannedServer server({hang_up, answer(403), answer(403)});

    Failure failure =
        failure_of([&] { client_at(server.url()).put_if_absent("commit", as_bytes("mine")); });

    EXPECT_EQ(failure.code, ErrorCode::Unavailable);
    EXPECT_THAT(failure.text, StartsWith(unknown_text));
}

TEST(S3Client, takes_a_first_refusal_for_an_answer) {
    CannedServer server({answer(412), answer(403, s3_error("AccessDenied", "no")), answer(501)});
    S3Client client = client_at(server.url());

    EXPECT_FALSE(client.put_if_absent("commit", as_bytes("mine")));
    Failure forbidden = failure_of([&] { client.put_if_absent("commit", {}); });
    EXPECT_EQ(forbidden.code, ErrorCode::Forbidden);
    EXPECT_EQ(forbidden.text,
              "cannot create s3://lake/commit: status 403, AccessDenied: no; check the S3 keys and "
              "what the bucket's policy allows them");
    EXPECT_EQ(code_of([&] { client.put_if_absent("commit", {}); }), ErrorCode::Internal);
}

TEST(S3Client, tries_again_while_others_write_to_the_same_key) {
    CannedServer server({answer(409), answer(409), answer(412)});

    EXPECT_FALSE(client_at(server.url()).put_if_absent("commit", as_bytes("mine")));
}

TEST(S3Client, knows_that_nothing_was_created_where_no_server_is) {
    std::string url = fmt::format("http://127.0.0.1:{}", storage::testing::free_port());

    Failure failure = failure_of([&] { client_at(url).put_if_absent("commit", as_bytes("mine")); });

    EXPECT_EQ(failure.code, ErrorCode::Unavailable);
    EXPECT_THAT(failure.text, StartsWith("cannot create s3://lake/commit: "));
    EXPECT_THAT(failure.text, HasSubstr("nothing was created"));
    EXPECT_EQ(code_of([&] { client_at(url).get("commit", {}); }), ErrorCode::Unavailable);
}

TEST(S3Client, reads_again_after_passing_trouble) {
    CannedServer server({answer(503), hang_up, answer(200, "content")});

    EXPECT_EQ(as_text(client_at(server.url()).get("a", {})), "content");
}

TEST(S3Client, gives_up_after_as_many_tries_as_it_may_make) {
    CannedServer server({answer(503), answer(503), answer(503), answer(200)});

    Failure failure = failure_of([&] { client_at(server.url()).get("a", {}); });

    EXPECT_EQ(failure.text, "cannot read s3://lake/a: status 503; try again");
    EXPECT_THAT(server.requests(), SizeIs(3));
}

TEST(S3Client, does_not_take_half_an_object_for_the_whole) {
    std::string half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
    CannedServer server({half, half, half});

    EXPECT_EQ(code_of([&] { client_at(server.url()).get("a", {}); }), ErrorCode::Unavailable);
}

TEST(S3Client, says_what_can_be_done_about_a_refusal) {
    struct Case {
        int status;
        const char* code;
        ErrorCode expected;
        const char* hint;
    };
    for (const Case& c : std::vector<Case>{
             {403, "InvalidAccessKeyId", ErrorCode::Unauthorized, "check the S3 access key"},
             {403, "SignatureDoesNotMatch", ErrorCode::Unauthorized, "check the S3 secret key"},
             {403, "RequestTimeTooSkewed", ErrorCode::Unauthorized, "set this machine's clock"},
             {400, "ExpiredToken", ErrorCode::Unauthorized, "renew the S3 session token"},
             {404, "NoSuchBucket", ErrorCode::NotFound, "create the bucket first"},
             {301, "PermanentRedirect", ErrorCode::InvalidInput, "set the S3 region"},
             {400, "KeyTooLongError", ErrorCode::InvalidInput, ""},
             {400, "EntityTooLarge", ErrorCode::TooLarge, ""},
             {507, "XMinioStorageFull", ErrorCode::StorageFull, "free space"}}) {
        CannedServer server({answer(c.status, s3_error(c.code, "because"))});

        Failure failure = failure_of([&] { client_at(server.url()).put("a", as_bytes("x")); });

        EXPECT_EQ(failure.code, c.expected) << c.code;
        EXPECT_THAT(failure.text, HasSubstr(fmt::format("{}: because", c.code)));
        EXPECT_THAT(failure.text, HasSubstr(c.hint));
    }
}

TEST(S3Client, reports_what_could_not_be_removed) {
    CannedServer server({answer(
        200,
        "<DeleteResult><Error><Key>b</Key><Code>AccessDenied</Code><Message>locked</Message>"
        "</Error></DeleteResult>")});
    std::vector<std::string> keys = {"a", "b"};

    Failure failure = failure_of([&] { client_at(server.url()).remove(keys); });

    EXPECT_EQ(failure.code, ErrorCode::Forbidden);
    EXPECT_THAT(failure.text, StartsWith("cannot remove s3://lake/b: "));
    EXPECT_THAT(failure.text, HasSubstr("AccessDenied: locked"));
}

TEST(S3Client, removes_in_requests_of_a_thousand) {
    CannedServer server({answer(200), answer(200), answer(200)});
    std::vector<std::string> keys(2001, "some/key");

    client_at(server.url()).remove(keys);

    EXPECT_THAT(server.requests(), SizeIs(3));
}

TEST(S3Http, names_the_bucket_in_the_path_or_in_the_host) {
    S3Settings settings{.endpoint = "https://s3.example.com:9000"};
    S3Request by_path = S3Http(settings, {}).request("GET", "lake", "a/b c");
    settings.path_style = false;
    S3Request by_host = S3Http(settings, {}).request("GET", "lake", "a/b c");

    EXPECT_EQ(by_path.host + by_path.path, "s3.example.com:9000/lake/a/b%20c");
    EXPECT_EQ(by_host.host + by_host.path, "lake.s3.example.com:9000/a/b%20c");
}

}  // namespace
}  // namespace tarn::storage
