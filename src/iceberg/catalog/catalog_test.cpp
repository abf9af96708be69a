#include "iceberg/catalog/catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <thread>

#include "storage/memory_disk.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::StartsWith;

namespace json = boost::json;

class CatalogTest : public testing::Test {
protected:
    static SchemaPtr columns() {
        return Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long}});
    }
    LoadedTable create(const TableName& name) {
        return catalog.create_table({.name = name, .schema = columns()});
    }
    static TableCommit change(const TableName& name, const char* updates,
                              const char* requirements = "[]") {
        return {name, json::parse(requirements), json::parse(updates)};
    }
    static TableCommit set_property(const TableName& name, const std::string& value) {
        std::string updates =
            R"([{"action": "set-properties", "updates": {"p": ")" + value + "\"}}]";
        return change(name, updates.c_str());
    }
    template <typename Work>
    static std::string fault_of(Work work) {
        try {
            work();
        } catch (const CatalogError& error) {
            return std::string(name_of(error.fault()));
        } catch (const Error& error) {
            return std::string(name_of(error.code()));
        }
        return "none";
    }
    std::vector<std::string> metadata_files() {
        std::vector<std::string> files;
        for (const auto& entry : disk.list("", storage::Depth::AllBelow)) {
            if (!entry.is_folder) files.push_back(entry.path);
        }
        return files;
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'763'717'400))};
    storage::MemoryDisk disk{storage::Uri::parse("file:///data"), clock};
    SeededRandom random{7};
    CatalogStore store{open_sqlite(":memory:"), "tarn"};
    TableFiles files{{&disk}, 1 << 20};
    Catalog catalog{{store, files, clock, random}, disk.uri_of("warehouse")};
    TableName trades{{"db"}, "trades"};
};

TEST_F(CatalogTest, keeps_namespaces_and_their_properties) {
    catalog.create_namespace({"db"}, {{"owner", "ada"}});
    catalog.create_namespace({"db", "inner"}, {});
    EXPECT_THAT(store.properties({"db"}), Optional(ElementsAre(std::pair("owner", "ada"))));
    EXPECT_THAT(store.properties({"db", "inner"}), Optional(ElementsAre()));
    EXPECT_THAT(store.namespaces_in({}), ElementsAre(Namespace{"db"}));
    EXPECT_THAT(store.namespaces_in({"db"}), ElementsAre(Namespace{"db", "inner"}));
    EXPECT_EQ(fault_of([&] { catalog.create_namespace({"db"}, {}); }), "AlreadyExistsException");
    EXPECT_EQ(fault_of([&] { catalog.create_namespace({"a", "b"}, {}); }),
              "NoSuchNamespaceException");
}

TEST_F(CatalogTest, does_not_take_names_that_only_begin_alike_for_inner_ones) {
    catalog.create_namespace({"db"}, {});
    catalog.create_namespace({"db2"}, {});
    catalog.create_namespace({"db-x"}, {});
    EXPECT_THAT(store.namespaces_in({"db"}), ElementsAre());
    EXPECT_NO_THROW(catalog.drop_namespace({"db"}));
}

TEST_F(CatalogTest, drops_only_empty_namespaces) {
    catalog.create_namespace({"db"}, {});
    create(trades);
    EXPECT_EQ(fault_of([&] { catalog.drop_namespace({"db"}); }), "NamespaceNotEmptyException");
    catalog.drop_table(trades, DroppedFiles::Stay);
    catalog.create_namespace({"db", "inner"}, {});
    EXPECT_EQ(fault_of([&] { catalog.drop_namespace({"db"}); }), "NamespaceNotEmptyException");
    catalog.drop_namespace({"db", "inner"});
    catalog.drop_namespace({"db"});
    EXPECT_EQ(fault_of([&] { catalog.drop_namespace({"db"}); }), "NoSuchNamespaceException");
}

