#include "iceberg/remote/remote_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "http/server.hpp"
#include "iceberg/catalog/catalog.hpp"
#include "iceberg/catalog/views.hpp"
#include "iceberg/rest/rest_catalog.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

namespace json = boost::json;

template <typename Work>
std::string fault_of(Work work) {
    try {
        work();
    } catch (const CatalogError& error) {
        return std::string(name_of(error.fault()));
    } catch (const Error& error) {
        return std::string(name_of(error.code()));
    }
    return "none";
}

SchemaPtr columns() {
    return Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long}});
}

TableCommit set_property(const TableName& name, const std::string& value,
                         const char* requirements = "[]") {
    std::string updates = R"([{"action": "set-properties", "updates": {"p": ")" + value + "\"}}]";
    return {name, json::parse(requirements), json::parse(updates)};
}

// A server on a thread of its own, as if it were elsewhere.
struct Elsewhere {
    Metrics metrics;
    runtime::Shards shards{1};
    runtime::BlockingPool blocking{2, 100};
    http::Server server{shards, metrics};

    std::string serve(http::Router router, http::ListenerOptions options = {}) {
        return server.listen(std::move(options), std::move(router)).url();
    }
    ~Elsewhere() { runtime::run(server.stop(std::chrono::milliseconds(100))); }
};

// A catalog of ours behind its REST face.
class RemoteCatalogTest : public testing::Test {
protected:
    SystemClock clock;
    storage::MemoryDisk disk{storage::Uri::parse("file:///data"), clock};
    SeededRandom random{7};
    CatalogStore store{open_sqlite(":memory:"), "tarn"};
    TableFiles files{{&disk}, 1 << 20};
    Catalog own{{store, files, clock, random}, disk.uri_of("warehouse")};
    Elsewhere elsewhere;
    RestCatalog face{.catalog = own, .blocking = elsewhere.blocking};
    std::string url = elsewhere.serve(catalog_routes(face));
    std::unique_ptr<RemoteCatalog> remote = RemoteCatalog::open({.uri = url + "/"}, clock);
    TableName trades{{"db"}, "trades"};
};

TEST_F(RemoteCatalogTest, works_on_namespaces_as_on_its_own) {
    remote->create_namespace({"db"}, {{"owner", "ada"}});
    remote->create_namespace({"db", "inner"}, {});
    EXPECT_THAT(remote->namespaces_in({}), ElementsAre(Namespace{"db"}));
    EXPECT_THAT(remote->namespaces_in({"db"}), ElementsAre(Namespace{"db", "inner"}));

    remote->change_properties({"db"}, {{"team", "data"}}, std::vector<std::string>{"owner"});
    EXPECT_THAT(remote->namespace_properties({"db"}),
                ElementsAre(Pair("location", testing::_), Pair("team", "data")));
    EXPECT_EQ(fault_of([&] { remote->create_namespace({"db"}, {}); }), "AlreadyExistsException");
    EXPECT_EQ(fault_of([&] { remote->drop_namespace({"db"}); }), "NamespaceNotEmptyException");
    remote->drop_namespace({"db", "inner"});
    remote->drop_namespace({"db"});
    EXPECT_EQ(fault_of([&] { remote->namespaces_in({"db"}); }), "NoSuchNamespaceException");
}

TEST_F(RemoteCatalogTest, works_on_tables_as_on_its_own) {
    remote->create_namespace({"db"}, {});
    LoadedTable made = remote->create_table({.name = trades, .schema = columns()});
    EXPECT_EQ(made.metadata().uuid, own.load_table(trades).metadata().uuid);

    LoadedTable after = remote->commit(set_property(trades, "1"));
    EXPECT_EQ(after.metadata().property("p", ""), "1");
    EXPECT_EQ(own.load_table(trades).metadata_location, after.metadata_location);
    EXPECT_EQ(fault_of([&] {
                  remote->commit(set_property(
                      trades, "2", R"([{"type": "assert-table-uuid", "uuid": "other"}])"));
              }),
              "CommitFailedException");
}

TEST_F(RemoteCatalogTest, names_may_hold_what_paths_may_not) {
    remote->create_namespace({"a b"}, {});
    TableName odd{{"a b"}, "50% of ü?&#"};
    remote->create_table({.name = odd, .schema = columns()});
    EXPECT_THAT(remote->names_in({"a b"}, EntryKind::Table), ElementsAre("50% of ü?&#"));
    EXPECT_EQ(remote->load_table(odd).metadata().schema().fields().size(), 1);
}

