#include "connectors/iceberg_tables/column_types.hpp"
#include "connectors/iceberg_tables/iceberg_fixture.hpp"
#include "connectors/iceberg_tables/open_catalog.hpp"
#include "connectors/iceberg_tables/partition_fields.hpp"
#include "sql/syntax/text.hpp"
#include "sql/types/named_type.hpp"
#include "storage/local_disk.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using IcebergTables = IcebergTest;

// "list<int>", and the SQL type that a table with it has.
std::string both_ways(const std::string& name, int format_version = 2) {
    int32_t last_id = 0;
    iceberg::Type type = iceberg_type(sql::named(name), format_version, last_id);
    sql::Type back = sql_type({.id = 1, .name = "c", .type = type});
    return to_text(type) + " -> " + text_of(back);
}

TEST(ColumnTypes, are_those_that_flink_gives_them) {
    EXPECT_EQ(both_ways("TINYINT"), "int -> INT");
    EXPECT_EQ(both_ways("BIGINT"), "long -> BIGINT");
    EXPECT_EQ(both_ways("DECIMAL(9, 2)"), "decimal(9, 2) -> DECIMAL(9, 2)");
    EXPECT_EQ(both_ways("CHAR(3)"), "string -> STRING");
    EXPECT_EQ(both_ways("BINARY(16)"), "fixed[16] -> BINARY(16)");
    EXPECT_EQ(both_ways("BYTES"), "binary -> BYTES");
    EXPECT_EQ(both_ways("TIME(3)"), "time -> TIME(0)");
    EXPECT_EQ(both_ways("TIMESTAMP(3)"), "timestamp -> TIMESTAMP(6)");
    EXPECT_EQ(both_ways("TIMESTAMP_LTZ(3)"), "timestamptz -> TIMESTAMP_LTZ(6)");
    EXPECT_EQ(both_ways("TIMESTAMP(9)", 3), "timestamp_ns -> TIMESTAMP(9)");
    EXPECT_EQ(both_ways("ARRAY<INT NOT NULL>"), "list<int> -> ARRAY<INT NOT NULL>");
    EXPECT_EQ(both_ways("MULTISET<STRING>"),
              "map<string, int> -> MAP<STRING NOT NULL, INT NOT NULL>");
    EXPECT_THAT(both_ways("ROW<a INT, b ROW<c DATE>>"),
                HasSubstr("ROW<`a` INT, `b` ROW<`c` DATE>>"));
}

TEST(ColumnTypes, that_a_table_cannot_hold_are_refused) {
    EXPECT_EQ(refusal_of([] { both_ways("TIMESTAMP(9)"); }),
              "TIMESTAMP(9) is finer than a table of version 2 can hold; give the column 6 digits, "
              "or the table 'format-version' = '3'");
    EXPECT_THAT(refusal_of([] { both_ways("INTERVAL DAY"); }), HasSubstr("has no values of"));
}

TEST_F(IcebergTables, are_what_create_table_says) {
    run("CREATE TABLE trades (id BIGINT COMMENT 'who', `day of` DATE, price DECIMAL(9, 2) NOT "
        "NULL, "
        "PRIMARY KEY (id) NOT ENFORCED) PARTITIONED BY (`day of`) "
        "WITH ('write.parquet.compression-codec' = 'snappy')");

    auto trades = table("trades");
    EXPECT_EQ(trades->table.primary_key, std::vector<std::string>{"id"});
    EXPECT_EQ(trades->table.partitioned_by, std::vector<std::string>{"day of"});
    EXPECT_EQ(text_of(trades->table.columns.at(0).type), "BIGINT NOT NULL");
    EXPECT_EQ(text_of(trades->table.columns.at(2).type), "DECIMAL(9, 2) NOT NULL");
    iceberg::TableMetadata known = metadata("trades");
    EXPECT_EQ(known.format_version, 2);
    EXPECT_EQ(known.schema().identifier_ids(), std::vector<int32_t>{1});
    EXPECT_EQ(known.schema().find("id")->doc, "who");
    EXPECT_EQ(known.properties.at("write.parquet.compression-codec"), "snappy");
    sql::Statement statement;
    statement.node = *trades->definition;
    EXPECT_EQ(sql::text_of(statement),
              "CREATE TABLE lake.db.trades (id BIGINT NOT NULL COMMENT 'who', `day of` DATE, "
              "price DECIMAL(9, 2) NOT NULL, PRIMARY KEY (id) NOT ENFORCED) PARTITIONED BY "
              "(`day of`) WITH ('write.parquet.compression-codec' = 'snappy')");
}