TEST_F(CatalogTest, changes_properties_of_namespaces) {
    catalog.create_namespace({"db"}, {{"a", "1"}, {"b", "2"}});
    EXPECT_TRUE(store.change_properties({"db"}, {{"a", "3"}}, std::vector<std::string>{"b"}));
    EXPECT_THAT(store.properties({"db"}), Optional(ElementsAre(std::pair("a", "3"))));
    EXPECT_FALSE(store.change_properties({"gone"}, {{"a", "3"}}, {}));
}

TEST_F(CatalogTest, says_where_the_tables_of_a_namespace_go) {
    catalog.create_namespace({"db"}, {{"owner", "ada"}});
    catalog.create_namespace({"db", "inner"}, {});
    catalog.create_namespace({"chosen"}, {{"location", disk.uri_of("warehouse/elsewhere")}});
    EXPECT_THAT(
        catalog.namespace_properties({"db"}),
        ElementsAre(std::pair("location", disk.uri_of("warehouse/db")), std::pair("owner", "ada")));
    EXPECT_THAT(catalog.namespace_properties({"db", "inner"}),
                ElementsAre(std::pair("location", disk.uri_of("warehouse/db/inner"))));
    EXPECT_THAT(catalog.namespace_properties({"chosen"}),
                ElementsAre(std::pair("location", disk.uri_of("warehouse/elsewhere"))));
}

TEST_F(CatalogTest, makes_a_table_that_can_be_loaded) {
    catalog.create_namespace({"db"}, {});
    LoadedTable made = create(trades);
    EXPECT_THAT(made.metadata_location,
                StartsWith(disk.uri_of("warehouse/db/trades/metadata/00000-")));
    LoadedTable loaded = catalog.load_table(trades);
    EXPECT_EQ(loaded.metadata_location, made.metadata_location);
    EXPECT_EQ(loaded.metadata().location, disk.uri_of("warehouse/db/trades"));
    EXPECT_EQ(fault_of([&] { create(trades); }), "AlreadyExistsException");
    EXPECT_EQ(fault_of([&] { create({{"gone"}, "t"}); }), "NoSuchNamespaceException");
    EXPECT_EQ(fault_of([&] { catalog.load_table({{"db"}, "gone"}); }), "NoSuchTableException");
}

TEST_F(CatalogTest, finds_a_table_by_the_name_that_clients_of_s3_have_for_its_folder) {
    files.name_also(disk, storage::Uri::parse("s3://lake"));
    Catalog lake({store, files, clock, random}, "s3://lake/warehouse");
    lake.create_namespace({"db"}, {});
    LoadedTable made = lake.create_table({.name = trades, .schema = columns()});
    EXPECT_EQ(made.metadata().location, "s3://lake/warehouse/db/trades");
    lake.commit(set_property(trades, "1"));

    TableFiles fresh({&disk}, 0);
    std::string on_disk = disk.uri_of(lake.load_table(trades).metadata_location.substr(10));
    EXPECT_EQ(fresh.metadata(on_disk)->metadata.property("p", ""), "1");
    EXPECT_EQ(fault_of([&] { fresh.at(made.metadata_location); }), "forbidden");
    EXPECT_EQ(fault_of([&] { files.at("s3://other/warehouse/db"); }), "forbidden");
}

TEST_F(CatalogTest, reads_what_another_process_wrote) {
    catalog.create_namespace({"db"}, {});
    LoadedTable made = create(trades);
    TableFiles fresh({&disk}, 0);
    EXPECT_EQ(fresh.metadata(made.metadata_location)->text, made.stored->text);
}

TEST_F(CatalogTest, never_lets_two_tables_share_a_folder) {
    catalog.create_namespace({"db"}, {});
    std::string first = create(trades).metadata().location;
    catalog.rename(trades, {{"db"}, "old"}, EntryKind::Table);
    std::string second = create(trades).metadata().location;
    EXPECT_NE(first, second);
    catalog.drop_table(trades, DroppedFiles::Stay);
    EXPECT_NE(create(trades).metadata().location, second);
}

