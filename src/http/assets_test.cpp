#include "http/assets.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <fstream>

#include "http/server_fixture.hpp"

namespace tarn::assets {
std::span<const http::Asset> test_page();
}

namespace tarn::http {
namespace {

std::string source_of(std::string_view path) {
    const char* folder = std::getenv("TARN_SOURCE_DIR");  // set by ctest; else we run in the root
    std::ifstream file(
        std::string(folder ? folder : ".") + "/tests/interop/http_assets/" + std::string(path),
        std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string unzipped(std::string_view gzip) {
    std::string text(1 << 20, '\0');
    z_stream stream{};
    inflateInit2(&stream, 16 + MAX_WBITS);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    stream.avail_in = static_cast<uInt>(gzip.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    inflate(&stream, Z_FINISH);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

class AssetsTest : public testing::Test {
protected:
    // The answer to a GET with these headers.
    ClientResponse get(std::string path, Headers headers = {}) {
        std::optional<ClientResponse> response;
        Router router;
        router.add(answering(Method::Get, "/api/tables", "from the API"));
        add_assets(router, "/", assets::test_page(),
                   {.fallback = "index.html",
                    .headers = {{"Content-Security-Policy", "default-src 'self'"}}});
        ServerTest().run(std::move(router),
                         [&](const Listener& at, Client& client) -> awaitable<void> {
                             ClientRequest request{.url = at.url() + path, .headers = headers};
                             response = co_await client.request(request);
                         });
        return *response;
    }
};

TEST_F(AssetsTest, are_served_as_the_files_they_were) {
    auto script = get("/assets/app.js");
    EXPECT_EQ(script.status, 200);
    EXPECT_EQ(script.body, source_of("assets/app.js"));
    EXPECT_EQ(script.headers.find("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(script.headers.find("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(script.headers.find("Content-Security-Policy"), "default-src 'self'");

    EXPECT_EQ(get("/assets/every_byte.bin").body, source_of("assets/every_byte.bin"));
}

TEST_F(AssetsTest, come_compressed_to_those_who_take_it) {
    auto script = get("/assets/app.js", {{"Accept-Encoding", "br, gzip"}});
    EXPECT_EQ(script.headers.find("Content-Encoding"), "gzip");
    EXPECT_EQ(script.headers.find("Vary"), "Accept-Encoding");
    EXPECT_LT(script.body.size(), source_of("assets/app.js").size() / 2);
    EXPECT_EQ(unzipped(script.body), source_of("assets/app.js"));

    auto bytes = get("/assets/every_byte.bin", {{"Accept-Encoding", "gzip"}});
    EXPECT_FALSE(bytes.headers.has("Content-Encoding")) << "it does not get smaller";
}

TEST_F(AssetsTest, are_not_sent_again_to_those_who_have_them) {
    std::string etag(*get("/assets/app.js").headers.find("ETag"));

    auto same = get("/assets/app.js", {{"If-None-Match", etag}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.body, "");
    EXPECT_EQ(same.headers.find("ETag"), etag);

    EXPECT_EQ(get("/assets/app.js", {{"If-None-Match", "\"old\""}}).status, 200);
}

TEST_F(AssetsTest, come_in_ranges) {
    std::string whole = source_of("assets/every_byte.bin");

    auto part = get("/assets/every_byte.bin", {{"Range", "bytes=10-19"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, whole.substr(10, 10));
    EXPECT_EQ(part.headers.find("Content-Range"), "bytes 10-19/256");

    auto beyond = get("/assets/every_byte.bin", {{"Range", "bytes=256-"}});
    EXPECT_EQ(beyond.status, 416);
    EXPECT_EQ(beyond.headers.find("Content-Range"), "bytes */256");

    auto several = get("/assets/every_byte.bin", {{"Range", "bytes=0-1,5-6"}});
    EXPECT_EQ(several.status, 200);
    EXPECT_EQ(several.body, whole);

    auto outdated =
        get("/assets/every_byte.bin", {{"Range", "bytes=0-1"}, {"If-Range", "\"old\""}});
    EXPECT_EQ(outdated.status, 200) << "a part of another version would not fit";
}

TEST_F(AssetsTest, answer_a_page_of_the_app_with_its_one_page) {
    std::string page = source_of("index.html");
    EXPECT_EQ(get("/").body, page);
    EXPECT_EQ(get("/topics/trades", {{"Accept", "text/html,*/*"}}).body, page);
    EXPECT_EQ(get("/topics/trades").status, 404) << "a script gets an error instead";
    EXPECT_EQ(get("/assets/gone.js", {{"Accept", "text/html"}}).status, 404);
    EXPECT_EQ(get("/api/tables").body, "from the API");
}

}  // namespace
}  // namespace tarn::http