TEST_F(IcebergTables, are_partitioned_by_transforms_in_both_spellings) {
    run("CREATE TABLE a (id BIGINT, ts TIMESTAMP(6)) "
        "WITH ('tarn.partition-by' = 'hour(ts), bucket(16, id)')");
    run("CREATE TABLE b (id BIGINT, ts TIMESTAMP(6)) PARTITIONED BY (days(ts), bucket(id, 4), id)");

    auto spec_text = [&](const std::string& name) {
        iceberg::TableMetadata known = metadata(name);
        return text_of(known.spec(), known.schema());
    };
    EXPECT_EQ(spec_text("a"), "hour(ts), bucket(16, id)");
    EXPECT_EQ(metadata("a").spec().fields.at(0).name, "ts_hour");
    EXPECT_FALSE(metadata("a").properties.contains("tarn.partition-by"));
    EXPECT_EQ(spec_text("b"), "day(ts), bucket(4, id), id");
    EXPECT_THAT(table("b")->table.partitioned_by, IsEmpty());
    EXPECT_EQ(table("b")->options.back().value, "day(ts), bucket(4, id), id");
}

TEST_F(IcebergTables, say_what_is_wrong_with_partitions) {
    auto refusal = [&](const std::string& fields) {
        return refusal_of([&] {
            run("CREATE TABLE p (id BIGINT, ts TIMESTAMP(6)) WITH ('tarn.partition-by' = '" +
                fields + "')");
        });
    };
    EXPECT_THAT(refusal("hour(id)"), HasSubstr("'id' is long"));
    EXPECT_THAT(refusal("week(ts)"), HasSubstr("there is no such transform"));
    EXPECT_THAT(refusal("hour(tss)"), HasSubstr("did you mean 'ts'?"));
    EXPECT_THAT(refusal("bucket(id)"), HasSubstr("it takes a whole number above 0 and a column"));
    EXPECT_THAT(refusal("bucket(0, id)"), HasSubstr("a whole number above 0"));
    EXPECT_THAT(refusal("hour(ts"), HasSubstr("cannot be read"));
    EXPECT_THAT(refusal_of([&] {
                    run("CREATE TABLE p (id BIGINT) PARTITIONED BY (id) "
                        "WITH ('tarn.partition-by' = 'id')");
                }),
                HasSubstr("cannot both be said"));
}

TEST_F(IcebergTables, refuse_what_only_a_stream_has) {
    EXPECT_THAT(refusal_of([&] { run("CREATE TABLE t (a INT, b AS a + 1)"); }),
                HasSubstr("has no computed column such as 'b'"));
    EXPECT_THAT(
        refusal_of([&] { run("CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS ts)"); }),
        HasSubstr("has no watermark"));
    EXPECT_THAT(refusal_of([&] { run("CREATE TABLE t (a INT) WITH ('connector' = 'datagen')"); }),
                HasSubstr("has no 'connector'"));
    EXPECT_THAT(refusal_of([&] { run("CREATE VIEW v AS SELECT 1"); }), HasSubstr("keeps no views"));
}

TEST_F(IcebergTables, change_by_alter_table_and_keep_their_columns) {
    run("CREATE TABLE t (a INT, b STRING) WITH ('x' = '1')");

    run("ALTER TABLE t ADD (c TIMESTAMP(3) COMMENT 'when' FIRST)");
    run("ALTER TABLE t RENAME a TO id");
    run("ALTER TABLE t MODIFY id BIGINT");
    run("ALTER TABLE t DROP b");
    run("ALTER TABLE t SET ('x' = '2', 'y' = '3')");
    run("ALTER TABLE t RESET ('y')");
    run("ALTER TABLE t RENAME TO u");

    iceberg::TableMetadata known = metadata("u");
    std::vector<std::string> columns;
    for (const iceberg::Field& field : known.schema().fields()) {
        columns.push_back(fmt::format("{} {} {}", field.id, field.name, to_text(field.type)));
    }
    EXPECT_THAT(columns, ElementsAre("3 c timestamp", "1 id long"));
    EXPECT_EQ(known.properties.at("x"), "2");
    EXPECT_FALSE(known.properties.contains("y"));
    EXPECT_THAT(refusal_of([&] { run("ALTER TABLE u MODIFY id STRING"); }), HasSubstr("id"));
}

// A catalog that does not show yet what another process has just made.
class BehindCatalog final : public sql::Catalog {
public:
    explicit BehindCatalog(std::shared_ptr<sql::Catalog> catalog) : catalog_(std::move(catalog)) {}

    std::vector<std::string> databases() const override { return {}; }
    bool is_complete() const override { return false; }
    void create_database(const std::string& name) override { catalog_->create_database(name); }
    void drop_database(const std::string&) override {}
    std::vector<std::string> objects(const std::string&) const override { return {}; }
    std::optional<sql::StoredObject> find(const std::string&, const std::string&) const override {
        return std::nullopt;
    }
    void put(const sql::StoredObject& object) override { catalog_->put(object); }
    void drop(const std::string&, const std::string&) override {}

private:
    std::shared_ptr<sql::Catalog> catalog_;
};