TEST_F(CatalogTest, puts_tables_where_they_are_wanted_but_not_outside) {
    catalog.create_namespace({"db"}, {{"location", disk.uri_of("elsewhere")}});
    EXPECT_EQ(create(trades).metadata().location, disk.uri_of("elsewhere/trades"));
    auto at = [&](std::string location) {
        return fault_of([&] {
            catalog.create_table(
                {.name = {{"db"}, "t"}, .schema = columns(), .location = std::move(location)});
        });
    };
    EXPECT_EQ(at("s3://other/t"), "forbidden");
    EXPECT_EQ(at(disk.uri_of("chosen") + "/"), "none");
    EXPECT_EQ(catalog.load_table({{"db"}, "t"}).metadata().location, disk.uri_of("chosen"));
}

TEST_F(CatalogTest, commits_a_change_when_its_conditions_hold) {
    catalog.create_namespace({"db"}, {});
    LoadedTable before = create(trades);
    auto properties = R"([{"action": "set-properties", "updates": {"a": "b"}}])";
    auto holds = R"([{"type": "assert-current-schema-id", "current-schema-id": 0}])";
    auto fails = R"([{"type": "assert-current-schema-id", "current-schema-id": 1}])";

    LoadedTable after = catalog.commit(change(trades, properties, holds));

    EXPECT_THAT(after.metadata_location, HasSubstr("/00001-"));
    EXPECT_EQ(after.metadata().property("a", ""), "b");
    ASSERT_EQ(after.metadata().metadata_log.size(), 1U);
    EXPECT_EQ(after.metadata().metadata_log[0].file, before.metadata_location);
    EXPECT_EQ(fault_of([&] { catalog.commit(change(trades, properties, fails)); }),
              "CommitFailedException");
    EXPECT_EQ(catalog.load_table(trades).metadata_location, after.metadata_location);
}

TEST_F(CatalogTest, writes_nothing_for_a_change_of_nothing) {
    catalog.create_namespace({"db"}, {});
    LoadedTable before = create(trades);
    EXPECT_EQ(catalog.commit(change(trades, "[]")).metadata_location, before.metadata_location);
    EXPECT_EQ(metadata_files().size(), 1U);
}

TEST_F(CatalogTest, leaves_nothing_of_a_change_that_cannot_be) {
    catalog.create_namespace({"db"}, {});
    create(trades);
    auto impossible = R"([{"action": "set-properties", "updates": {"a": "b"}},
                          {"action": "set-current-schema", "schema-id": 7}])";
    EXPECT_EQ(fault_of([&] { catalog.commit(change(trades, impossible)); }), "invalid_input");
    EXPECT_EQ(metadata_files().size(), 1U);
    EXPECT_EQ(catalog.load_table(trades).metadata().property("a", "none"), "none");
}

TEST_F(CatalogTest, makes_a_staged_table_with_its_first_commit) {
    catalog.create_namespace({"db"}, {});
    LoadedTable staged = catalog.stage_table({.name = trades, .schema = columns()});
    EXPECT_EQ(staged.metadata_location, "");
    EXPECT_EQ(fault_of([&] { catalog.load_table(trades); }), "NoSuchTableException");
    EXPECT_EQ(metadata_files().size(), 0U);

    std::string updates = R"([
        {"action": "assign-uuid", "uuid": ")" +
                          staged.metadata().uuid + R"("},
        {"action": "add-schema", "schema": {"type": "struct", "schema-id": 0, "fields": []}},
        {"action": "set-current-schema", "schema-id": -1},
        {"action": "add-spec", "spec": {"spec-id": 0, "fields": []}},
        {"action": "set-default-spec", "spec-id": -1},
        {"action": "add-sort-order", "sort-order": {"order-id": 0, "fields": []}},
        {"action": "set-default-sort-order", "sort-order-id": -1},
        {"action": "set-location", "location": ")" +
                          staged.metadata().location + R"("}])";
    TableCommit first = change(trades, updates.c_str(), R"([{"type": "assert-create"}])");
    EXPECT_EQ(catalog.commit(first).metadata().uuid, staged.metadata().uuid);
    EXPECT_EQ(fault_of([&] { catalog.commit(first); }), "AlreadyExistsException");
}

