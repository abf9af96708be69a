#include <gmock/gmock.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <map>
#include <mutex>

#include "connectors/formats/format_fixture.hpp"
#include "http/server.hpp"
#include "runtime/shards.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace json = boost::json;

// A registry of schemas as Confluent's, on a thread of its own, with the calls that a reader and a
// writer make.
class Registry {
public:
    Registry() : url_(server_.listen({}, routes()).url()) {}
    ~Registry() { runtime::run(server_.stop(std::chrono::milliseconds(100))); }

    const std::string& url() const { return url_; }
    int requests() const {
        std::scoped_lock lock(mutex_);
        return requests_;
    }

    int put(const std::string& subject, const std::string& schema) {
        std::scoped_lock lock(mutex_);
        for (const auto& [id, kept] : schemas_) {
            if (kept.second == schema && kept.first == subject) return id;
        }
        int id = static_cast<int>(schemas_.size()) + 256;
        schemas_[id] = {subject, schema};
        return id;
    }
    std::string subject_of(int id) const {
        std::scoped_lock lock(mutex_);
        return schemas_.at(id).first;
    }
    // What requests must bring; nothing at the start.
    void want_authorization(std::string value) {
        std::scoped_lock lock(mutex_);
        authorization_ = std::move(value);
    }

private:
    static http::Response failure(int status, int code, const std::string& message) {
        return http::json_response({{"error_code", code}, {"message", message}}, status);
    }

    bool is_let_in(const http::Request& request) {
        std::scoped_lock lock(mutex_);
        ++requests_;
        return authorization_.empty() || request.header("Authorization") == authorization_;
    }

    http::Response schema(const http::Request& request) {
        if (!is_let_in(request)) return failure(401, 40101, "Unauthorized");
        std::scoped_lock lock(mutex_);
        auto found = schemas_.find(std::stoi(std::string(request.path_parameter("id"))));
        if (found == schemas_.end()) return failure(404, 40403, "Schema not found");
        return http::json_response({{"schema", found->second.second}});
    }

    http::Response add(const http::Request& request, const std::string& body) {
        if (!is_let_in(request)) return failure(401, 40101, "Unauthorized");
        std::string subject(request.path_parameter("subject"));
        if (subject == "frozen")
            return failure(409, 409, "Schema being registered is incompatible");
        std::string text(json::parse(body).as_object().at("schema").as_string());
        return http::json_response({{"id", put(subject, text)}});
    }

    http::Router routes() {
        http::Router router;
        router.add({.method = http::Method::Get,
                    .path = "/schemas/ids/{id}",
                    .summary = "A schema",
                    .handler = [this](http::Request& request) -> awaitable<http::Response> {
                        co_return schema(request);
                    }});
        router.add({.method = http::Method::Post,
                    .path = "/subjects/{subject}/versions",
                    .summary = "Registers a schema",
                    .handler = [this](http::Request& request) -> awaitable<http::Response> {
                        std::string body = co_await request.body();
                        co_return add(request, body);
                    }});
        return router;
    }

    mutable std::mutex mutex_;
    std::map<int, std::pair<std::string, std::string>> schemas_;  // subjects and texts
    std::string authorization_;
    int requests_ = 0;
    Metrics metrics_;
    runtime::Shards shards_{1};
    http::Server server_{shards_, metrics_};
    std::string url_;
};

const std::string Legacy = R"({"type":"record","name":"old","namespace":"n","fields":)"
                           R"([{"name":"b","type":"string"},{"name":"a","type":"int"},)"
                           R"({"name":"gone","type":{"type":"map","values":"long"}}]})";

class ConfluentFormat : public testing::Test {
protected:
    std::string table(const std::string& columns, const std::string& more = "") {
        return "t (" + columns +
               ") WITH ('connector' = 'kafka', 'topic' = 'trades', 'format' = 'avro-confluent', "
               "'avro-confluent.url' = '" +
               registry.url() + "'" + more + ")";
    }

    // In front of a value of that schema.
    static std::string head(int id) {
        return {0, 0, 0, static_cast<char>(id >> 8), static_cast<char>(id)};
    }

    Registry registry;
};

TEST_F(ConfluentFormat, registers_the_schema_of_what_it_writes_under_the_topic) {
    Lines records = encoded(table("a INT, b STRING"), {"1, 'x'", "2, NULL"});

    EXPECT_THAT(records, ElementsAre(head(256) + std::string("\x02\x02\x02\x02x"),
                                     head(256) + std::string("\x02\x04\x00", 3)));
    EXPECT_EQ(registry.subject_of(256), "trades-value");
    EXPECT_EQ(registry.requests(), 1);
    EXPECT_THAT(decoded(table("a INT, b STRING"), records).rows,
                ElementsAre("+I 1 | 'x'", "+I 2 | NULL"));
}

TEST_F(ConfluentFormat, registers_keys_apart_and_under_the_name_that_is_given) {
    auto of_keys = test_table(
        "t (a INT) WITH ('topic' = 'trades', 'key.format' = 'avro-confluent', "
        "'key.avro-confluent.url' = '" +
        registry.url() + "/')");
    StoredColumns columns = written_columns(of_keys->table);
    format_of(of_keys->options, "key.format")->encoder(columns)->encoded(batch_of(columns, {"1"}));
    encoded(table("a INT", ", 'avro-confluent.subject' = 'one of/mine'"), {"1"});

    EXPECT_EQ(registry.subject_of(256), "trades-key");
    EXPECT_EQ(registry.subject_of(257), "one of/mine");
}

