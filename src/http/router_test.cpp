#include <gtest/gtest.h>

#include "http/route.hpp"

namespace tarn::http {
namespace {

Route route(Method method, std::string path) {
    return {.method = method,
            .path = std::move(path),
            .summary = "",
            .handler = [](Request&) -> awaitable<Response> { co_return Response{}; }};
}

// The pattern that a path finds and what it reads from it: "/tables/{table} table=trades".
std::string found(const Router& router, Method method, std::string_view path) {
    auto match = router.match(method, path);
    if (!match.route) {
        std::string allowed = "none";
        for (Method method : match.allowed) allowed.append(" ").append(name_of(method));
        return allowed;
    }
    std::string text = match.route->path;
    for (auto& [name, value] : match.parameters) text.append(" ").append(name) += "=" + value;
    return text;
}

class RouterTest : public testing::Test {
protected:
    RouterTest() {
        router.add(route(Method::Get, "/"))
            .add(route(Method::Get, "/tables"))
            .add(route(Method::Post, "/tables"))
            .add(route(Method::Get, "/tables/{table}"))
            .add(route(Method::Get, "/tables/health"))
            .add(route(Method::Put, "/tables/{name}"))
            .add(route(Method::Get, "/tables/{table}/files/{file...}"));
    }
    Router router;
};

TEST_F(RouterTest, reads_parameters_from_the_path) {
    EXPECT_EQ(found(router, Method::Get, "/tables/trades"), "/tables/{table} table=trades");
    EXPECT_EQ(found(router, Method::Put, "/tables/trades"), "/tables/{name} name=trades");
    EXPECT_EQ(found(router, Method::Get, "/"), "/");
}

TEST_F(RouterTest, decodes_a_parameter_after_it_was_cut_out) {
    EXPECT_EQ(found(router, Method::Get, "/tables/a%2Fb%20c"), "/tables/{table} table=a/b c");
}

TEST_F(RouterTest, prefers_a_word_over_a_parameter) {
    EXPECT_EQ(found(router, Method::Get, "/tables/health"), "/tables/health");
    EXPECT_EQ(found(router, Method::Get, "/tables/%68ealth"), "/tables/health");
}

TEST_F(RouterTest, tries_the_parameter_when_the_word_lacks_the_method) {
    EXPECT_EQ(found(router, Method::Put, "/tables/health"), "/tables/{name} name=health");
}

TEST_F(RouterTest, gives_the_rest_of_a_path_with_its_slashes) {
    EXPECT_EQ(found(router, Method::Get, "/tables/t/files/a//b/"),
              "/tables/{table}/files/{file...} table=t file=a//b/");
    EXPECT_EQ(found(router, Method::Get, "/tables/t/files"), "none");
}

TEST_F(RouterTest, ignores_a_slash_at_the_end) {
    EXPECT_EQ(found(router, Method::Get, "/tables/"), "/tables");
    EXPECT_EQ(found(router, Method::Get, "/tables/trades/"), "/tables/{table} table=trades");
}

TEST_F(RouterTest, takes_no_empty_segment_for_a_parameter) {
    EXPECT_EQ(found(router, Method::Get, "/tables//files/x"), "none");
}

TEST_F(RouterTest, answers_head_by_the_route_of_get) {
    EXPECT_EQ(found(router, Method::Head, "/tables"), "/tables");
    EXPECT_EQ(found(router, Method::Head, "/nowhere"), "none");
}

TEST_F(RouterTest, lists_the_methods_of_a_path_that_lacks_the_one_asked_for) {
    EXPECT_EQ(found(router, Method::Delete, "/tables"), "none GET POST");
    EXPECT_EQ(found(router, Method::Delete, "/tables/health"), "none GET PUT");
    EXPECT_EQ(found(router, Method::Other, "/tables"), "none GET POST");
}

TEST_F(RouterTest, keeps_the_error_shape_of_a_mounted_face) {
    Router face;
    face.set_error_shape([](const Failure& failure) {
        return text_response("face: " + failure.message, failure.status);
    });
    face.add(route(Method::Get, "/face"));

    router.mount(std::move(face));

    auto of_face = router.error_shape_of(router.match(Method::Get, "/face"));
    auto of_router = router.error_shape_of(router.match(Method::Get, "/tables"));
    Failure failure{.status = 404, .code = "not_found", .message = "gone"};
    EXPECT_EQ(std::get<std::string>(of_face(failure).body), "face: gone");
    EXPECT_EQ(std::get<std::string>(of_router(failure).body),
              R"({"error":{"code":"not_found","message":"gone"}})");
}

TEST_F(RouterTest, treats_the_same_route_twice_as_a_bug) {
    EXPECT_DEATH(router.add(route(Method::Get, "/tables/{other}")), "is_new");
}

}  // namespace
}  // namespace tarn::http
