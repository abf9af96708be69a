#include "iceberg/catalog/folder_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <thread>

#include "storage/memory_disk.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

namespace json = boost::json;

class FolderCatalogTest : public testing::Test {
protected:
    LoadedTable create(const TableName& name, const Properties& properties = {}) {
        SchemaPtr columns = Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long}});
        return folder.create_table({.name = name, .schema = columns, .properties = properties});
    }
    static TableCommit set_property(const TableName& name, const std::string& key,
                                    const std::string& value) {
        json::object update = {{"action", "set-properties"}, {"updates", {{key, value}}}};
        return {name, json::array(), json::array{update}};
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
    std::string hint() {
        Bytes bytes = disk.read("db/trades/metadata/version-hint.text");
        return std::string(as_text(bytes));
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'763'717'400))};
    storage::MemoryDisk disk{storage::Uri::parse("file:///lake"), clock};
    SeededRandom random{7};
    FolderCatalog folder{disk, clock, random};
    TableName trades{{"db"}, "trades"};
};

TEST_F(FolderCatalogTest, keeps_namespaces_as_folders) {
    folder.create_namespace({"db"}, {{"owner", "ada"}});
    folder.create_namespace({"db", "inner"}, {});
    create(trades);
    EXPECT_THAT(folder.namespaces_in({}), ElementsAre(Namespace{"db"}));
    EXPECT_THAT(folder.namespaces_in({"db"}), ElementsAre(Namespace{"db", "inner"}));
    EXPECT_THAT(folder.names_in({"db"}, EntryKind::Table), ElementsAre("trades"));

    folder.change_properties({"db"}, {{"team", "data"}}, std::vector<std::string>{"owner"});
    EXPECT_THAT(folder.namespace_properties({"db"}), ElementsAre(Pair("team", "data")));
    EXPECT_EQ(fault_of([&] { folder.create_namespace({"db"}, {}); }), "AlreadyExistsException");
    EXPECT_EQ(fault_of([&] { folder.create_namespace({"a", "b"}, {}); }),
              "NoSuchNamespaceException");
    EXPECT_EQ(fault_of([&] { folder.namespaces_in({"db", "trades"}); }),
              "NoSuchNamespaceException");
    EXPECT_EQ(fault_of([&] { folder.drop_namespace({"db"}); }), "NamespaceNotEmptyException");
    folder.drop_namespace({"db", "inner"});
    EXPECT_THAT(folder.namespaces_in({"db"}), IsEmpty());
}

TEST_F(FolderCatalogTest, goes_from_version_to_version) {
    folder.create_namespace({"db"}, {});
    EXPECT_EQ(create(trades).metadata_location, "file:///lake/db/trades/metadata/v1.metadata.json");
    LoadedTable second = folder.commit(set_property(trades, "p", "1"));
    EXPECT_EQ(second.metadata_location, "file:///lake/db/trades/metadata/v2.metadata.json");
    EXPECT_EQ(second.metadata().metadata_log.size(), 1);
    EXPECT_EQ(hint(), "2");
    EXPECT_EQ(folder.load_table(trades).metadata().property("p", ""), "1");
    EXPECT_EQ(folder.commit(set_property(trades, "p", "1")).metadata_location,
              second.metadata_location)
        << "what changes nothing makes no version";
    EXPECT_EQ(fault_of([&] { create(trades); }), "AlreadyExistsException");
}

TEST_F(FolderCatalogTest, packs_metadata_when_the_table_says_so) {
    folder.create_namespace({"db"}, {});
    create(trades, {{"write.metadata.compression-codec", "gzip"}});
    EXPECT_TRUE(disk.exists("db/trades/metadata/v1.gz.metadata.json"));
    folder.commit(set_property(trades, "write.metadata.compression-codec", "none"));
    EXPECT_TRUE(disk.exists("db/trades/metadata/v2.metadata.json"));
    EXPECT_EQ(folder.load_table(trades).metadata().metadata_log.size(), 1);
}

TEST_F(FolderCatalogTest, finds_the_newest_version_whatever_the_hint_says) {
    folder.create_namespace({"db"}, {});
    create(trades);
    for (int i = 0; i < 10; ++i) folder.commit(set_property(trades, "p", std::to_string(i)));
    for (const char* text : {"3", "11\n", "99", "", "v3.metadata.json", "-1"}) {
        disk.write("db/trades/metadata/version-hint.text", as_bytes(text));
        EXPECT_EQ(folder.load_table(trades).metadata().property("p", ""), "9") << text;
    }
    disk.remove("db/trades/metadata/version-hint.text");
    EXPECT_EQ(folder.load_table(trades).metadata().property("p", ""), "9");
    EXPECT_THAT(folder.names_in({"db"}, EntryKind::Table), ElementsAre("trades"));
}

TEST_F(FolderCatalogTest, reads_both_names_of_packed_metadata) {
    folder.create_namespace({"db"}, {});
    create(trades, {{"write.metadata.compression-codec", "gzip"}});
    Bytes packed = disk.read("db/trades/metadata/v1.gz.metadata.json");
    disk.write("db/old/metadata/v1.metadata.json.gz", packed);
    EXPECT_EQ(folder.load_table({{"db"}, "old"}).metadata().uuid,
              folder.load_table(trades).metadata().uuid);
}

TEST_F(FolderCatalogTest, loses_no_commit_of_many_writers) {
    folder.create_namespace({"db"}, {});
    create(trades);
    constexpr int Writers = 4, Commits = 5;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < Writers; ++writer) {
        writers.emplace_back([&, writer] {
            SeededRandom own_random(static_cast<uint64_t>(writer));
            FolderCatalog own(disk, clock, own_random);
            for (int i = 0; i < Commits; ++i) {
                own.commit(set_property(trades, fmt::format("p{}-{}", writer, i), "x"));
            }
        });
    }
    for (std::thread& writer : writers) writer.join();
    EXPECT_EQ(folder.load_table(trades).metadata().properties.size(), Writers * Commits);
    EXPECT_TRUE(
        disk.exists(fmt::format("db/trades/metadata/v{}.metadata.json", Writers * Commits + 1)));
}