TEST_F(ConfluentFormat, reads_each_record_by_the_schema_that_it_was_written_with) {
    int old = registry.put("trades-value", Legacy);
    // A field more, another order, and a wider number.
    std::string columns = "a BIGINT, b STRING, added DOUBLE";
    Lines records = encoded(table(columns), {"7, 'new', 1.5e0"});
    records.push_back(head(old) + std::string("\x06old\x04\x02\x02k\x02\x00", 10));

    EXPECT_THAT(decoded(table(columns), records).rows,
                ElementsAre("+I 7 | 'new' | 1.5", "+I 2 | 'old' | NULL"));
    EXPECT_THAT(decoded(table(columns), records, {{1}}).rows, ElementsAre("+I 'new'", "+I 'old'"));
}

TEST_F(ConfluentFormat, asks_for_a_schema_once) {
    int id = registry.put("trades-value", Legacy);
    std::string record = head(id) + std::string("\x02x\x04\x00", 4);

    decoded(table("a INT"), {record, record, record});

    EXPECT_EQ(registry.requests(), 1);
}

TEST_F(ConfluentFormat, says_why_a_record_is_none) {
    int id = registry.put("trades-value", Legacy);

    Decoded found = decoded(table("a INT NOT NULL, c INT"),
                            {"", "x1234", head(id), head(999), head(id) + "\x02x"});
    Decoded wrong = decoded(table("a STRING"), {head(id) + std::string("\x02x\x04\x00", 4)});

    EXPECT_THAT(found.rows, IsEmpty());
    EXPECT_THAT(
        found.errors,
        ElementsAre("#0 avro: 1 bytes wanted at byte 0, 0 are left",
                    HasSubstr("#1 the record does not begin with the number of a schema, "
                              "its first byte is 120 instead of 0"),
                    "#2 avro: 1 bytes wanted at byte 5, 0 are left",
                    "#3 " + registry.url() + " was asked for schema 999 and says: Schema not found",
                    "#4 avro: 1 bytes wanted at byte 7, 0 are left"));
    EXPECT_THAT(wrong.errors, ElementsAre("#0 avro: field 'a' is written as int32, not as string"));
}

TEST_F(ConfluentFormat, is_no_fault_of_a_record_that_the_registry_is_none) {
    std::string elsewhere = table("a INT");
    elsewhere.replace(elsewhere.find(registry.url()), registry.url().size(),
                      registry.url() + "/elsewhere");

    EXPECT_THAT(refusal_of([&] { decoded(elsewhere, {head(256) + "x"}); }),
                HasSubstr("/elsewhere was asked for schema 256 and says: "));
}

TEST_F(ConfluentFormat, says_who_it_is) {
    registry.want_authorization("Basic YWRhOnNlY3JldA==");

    EXPECT_THAT(refusal_of([&] { encoded(table("a INT"), {"1"}); }), HasSubstr("Unauthorized"));
    EXPECT_EQ(encoded(table("a INT",
                            ", 'avro-confluent.basic-auth.user-info' = 'ada:secret', "
                            "'avro-confluent.basic-auth.credentials-source' = "
                            "'USER_INFO'"),
                      {"1"})
                  .size(),
              1u);

    registry.want_authorization("Bearer abc");
    EXPECT_EQ(encoded(table("a INT", ", 'avro-confluent.bearer-auth.token' = 'abc'"), {"1"}).size(),
              1u);
}

TEST_F(ConfluentFormat, writes_by_a_schema_that_is_given) {
    std::string schema = R"({"type":"record","name":"x","fields":[{"name":"b","type":"string"},)"
                         R"({"name":"a","type":"long"}]})";
    std::string given = ", 'avro-confluent.schema' = '" + schema + "'";

    EXPECT_THAT(encoded(table("a INT, b STRING", given), {"1, 'x'"}),
                ElementsAre(head(256) + "\x02x\x02"));
    EXPECT_THAT(refusal_of([&] { encoded(table("a INT", given), {"1"}); }),
                HasSubstr("the schema has a field 'b', the table no column"));
}

TEST_F(ConfluentFormat, refuses_what_it_cannot_do_by_name) {
    EXPECT_THAT(refusal_of([&] {
                    encoded(table("a INT", ", 'avro-confluent.subject' = 'frozen'"), {"1"});
                }),
                HasSubstr("was asked for a schema for the subject 'frozen' and says: Schema being "
                          "registered is incompatible"));
    EXPECT_THAT(refusal_of([&] {
                    encoded(table("a INT", ", 'avro-confluent.ssl.keystore.location' = 'x'"), {});
                }),
                HasSubstr("'avro-confluent.ssl.keystore.location' does not work here"));
    EXPECT_THAT(refusal_of([&] {
                    encoded(table("a INT",
                                  ", 'avro-confluent.basic-auth.credentials-source' = "
                                  "'SASL_INHERIT'"),
                            {});
                }),
                HasSubstr("'avro-confluent.basic-auth.credentials-source' does not work here"));
}

}  // namespace
}  // namespace tarn::connectors