TEST_F(RemoteCatalogTest, renames_registers_and_drops) {
    remote->create_namespace({"db"}, {});
    LoadedTable made = remote->create_table({.name = trades, .schema = columns()});
    TableName other{{"db"}, "other"};
    remote->rename(trades, other, EntryKind::Table);
    EXPECT_THAT(remote->names_in({"db"}, EntryKind::Table), ElementsAre("other"));

    remote->drop_table(other, DroppedFiles::Stay);
    EXPECT_EQ(fault_of([&] { remote->load_table(other); }), "NoSuchTableException");
    remote->register_table(trades, made.metadata_location, false);
    EXPECT_EQ(remote->load_table(trades).metadata().uuid, made.metadata().uuid);
    remote->drop_table(trades, DroppedFiles::Go);
    EXPECT_FALSE(disk.exists(disk.path_of(made.metadata_location)));
}

TEST_F(RemoteCatalogTest, loads_again_only_what_changed) {
    remote->create_namespace({"db"}, {});
    remote->create_table({.name = trades, .schema = columns()});
    LoadedTable first = remote->load_table(trades);
    EXPECT_EQ(remote->load_table(trades).stored, first.stored);

    own.commit(set_property(trades, "1"));
    EXPECT_EQ(remote->load_table(trades).metadata().property("p", ""), "1");
}

TEST_F(RemoteCatalogTest, sees_views) {
    remote->create_namespace({"db"}, {});
    ViewVersion version{.id = 1, .default_namespace = {"db"}};
    version.representations =
        json::parse(R"([{"type": "sql", "sql": "select 1", "dialect": "spark"}])").as_array();
    Views(own).create({.name = {{"db"}, "v"}, .schema = columns(), .version = version});
    EXPECT_THAT(remote->names_in({"db"}, EntryKind::View), ElementsAre("v"));
    EXPECT_THAT(remote->names_in({"db"}, EntryKind::Table), IsEmpty());
    EXPECT_EQ(remote->load_view({{"db"}, "v"}).metadata.versions.size(), 1);
    remote->drop_view({{"db"}, "v"});
    EXPECT_EQ(fault_of([&] { remote->load_view({{"db"}, "v"}); }), "NoSuchViewException");
}

TEST_F(RemoteCatalogTest, reads_lists_page_by_page) {
    for (const char* name : {"a", "b", "c", "d", "e"}) remote->create_namespace({name}, {});
    auto paged = RemoteCatalog::open({.uri = url, .page_size = 2}, clock);
    EXPECT_EQ(paged->namespaces_in({}).size(), 5);
    for (const char* name : {"t1", "t2", "t3"}) {
        paged->create_table({.name = {{"a"}, name}, .schema = columns()});
    }
    EXPECT_THAT(paged->names_in({"a"}, EntryKind::Table), ElementsAre("t1", "t2", "t3"));
}

TEST_F(RemoteCatalogTest, says_when_nobody_answers) {
    EXPECT_EQ(fault_of([&] { RemoteCatalog::open({.uri = "http://127.0.0.1:1"}, clock); }),
              "unavailable");
}

TEST_F(RemoteCatalogTest, gets_a_token_for_its_credential) {
    RestCatalog guarded{.catalog = own,
                        .blocking = elsewhere.blocking,
                        .token = "secret-token",
                        .credential = "ada:lovelace"};
    std::string at = elsewhere.serve(catalog_routes(guarded), {.bearer_token = "secret-token"});
    auto open = [&](RemoteSettings settings) {
        settings.uri = at;
        RemoteCatalog::open(settings, clock)->namespaces_in({});
    };
    EXPECT_EQ(fault_of([&] { open({.uri = {}, .credential = "ada:lovelace"}); }), "none");
    EXPECT_EQ(fault_of([&] { open({.uri = {}, .token = "secret-token"}); }), "none");
    EXPECT_EQ(fault_of([&] { open({.uri = {}, .credential = "ada:wrong"}); }), "unauthorized");
    EXPECT_EQ(fault_of([&] { open({.uri = {}}); }), "unauthorized");
}

// Answers each request with what the test says, and notes what came.
struct Script {
    using Answer = std::function<http::Response(http::Request&, int count)>;
    Answer answer;
    std::vector<std::string> requests = {};
    std::string body = {};

    http::Router routes() {
        http::Router router;
        for (auto method : {http::Method::Get, http::Method::Post, http::Method::Delete}) {
            router.add({.method = method,
                        .path = "/{path...}",
                        .summary = "",
                        .handler = [this](http::Request& request) { return serve(*this, request); },
                        .auth = http::Auth::Open});
        }
        return router;
    }
    static awaitable<http::Response> serve(Script& script, http::Request& request) {
        std::string body = co_await request.body();
        script.body = std::move(body);
        script.requests.push_back(fmt::format("{} {}", name_of(request.method()), request.path()));
        co_return script.answer(request, static_cast<int>(script.requests.size()));
    }
};

http::Response error_of(int status, std::string_view type = "Exception") {
    return http::json_response(
        json::object{{"error", {{"message", "so it is"}, {"type", type}, {"code", status}}}},
        status);
}

