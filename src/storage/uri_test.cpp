#include "storage/uri.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn::storage {
namespace {

std::string canonical(std::string_view text) {
    return Uri::parse(text, "/users/ada").text();
}

std::string refusal(std::string_view text) {
    try {
        return "accepted as " + canonical(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidInput);
        return error.full_text();
    }
}

std::string path_refusal(std::string_view path) {
    try {
        check_path(path);
        return "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidInput);
        return error.what();
    }
}

TEST(Uri, prints_every_spelling_of_a_file_one_way) {
    for (auto text : {"file:///data/lake", "file:/data/lake", "/data/lake", "FILE:///data//lake/",
                      "/data/./tmp/../lake", "../../data/lake"}) {
        EXPECT_EQ(canonical(text), "file:///data/lake") << text;
    }
    EXPECT_EQ(canonical("lake"), "file:///users/ada/lake");
    EXPECT_EQ(canonical("a:b"), "file:///users/ada/a:b");
    EXPECT_EQ(canonical("/"), "file:///");
}

TEST(Uri, takes_s3a_for_s3) {
    for (auto text : {"s3://lake/a/b", "s3a://lake/a/b", "S3://lake/a/b/"}) {
        EXPECT_EQ(canonical(text), "s3://lake/a/b") << text;
    }
    EXPECT_EQ(canonical("s3://lake/"), "s3://lake");
}

TEST(Uri, takes_what_looks_encoded_literally) {
    EXPECT_EQ(Uri::parse("s3://lake/day=a%20b+c?d#e").path(), "day=a%20b+c?d#e");
    EXPECT_EQ(Uri::parse("file:///a%2e%2e/b").path(), "/a%2e%2e/b");
}

TEST(Uri, says_why_a_location_cannot_be_used) {
    EXPECT_EQ(refusal(""), "the location is empty");
    EXPECT_EQ(refusal("s3:///key"),
              "\"s3:///key\" is no usable location: it names no bucket; write s3://bucket/path");
    EXPECT_EQ(refusal("s3:/lake/key"),
              "\"s3:/lake/key\" is no usable location: write s3://bucket/path");
    EXPECT_EQ(refusal("s3://la ke/key"),
              "\"s3://la ke/key\" is no usable location: 'la ke' is no name of a bucket; letters, "
              "digits, '-', '.', '_'");
    EXPECT_EQ(refusal("s3://lake/a/../../b"),
              "\"s3://lake/a/../../b\" is no usable location: it may not contain '.' or '..'");
    EXPECT_EQ(refusal("s3://lake/a//b"),
              "\"s3://lake/a//b\" is no usable location: it has an empty part, as in 'a//b'");
    EXPECT_EQ(refusal("file:///data/../etc"),
              "\"file:///data/../etc\" is no usable location: it may not contain '..'");
    EXPECT_EQ(refusal("../../../etc"),
              "\"../../../etc\" is no usable location: '..' climbs above the root folder");
    EXPECT_EQ(refusal("file://server/data"),
              "\"file://server/data\" is no usable location: it names a host; write file:///path "
              "for a file of this machine");
    EXPECT_EQ(refusal("s4://lake/key"),
              "\"s4://lake/key\" is no usable location: unknown scheme 's4'; did you mean 's3'?");
    EXPECT_EQ(refusal(std::string("/data\0/x", 8)),
              "\"/data\\u0000/x\" is no usable location: it has a control character");
}

TEST(Uri, walks_down_and_up) {
    Uri root = Uri::parse("s3://lake");
    Uri file = root.join("trades/data/1.parquet");

    EXPECT_EQ(file.text(), "s3://lake/trades/data/1.parquet");
    EXPECT_EQ(file.name(), "1.parquet");
    EXPECT_EQ(file.parent().text(), "s3://lake/trades/data");
    EXPECT_EQ(root.parent(), root);
    EXPECT_EQ(Uri::parse("/data").parent().text(), "file:///");
    EXPECT_EQ(Uri::parse("/").join("data").text(), "file:///data");
    EXPECT_THROW(root.join("../other"), Error);
}

TEST(Uri, knows_what_lies_below_a_root) {
    Uri root = Uri::parse("/data/lake");

    EXPECT_EQ(Uri::parse("/data/lake/a/b").path_below(root), "a/b");
    EXPECT_EQ(root.path_below(root), "");
    EXPECT_EQ(Uri::parse("/data/lakeside/a").path_below(root), std::nullopt);
    EXPECT_EQ(Uri::parse("s3://lake/data/lake/a").path_below(root), std::nullopt);
    EXPECT_EQ(Uri::parse("s3://lake/a").path_below(Uri::parse("s3://lake")), "a");
    EXPECT_EQ(Uri::parse("/a").path_below(Uri::parse("/")), "a");
}

TEST(Paths, stay_below_their_root) {
    EXPECT_EQ(path_refusal("data/day=2026-11-21/ü +%.parquet"), "accepted");
    EXPECT_EQ(path_refusal(""), "the path is empty");
    EXPECT_EQ(path_refusal("/etc/passwd"),
              "\"/etc/passwd\" is no usable location: it must be relative, without a leading '/'");
    EXPECT_EQ(path_refusal("a/../../b"),
              "\"a/../../b\" is no usable location: it may not contain '.' or '..'");
    for (auto path : {"..", ".", "a/", "a//b", "a/./b", "a\nb", ".tarn-unfinished-1"}) {
        EXPECT_NE(path_refusal(path), "accepted") << path;
    }
}

}  // namespace
}  // namespace tarn::storage