TEST_F(CatalogTest, commits_to_several_tables_or_to_none) {
    catalog.create_namespace({"db"}, {});
    TableName other{{"db"}, "other"};
    create(trades);
    create(other);
    std::vector<TableCommit> good = {set_property(trades, "1"), set_property(other, "1")};
    catalog.commit_all(good);
    EXPECT_EQ(catalog.load_table(other).metadata().property("p", ""), "1");

    size_t files_before = metadata_files().size();
    TableCommit failing = set_property(other, "2");
    failing.requirements = json::parse(R"([{"type": "assert-default-spec-id",
                                            "default-spec-id": 5}])");
    std::vector<TableCommit> bad = {set_property(trades, "2"), failing};
    EXPECT_EQ(fault_of([&] { catalog.commit_all(bad); }), "CommitFailedException");
    EXPECT_EQ(catalog.load_table(trades).metadata().property("p", ""), "1");
    EXPECT_EQ(metadata_files().size(), files_before);

    std::vector<TableCommit> twice = {set_property(trades, "3"), set_property(trades, "4")};
    EXPECT_EQ(fault_of([&] { catalog.commit_all(twice); }), "invalid_input");
}

TEST_F(CatalogTest, loses_no_commit_of_many_at_once) {
    catalog.create_namespace({"db"}, {});
    create(trades);
    constexpr int Writers = 8;
    constexpr int Each = 25;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < Writers; ++writer) {
        writers.emplace_back([&, writer] {
            for (int i = 0; i < Each; ++i) {
                std::string name = std::to_string(writer) + "-" + std::to_string(i);
                std::string updates =
                    R"([{"action": "set-properties", "updates": {")" + name + "\": \"x\"}}]";
                catalog.commit(change(trades, updates.c_str()));
            }
        });
    }
    for (std::thread& writer : writers) writer.join();
    EXPECT_EQ(catalog.load_table(trades).metadata().properties.size(), size_t{Writers * Each});
}

// Another process between our reading and our swap.
TEST_F(CatalogTest, applies_a_change_to_what_someone_else_committed_first) {
    catalog.create_namespace({"db"}, {});
    create(trades);
    TableFiles their_files({&disk}, 1 << 20);
    Catalog theirs({store, their_files, clock, random}, catalog.warehouse());
    for (int i = 0; i < 3; ++i) {
        catalog.commit(set_property(trades, "ours"));
        theirs.commit(set_property(trades, "theirs"));
    }
    EXPECT_THAT(theirs.load_table(trades).metadata_location, HasSubstr("/00006-"));
}

TEST_F(CatalogTest, registers_files_that_are_there) {
    catalog.create_namespace({"db"}, {});
    LoadedTable made = create(trades);
    catalog.drop_table(trades, DroppedFiles::Stay);
    catalog.register_table(trades, made.metadata_location, false);
    EXPECT_EQ(catalog.load_table(trades).metadata().uuid, made.metadata().uuid);
    auto again = [&](bool replaces) {
        return fault_of([&] { catalog.register_table(trades, made.metadata_location, replaces); });
    };
    EXPECT_EQ(again(false), "AlreadyExistsException");
    EXPECT_EQ(again(true), "none");
    EXPECT_EQ(fault_of([&] {
                  catalog.register_table({{"db"}, "x"}, disk.uri_of("none.metadata.json"), false);
              }),
              "not_found");
    EXPECT_EQ(fault_of([&] { catalog.register_table({{"db"}, "x"}, "s3://b/x.json", false); }),
              "forbidden");
}

TEST_F(CatalogTest, renames_within_and_between_namespaces) {
    catalog.create_namespace({"db"}, {});
    catalog.create_namespace({"other"}, {});
    LoadedTable made = create(trades);
    TableName moved{{"other"}, "bids"};
    catalog.rename(trades, moved, EntryKind::Table);
    EXPECT_EQ(catalog.load_table(moved).metadata_location, made.metadata_location);
    EXPECT_FALSE(catalog.has_table(trades));
    create(trades);
    EXPECT_EQ(fault_of([&] { catalog.rename(trades, moved, EntryKind::Table); }),
              "AlreadyExistsException");
    EXPECT_EQ(fault_of([&] { catalog.rename(trades, {{"gone"}, "x"}, EntryKind::Table); }),
              "NoSuchNamespaceException");
    EXPECT_EQ(fault_of([&] { catalog.rename({{"db"}, "gone"}, {{"db"}, "x"}, EntryKind::Table); }),
              "NoSuchTableException");
}