class RemoteServerTest : public testing::Test {
protected:
    std::unique_ptr<RemoteCatalog> open(Script& script, RemoteSettings settings = {.uri = {}}) {
        settings.uri = elsewhere.serve(script.routes()) + "/catalog";
        return RemoteCatalog::open(settings, clock);
    }
    static http::Response config(json::object overrides = {}) {
        return http::json_response(
            json::object{{"defaults", json::object()}, {"overrides", std::move(overrides)}});
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'763'717'400))};
    Elsewhere elsewhere;
    TableName trades{{"db"}, "trades"};
};

TEST_F(RemoteServerTest, follows_the_prefix_and_the_separator_of_the_server) {
    Script script([](http::Request&, int count) {
        if (count == 1) return config({{"prefix", "p1"}, {"namespace-separator", "%2E"}});
        return http::json_response(json::object{{"properties", {{"a", "b"}}}});
    });
    auto remote = open(script);
    EXPECT_THAT(remote->namespace_properties({"x", "y"}), ElementsAre(Pair("a", "b")));
    EXPECT_THAT(script.requests,
                ElementsAre("GET /catalog/v1/config", "GET /catalog/v1/p1/namespaces/x%2Ey"));
}

TEST_F(RemoteServerTest, does_not_know_whether_a_commit_took_place_that_was_not_answered) {
    int status = 0;
    Script script(
        [&](http::Request&, int count) { return count == 1 ? config() : error_of(status); });
    auto remote = open(script);
    for (int unclear : {500, 502, 503, 504}) {
        status = unclear;
        EXPECT_EQ(fault_of([&] { remote->commit(set_property(trades, "1")); }),
                  "CommitStateUnknownException");
    }
    status = 409;
    EXPECT_EQ(fault_of([&] { remote->commit(set_property(trades, "1")); }),
              "CommitFailedException");
    status = 400;
    EXPECT_EQ(fault_of([&] { remote->commit(set_property(trades, "1")); }), "invalid_input");
    EXPECT_EQ(script.requests.size(), 7) << "none of them may be sent twice";
}

TEST_F(RemoteServerTest, asks_again_when_the_server_is_busy) {
    Script script([](http::Request&, int count) {
        if (count == 1) return config();
        if (count < 4) return error_of(count == 2 ? 503 : 429);
        return http::json_response(json::object{{"properties", json::object()}});
    });
    auto remote = open(script);
    EXPECT_THAT(remote->namespace_properties({"db"}), IsEmpty());
    EXPECT_EQ(script.requests.size(), 4);
}

TEST_F(RemoteServerTest, says_what_the_server_said) {
    Script script([](http::Request&, int count) {
        return count == 1 ? config() : error_of(404, "NoSuchTableException");
    });
    auto remote = open(script);
    try {
        remote->load_table(trades);
        FAIL();
    } catch (const CatalogError& error) {
        EXPECT_EQ(error.fault(), CatalogFault::NoSuchTable);
        EXPECT_STREQ(error.what(), "so it is");
    }
}

TEST_F(RemoteServerTest, renews_a_token_before_it_ends_and_when_it_is_refused) {
    int tokens = 0;
    std::string taken;
    Script script([&](http::Request& request, int) {
        if (request.path().ends_with("/oauth/tokens")) {
            return http::json_response(json::object{{"access_token", fmt::format("t{}", ++tokens)},
                                                    {"token_type", "bearer"},
                                                    {"expires_in", 600}});
        }
        taken = request.headers().find("Authorization").value_or("");
        if (taken == "Bearer t2") return error_of(401, "NotAuthorizedException");
        if (request.path().ends_with("/config")) return config();
        return http::json_response(json::object{{"properties", json::object()}});
    });
    auto remote = open(script, {.uri = {}, .credential = "ada:lovelace"});
    remote->namespace_properties({"db"});
    EXPECT_EQ(taken, "Bearer t1");
    clock.advance(std::chrono::seconds(550));
    remote->namespace_properties({"db"});
    EXPECT_EQ(taken, "Bearer t3") << "t2 came in time, and was refused";
}

TEST_F(RemoteServerTest, gives_new_tables_the_properties_that_the_server_says) {
    Script script([&](http::Request&, int count) {
        if (count == 1) return config({{"table-default.a", "1"}, {"table-override.b", "2"}});
        return error_of(400);
    });
    auto remote = open(script);
    CreateTable request{.name = trades, .schema = columns(), .properties = {{"a", "own"}}};
    EXPECT_EQ(fault_of([&] { remote->create_table(request); }), "invalid_input");
    EXPECT_EQ(json::parse(script.body).at("properties"), (json::object{{"a", "own"}, {"b", "2"}}));
}

}  // namespace
}  // namespace tarn::iceberg