TEST_F(IcebergTables, may_be_made_by_another_process_meanwhile) {
    run("CREATE TABLE t (a INT)");
    workspace.names.add_catalog("behind",
                                std::make_shared<BehindCatalog>(std::make_shared<IcebergCatalog>(
                                    "behind", connection, iceberg::Namespace{})));

    run("CREATE DATABASE IF NOT EXISTS behind.db");
    run("CREATE TABLE IF NOT EXISTS behind.db.t (a INT)");

    EXPECT_THAT(refusal_of([&] { run("CREATE DATABASE behind.db"); }), HasSubstr("already exists"));
    EXPECT_THAT(refusal_of([&] { run("CREATE TABLE behind.db.t (a INT)"); }),
                HasSubstr("already exists"));
}

TEST_F(IcebergTables, go_with_their_database) {
    run("CREATE TABLE t (a INT)");
    run("CREATE TABLE IF NOT EXISTS t (a INT)");
    EXPECT_THAT(refusal_of([&] { run("DROP DATABASE lake.db"); }), HasSubstr("is not empty"));
    EXPECT_THAT(refusal_of([&] { run("USE lake.dbb"); }), HasSubstr("has no database 'dbb'"));
    run("DROP TABLE t");
    EXPECT_THAT(refusal_of([&] { run("DROP TABLE t"); }), HasSubstr("there is no table 't'"));
    run("CREATE TABLE t (a INT)");
    run("DROP DATABASE lake.db CASCADE");
    EXPECT_THAT(workspace.names.catalog_of({"lake"}).databases(), IsEmpty());
}

class Opening : public testing::Test {
protected:
    sql::Options options(const std::string& text) {
        return std::get<sql::CreateCatalog>(
                   sql::parse_statement(
                       sql::Source("test",
                                   "CREATE CATALOG c WITH ('type' = 'iceberg', " + text + ")"))
                       .node)
            .options;
    }
    std::string refusal(const std::string& text) {
        return refusal_of([&] { open_catalog("c", options(text), parts); });
    }

    SystemClock clock;
    SeededRandom random{7};
    CatalogParts parts{clock, random, testing::TempDir(), {}};
};

TEST_F(Opening, a_folder_gives_a_catalog_of_its_tables) {
    auto catalog = open_catalog(
        "c", options("'catalog-type' = 'hadoop', 'warehouse' = 'opened_folder'"), parts);
    if (catalog->databases().empty()) catalog->create_database("db");
    EXPECT_EQ(catalog->databases(), std::vector<std::string>{"db"});
    EXPECT_EQ(catalog->find("db", "t"), std::nullopt);
    EXPECT_EQ(catalog->find("elsewhere", "t"), std::nullopt);
}

TEST_F(Opening, refuses_what_tarn_does_not_speak_with) {
    EXPECT_THAT(refusal("'catalog-type' = 'hive', 'uri' = 'thrift://x'"),
                HasSubstr("no catalog of the type 'hive'"));
    EXPECT_THAT(refusal("'catalog-impl' = 'org.x.Y'"), HasSubstr("a class in Java"));
    EXPECT_THAT(refusal("'catalog-type' = 'rest'"), HasSubstr("uri"));
    EXPECT_THAT(refusal("'catalog-type' = 'hadoop', 'warehouse' = 's3://b/x'"),
                HasSubstr("no S3 is reached from here"));
    EXPECT_EQ(open_catalog("c", {{.key = "type", .value = "jdbc"}}, parts), nullptr);
}

TEST_F(Opening, asks_for_the_own_catalog_by_its_address) {
    auto own = std::make_shared<TestConnection>(clock, random);
    parts.access.own = [&](const std::string& uri) {
        return uri == "http://here:8181" ? own : nullptr;
    };
    EXPECT_EQ(
        open_connection(options("'catalog-type' = 'rest', 'uri' = 'http://here:8181'"), parts),
        own);
}

TEST_F(Opening, makes_the_table_that_a_connector_names_once) {
    auto inlined = test_table(
        "t (a INT, ts TIMESTAMP(3), b AS a + 1, WATERMARK FOR ts AS ts) WITH ('connector' = "
        "'iceberg', 'catalog-name' = 'c', 'catalog-type' = 'hadoop', 'warehouse' = 'inlined', "
        "'catalog-database' = 'db', 'catalog-table' = 'u', 'write.metadata.previous-versions-max' "
        "= '5')");
    auto opened = open_table(*inlined, inlined->options, parts);
    auto again = open_table(*inlined, inlined->options, parts);
    iceberg::LoadedTable made = again->load();
    EXPECT_EQ(to_text(opened->name), "db.u");
    EXPECT_EQ(made.metadata().schema().fields().size(), 2U);
    EXPECT_EQ(made.metadata().properties.size(), 1U);
}

}  // namespace
}  // namespace tarn::connectors