TEST_F(CatalogTest, drops_a_table_whose_metadata_is_gone) {
    catalog.create_namespace({"db"}, {});
    LoadedTable made = create(trades);
    files.remove(made.metadata_location);
    TableFiles fresh({&disk}, 0);
    Catalog later({store, fresh, clock, random}, catalog.warehouse());
    EXPECT_EQ(fault_of([&] { later.load_table(trades); }), "not_found");
    later.drop_table(trades, DroppedFiles::Stay);
    EXPECT_FALSE(later.has_table(trades));
}

TEST_F(CatalogTest, removes_old_metadata_when_the_table_says_so) {
    catalog.create_namespace({"db"}, {});
    catalog.create_table({.name = trades,
                          .schema = columns(),
                          .properties = {{"write.metadata.previous-versions-max", "2"},
                                         {"write.metadata.delete-after-commit.enabled", "true"}}});
    for (int i = 0; i < 6; ++i) catalog.commit(set_property(trades, std::to_string(i)));
    EXPECT_EQ(metadata_files().size(), 3U);
}

TEST_F(CatalogTest, packs_metadata_when_the_table_says_so) {
    catalog.create_namespace({"db"}, {});
    LoadedTable made =
        catalog.create_table({.name = trades,
                              .schema = columns(),
                              .properties = {{"write.metadata.compression-codec", "gzip"}}});
    EXPECT_THAT(made.metadata_location, testing::EndsWith(".gz.metadata.json"));
    TableFiles fresh({&disk}, 0);
    EXPECT_EQ(fresh.metadata(made.metadata_location)->text, made.stored->text);
    Bytes packed = disk.read(metadata_files()[0]);
    packed.resize(packed.size() / 2);
    disk.write("cut.gz.metadata.json", packed);
    EXPECT_EQ(fault_of([&] { fresh.metadata(disk.uri_of("cut.gz.metadata.json")); }), "corrupt");
}

TEST_F(CatalogTest, refuses_names_that_would_not_be_safe) {
    catalog.create_namespace({"db"}, {});
    for (const char* name : {"", "a/b", "a.b", "..", "a\x01"}) {
        EXPECT_EQ(fault_of([&] { create({{"db"}, name}); }), "invalid_input") << name;
        EXPECT_EQ(fault_of([&] { catalog.create_namespace({name}, {}); }), "invalid_input");
    }
    EXPECT_EQ(fault_of([&] { create({{"db"}, std::string(201, 'x')}); }), "invalid_input");
    EXPECT_NO_THROW(create({{"db"}, "Übung 1$%"}));
}

TEST_F(CatalogTest, lists_names_page_by_page) {
    catalog.create_namespace({"db"}, {});
    for (const char* name : {"c", "a", "b"}) create({{"db"}, name});
    EXPECT_THAT(store.names_in({"db"}, EntryKind::Table, {.count = 2}), ElementsAre("a", "b"));
    EXPECT_THAT(store.names_in({"db"}, EntryKind::Table, {.after = "b"}), ElementsAre("c"));
    EXPECT_THAT(store.names_in({"db"}, EntryKind::View, {}), ElementsAre());
}

TEST(SqliteCatalog, keeps_what_it_was_told) {
    storage::testing::TempFolder folder;
    std::string file = folder.path() / "catalog.db";
    {
        CatalogStore store(open_sqlite(file), "tarn");
        store.create_namespace({"db"}, {{"a", "b"}});
    }
    CatalogStore again(open_sqlite(file), "tarn");
    EXPECT_EQ(again.properties({"db"})->at("a"), "b");
    EXPECT_FALSE(CatalogStore(open_sqlite(file), "other").properties({"db"}));
}

}  // namespace
}  // namespace tarn::iceberg
