// The small grammars: targets, header fields and their values, URLs.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "http/header_values.hpp"
#include "http/headers.hpp"
#include "http/request.hpp"
#include "http/target.hpp"
#include "http/url.hpp"

namespace tarn::http {
namespace {

TEST(Target, splits_path_and_query_and_keeps_them_escaped) {
    auto target = parse_target("/a%20b/c?x=1&y=%20");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a%20b/c");
    EXPECT_EQ(target->query, "x=1&y=%20");

    auto absolute = parse_target("http://localhost:80/a");
    ASSERT_TRUE(absolute);
    EXPECT_EQ(absolute->authority, "localhost:80");
    EXPECT_EQ(absolute->path, "/a");
}

TEST(Target, refuses_what_climbs_or_is_broken) {
    for (std::string_view wrong :
         {"", "*", "a", "/../etc/passwd", "/a/..", "/a/./b", "/%2e%2e/a", "/a/%2E%2e%2Fb",
          "/a%2f..%2fb", "/a%5c..%5cb", "/a\\..\\b", "/%zz", "/%4", "/a%00b", "/a?%zz"}) {
        EXPECT_FALSE(parse_target(wrong)) << wrong;
    }
    for (std::string_view fine : {"/", "/...", "/.hidden", "/a..b", "/a%2Fb", "/a//b", "/?"}) {
        EXPECT_TRUE(parse_target(fine)) << fine;
    }
}

TEST(Target, decodes_queries_as_forms_do) {
    Request request(Method::Get, "/?a=1+2&b=%2B&a=second&flag&=empty&c=x=y");
    EXPECT_EQ(request.query("a"), "1 2");
    EXPECT_EQ(request.query("b"), "+");
    EXPECT_EQ(request.query("flag"), "");
    EXPECT_EQ(request.query("c"), "x=y");
    EXPECT_EQ(request.query("missing"), std::nullopt);
    EXPECT_EQ(request.query_parameters().size(), 6u);
}

TEST(Target, encodes_so_that_decoding_gives_it_back) {
    std::string text = "a b/c?d=\xC3\xA4&+%\x01";
    EXPECT_EQ(percent_encoded("a b/c", "/"), "a%20b/c");
    EXPECT_EQ(percent_decoded(percent_encoded(text)), text);
}

TEST(Headers, compare_names_without_case_and_keep_their_order) {
    Headers headers = {{"Accept", "a"}, {"X-One", "1"}, {"accept", "b"}};
    EXPECT_EQ(headers.find("ACCEPT"), "a");
    EXPECT_EQ(headers.count("accept"), 2u);

    headers.set("Accept", "c");

    EXPECT_EQ(headers.size(), 2u);
    EXPECT_EQ(headers[0].name, "X-One");
    EXPECT_EQ(headers.find("accept"), "c");
}

TEST(Headers, refuse_what_would_begin_another_header) {
    Headers headers;
    EXPECT_THROW(headers.add("X", "a\r\nSet-Cookie: b"), Error);
    EXPECT_THROW(headers.add("X: Y", "a"), Error);
    EXPECT_THROW(headers.add("", "a"), Error);
    EXPECT_TRUE(headers.empty());
}

TEST(Range, finds_the_bytes_that_are_asked_for) {
    EXPECT_EQ(parse_range("bytes=0-9", 100), RangeAnswer(ByteRange{0, 10}));
    EXPECT_EQ(parse_range("bytes=90-", 100), RangeAnswer(ByteRange{90, 10}));
    EXPECT_EQ(parse_range("bytes=-10", 100), RangeAnswer(ByteRange{90, 10}));
    EXPECT_EQ(parse_range("bytes=-1000", 100), RangeAnswer(ByteRange{0, 100}));
    EXPECT_EQ(parse_range("bytes=50-1000", 100), RangeAnswer(ByteRange{50, 50}));
    EXPECT_EQ(content_range({50, 50}, 100), "bytes 50-99/100");
}

TEST(Range, tells_what_cannot_be_had_from_what_is_not_understood) {
    EXPECT_EQ(parse_range("bytes=100-", 100), RangeAnswer(Unsatisfiable{}));
    EXPECT_EQ(parse_range("bytes=-0", 100), RangeAnswer(Unsatisfiable{}));
    EXPECT_EQ(parse_range("bytes=0-", 0), RangeAnswer(Unsatisfiable{}));
    for (std::string_view whole :
         {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-5", "bytes=0-1,5-6", "lines=0-9",
          "bytes=+1-2", "bytes=0-99999999999999999999"}) {
        EXPECT_EQ(parse_range(whole, 100), RangeAnswer(WholeBody{})) << whole;
    }
}

TEST(AcceptEncoding, takes_gzip_unless_it_is_switched_off) {
    for (std::string_view yes : {"gzip", "deflate, gzip;q=0.5", "GZIP", "*", "br, *;q=0.1"}) {
        EXPECT_TRUE(accepts_gzip(yes)) << yes;
    }
    for (std::string_view no :
         {"", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzipped", "gzip;q=0, *"}) {
        EXPECT_FALSE(accepts_gzip(no)) << no;
    }
}

TEST(Etag, matches_one_of_a_list) {
    EXPECT_TRUE(etag_matches("\"a\", W/\"b\"", "\"b\""));
    EXPECT_TRUE(etag_matches("*", "\"b\""));
    EXPECT_FALSE(etag_matches("\"a\"", "\"b\""));
    EXPECT_FALSE(etag_matches("", "\"b\""));
}

TEST(HttpDate, is_written_as_the_standard_says) {
    EXPECT_EQ(http_date(WallTime(std::chrono::seconds(1795253400))),
              "Sat, 21 Nov 2026 09:30:00 GMT");
}

TEST(Url, is_read_in_its_parts) {
    Url url = parse_url("https://host:8443/path?q#fragment");
    EXPECT_TRUE(url.is_tls);
    EXPECT_EQ(url.host, "host");
    EXPECT_EQ(url.port, 8443);
    EXPECT_EQ(url.target, "/path?q");
    EXPECT_EQ(url.origin(), "https://host:8443");

    EXPECT_EQ(parse_url("http://host").target, "/");
    EXPECT_EQ(parse_url("http://host?q").target, "/?q");
    EXPECT_EQ(parse_url("http://host:80").authority(), "host");
    EXPECT_EQ(parse_url("http://[::1]:81/").authority(), "[::1]:81");
}

TEST(Url, is_refused_when_it_leads_nowhere) {
    for (std::string_view wrong : {"", "host", "ftp://host", "http://", "http://:80", "http://h:0",
                                   "http://h:70000", "http://h:x", "http://user:secret@h/",
                                   "http://[::1", "http://h/a b", "http://h/\r\nX: y"}) {
        EXPECT_THROW(parse_url(wrong), Error) << wrong;
    }
}

TEST(HttpDate, reads_what_it_prints_and_nothing_else) {
    WallTime time{std::chrono::seconds(1'795'253'400)};

    EXPECT_EQ(parse_http_date(http_date(time)), time);

    EXPECT_EQ(parse_http_date(""), std::nullopt);
    EXPECT_EQ(parse_http_date("Sun, 21 Nov 2026 09:30:00 GMT"), std::nullopt);
    EXPECT_EQ(parse_http_date("Sat, 31 Feb 2026 09:30:00 GMT"), std::nullopt);
    EXPECT_EQ(parse_http_date("Sat, 21 Nov 2026 09:30:00 CET"), std::nullopt);
}

}  // namespace
}  // namespace tarn::http
