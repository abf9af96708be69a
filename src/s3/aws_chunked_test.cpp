#include "s3/aws_chunked.hpp"

#include <gtest/gtest.h>

#include "s3/refusal.hpp"
#include "s3/testing/refused.hpp"

namespace tarn::s3 {
namespace {

using testing::refused_as;

// The keys and signatures of the example in AWS's description of chunked uploads: 66560 letters 'a'
// in chunks of 65536, 1024 and 0 bytes.
ChunkSigning example_signing() {
    storage::SigningScope scope{.date = "20130524", .region = "us-east-1"};
    return {.key = storage::signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope),
            .time = "20130524T000000Z",
            .scope = scope,
            .seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"};
}

std::string example_body() {
    return "10000;chunk-signature="
           "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
           std::string(65536, 'a') +
           "\r\n400;chunk-signature="
           "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
           std::string(1024, 'a') +
           "\r\n0;chunk-signature="
           "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
}

std::string decoded(std::string_view body, std::optional<ChunkSigning> signing,
                    size_t piece_bytes = 1'000'000) {
    std::string content;
    AwsChunkedDecoder decoder(std::move(signing),
                              [&](BytesView bytes) { content += as_text(bytes); });
    while (!body.empty()) {
        decoder.put(as_bytes(body.substr(0, piece_bytes)));
        body.remove_prefix(std::min(piece_bytes, body.size()));
    }
    decoder.end();
    return content;
}

TEST(AwsChunked, accepts_the_example_of_its_description) {
    EXPECT_EQ(decoded(example_body(), example_signing()), std::string(66560, 'a'));
}

TEST(AwsChunked, gives_the_same_whatever_the_pieces) {
    for (size_t piece_bytes : {1u, 7u, 85u, 4096u}) {
        EXPECT_EQ(decoded(example_body(), example_signing(), piece_bytes), std::string(66560, 'a'));
    }
}

TEST(AwsChunked, refuses_a_chunk_that_was_changed_in_the_middle) {
    std::string body = example_body();
    body[30'000] = 'b';

    EXPECT_EQ(refused_as([&] { decoded(body, example_signing()); }), "SignatureDoesNotMatch");
}

TEST(AwsChunked, refuses_chunks_in_another_order) {
    ChunkSigning other = example_signing();
    other.seed[0] = '5';

    EXPECT_EQ(refused_as([&] { decoded(example_body(), other); }), "SignatureDoesNotMatch");
}

TEST(AwsChunked, refuses_a_body_that_ends_early) {
    std::string body = example_body();
    for (size_t cut : {body.size() - 1, body.size() - 90, body.size() - 1000, size_t{5}}) {
        EXPECT_EQ(refused_as([&] { decoded(body.substr(0, cut), example_signing()); }),
                  "IncompleteBody")
            << cut;
    }
}

TEST(AwsChunked, refuses_what_follows_its_end) {
    EXPECT_EQ(refused_as([&] { decoded(example_body() + "x", example_signing()); }),
              "InvalidRequest");
}

TEST(AwsChunked, reads_unsigned_chunks_and_their_trailer) {
    std::string content;
    AwsChunkedDecoder decoder(std::nullopt, [&](BytesView bytes) { content += as_text(bytes); });

    decoder.put(as_bytes("5\r\nhello\r\n0\r\nx-amz-checksum-crc32: NhCmhg==\r\n\r\n"));
    decoder.end();

    EXPECT_EQ(content, "hello");
    ASSERT_EQ(decoder.trailers().size(), 1u);
    EXPECT_EQ(decoder.trailers()[0].first, "x-amz-checksum-crc32");
    EXPECT_EQ(decoder.trailers()[0].second, "NhCmhg==");
}

TEST(AwsChunked, wants_a_signature_over_a_trailer_when_chunks_are_signed) {
    std::string body = example_body();
    body.insert(body.size() - 2, "x-amz-checksum-crc32:NhCmhg==\r\n");

    EXPECT_EQ(refused_as([&] { decoded(body, example_signing()); }), "SignatureDoesNotMatch");
}

TEST(AwsChunked, refuses_sizes_that_are_none) {
    for (const char* head : {"", "x", "-1", "1 ", "0x10", "ffffffffffffffff"}) {
        EXPECT_EQ(refused_as([&] { decoded(std::string(head) + "\r\nabc", std::nullopt); }),
                  "InvalidRequest")
            << head;
    }
    EXPECT_EQ(refused_as([&] { decoded(std::string(5000, '1'), std::nullopt); }), "InvalidRequest");
}

}  // namespace
}  // namespace tarn::s3