TEST_F(FolderCatalogTest, does_not_know_whether_a_commit_took_place_that_the_storage_lost) {
    folder.create_namespace({"db"}, {});
    create(trades);
    disk.inject({.call = storage::Call::Publish, .effect = storage::Effect::Full});
    EXPECT_EQ(fault_of([&] { folder.commit(set_property(trades, "p", "1")); }),
              "CommitStateUnknownException");
    EXPECT_EQ(folder.load_table(trades).metadata().property("p", ""), "1");
}

TEST_F(FolderCatalogTest, refuses_what_a_folder_cannot_do) {
    folder.create_namespace({"db"}, {});
    create(trades);
    EXPECT_EQ(fault_of([&] { folder.rename(trades, {{"db"}, "t"}, EntryKind::Table); }),
              "invalid_input");
    EXPECT_EQ(fault_of([&] { folder.register_table({{"db"}, "t"}, "file:///x", false); }),
              "invalid_input");
    EXPECT_EQ(fault_of([&] { folder.drop_table(trades, DroppedFiles::Stay); }), "invalid_input");
    EXPECT_EQ(fault_of([&] { folder.load_table({{"db"}, ".."}); }), "invalid_input");
    json::object move = {{"action", "set-location"}, {"location", "file:///elsewhere"}};
    EXPECT_EQ(fault_of([&] { folder.commit({trades, json::array(), json::array{move}}); }),
              "invalid_input");
    folder.drop_table(trades, DroppedFiles::Go);
    EXPECT_FALSE(disk.exists("db/trades/metadata/v1.metadata.json"));
    EXPECT_EQ(fault_of([&] { folder.load_table(trades); }), "NoSuchTableException");
}

}  // namespace
}  // namespace tarn::iceberg
