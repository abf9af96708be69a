#include "http/openapi.hpp"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace tarn::http {
namespace {

awaitable<Response> nothing(Request&) {
    co_return Response{};
}

class OpenApiTest : public testing::Test {
protected:
    // The part of the description at this JSON pointer, as text.
    std::string at(const Router& router, std::string_view pointer) {
        boost::json::value whole = openapi_of(router, "Tarn", "1.2.3");
        boost::system::error_code missing;
        auto* found = whole.find_pointer(pointer, missing);
        return found ? boost::json::serialize(*found) : "missing";
    }
};

TEST_F(OpenApiTest, describes_each_route_under_its_path) {
    Router router;
    router.add({.method = Method::Get,
                .path = "/tables/{table}/files/{file...}",
                .summary = "One file of a table",
                .handler = nothing,
                .tag = "tables",
                .query = {{.name = "limit", .description = "At most so many", .type = "integer"}},
                .responses = {{200, {.description = "The file", .schema = {{"type", "object"}}}}}});
    router.add({.method = Method::Post,
                .path = "/tables",
                .summary = "Make a table",
                .handler = nothing,
                .auth = Auth::Open,
                .request_body = BodyDescription{.description = "The table"}});

    std::string get = "/paths/~1tables~1{table}~1files~1{file}/get";
    EXPECT_EQ(at(router, get + "/summary"), R"("One file of a table")");
    EXPECT_EQ(at(router, get + "/operationId"), R"("get_tables_table_files_file")");
    EXPECT_EQ(at(router, get + "/tags"), R"(["tables"])");
    EXPECT_EQ(at(router, get + "/parameters/1"),
              R"({"name":"file","in":"path","required":true,"schema":{"type":"string"}})");
    EXPECT_EQ(at(router, get + "/parameters/2"),
              R"({"name":"limit","in":"query","required":false,)"
              R"("description":"At most so many","schema":{"type":"integer"}})");
    EXPECT_EQ(at(router, get + "/responses/200"),
              R"({"description":"The file",)"
              R"("content":{"application/json":{"schema":{"type":"object"}}}})");
    EXPECT_EQ(at(router, get + "/security"), R"([{"token":[]}])");
    EXPECT_EQ(at(router, "/paths/~1tables/post/requestBody/content"), R"({"application/json":{}})");
    EXPECT_EQ(at(router, "/paths/~1tables/post/security"), "missing");
}

TEST_F(OpenApiTest, names_itself_and_the_shape_of_errors) {
    Router router;
    router.add({.method = Method::Get, .path = "/", .summary = "", .handler = nothing});

    EXPECT_EQ(at(router, "/openapi"), R"("3.1.0")");
    EXPECT_EQ(at(router, "/info"), R"({"title":"Tarn","version":"1.2.3"})");
    EXPECT_EQ(at(router, "/paths/~1/get/responses/default"),
              R"({"$ref":"#/components/responses/Error"})");
    EXPECT_EQ(at(router, "/components/schemas/Error/properties/error/required"),
              R"(["code","message"])");
}

}  // namespace
}  // namespace tarn::http
