#include "iceberg/write/upsert_writer.hpp"

#include <gmock/gmock.h>

#include <set>

#include "iceberg/write/write_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class UpsertWriterTest : public WriteTest {
protected:
    static TableMetadata keyed(std::map<std::string, std::string> properties = {}) {
        auto columns = trades();
        return table({.schema = Schema::make(0, columns->fields(), {1}),
                      .spec = {.fields = {{1, 1000, "id_bucket", Transform::bucket(4)}}},
                      .location = {},
                      .properties = std::move(properties)});
    }

    std::shared_ptr<arrow::RecordBatch> keys(const std::vector<int64_t>& ids) const {
        columns::JsonDecoder decoder(arrow::schema({arrow::field("id", arrow::int64())}));
        for (int64_t id : ids) decoder.append_lines(fmt::format("{{\"id\":{}}}\n", id));
        return decoder.finish().batch;
    }

    // As a reader does it: what is in the files, less what their deletes say.
    void commit(const RowDelta& delta) {
        for (const DataFile& file : delta.data_files) data_.push_back(file);
        for (const DataFile& old : delta.replaced_delete_files) {
            EXPECT_EQ(std::erase(deletes_, old), 1U);
        }
        for (const DataFile& file : delta.delete_files) deletes_.push_back(file);
    }

    std::map<std::string, std::string> names_by_id() const {
        std::set<std::pair<std::string, int64_t>> deleted;
        for (const DataFile& file : deletes_) {
            if (file.is_deletion_vector()) {
                read_deletion_vector(files_, file).each([&](int64_t position) {
                    deleted.emplace(*file.referenced_data_file, position);
                });
                continue;
            }
            auto table = read(file.path);
            for (int64_t row = 0; row < table->num_rows(); ++row) {
                auto path = columns::or_throw(table->GetColumnByName("file_path")->GetScalar(row));
                auto pos = columns::or_throw(table->GetColumnByName("pos")->GetScalar(row));
                EXPECT_TRUE(deleted.emplace(path->ToString(), std::stoll(pos->ToString())).second);
            }
        }
        std::map<std::string, std::string> names;
        for (const DataFile& file : data_) {
            auto table = read(file.path);
            for (int64_t row = 0; row < table->num_rows(); ++row) {
                if (deleted.contains({file.path, row})) continue;
                auto id = columns::or_throw(table->GetColumnByName("id")->GetScalar(row));
                auto name = columns::or_throw(table->GetColumnByName("name")->GetScalar(row));
                EXPECT_TRUE(names.emplace(id->ToString(), name->ToString()).second);
            }
        }
        return names;
    }

    std::vector<DataFile> data_;
    std::vector<DataFile> deletes_;
};

using Names = std::map<std::string, std::string>;

TEST_F(UpsertWriterTest, replaces_rows_of_this_commit_and_of_those_before) {
    TableMetadata metadata = keyed();
    UpsertWriter writer(metadata, files_, random_);

    writer.upsert(*rows(metadata, R"({"id":1,"name":"a"}
{"id":2,"name":"b"}
{"id":1,"name":"c"})"));
    commit(writer.finish());
    EXPECT_EQ(names_by_id(), (Names{{"1", "c"}, {"2", "b"}}));

    writer.upsert(*rows(metadata, R"({"id":2,"name":"d"})"));
    writer.upsert(*rows(metadata, R"({"id":3,"name":"e"})"));
    writer.remove(*keys({1, 77}));
    commit(writer.finish());
    EXPECT_EQ(names_by_id(), (Names{{"2", "d"}, {"3", "e"}}));
    EXPECT_EQ(writer.key_count(), 2U);
    EXPECT_TRUE(writer.finish().is_empty());
}

TEST_F(UpsertWriterTest, equals_a_map_after_many_random_changes) {
    for (const char* version : {"2", "3"}) {
        TableMetadata metadata = keyed({{"format-version", version}});
        UpsertWriter writer(metadata, files_, random_);
        data_.clear();
        deletes_.clear();
        Names expected;
        for (int commits = 0; commits < 8; ++commits) {
            for (int changes = 0; changes < 5; ++changes) {
                std::string lines;
                for (int i = 0; i < 20; ++i) {
                    auto id = std::to_string(random_.below(60));
                    auto name = fmt::format("n{}", random_.below(1'000'000));
                    lines += fmt::format("{{\"id\":{},\"name\":\"{}\"}}\n", id, name);
                    expected[id] = name;
                }
                writer.upsert(*rows(metadata, lines));
                auto gone = static_cast<int64_t>(random_.below(60));
                expected.erase(std::to_string(gone));
                writer.remove(*keys({gone}));
            }
            commit(writer.finish());
            ASSERT_EQ(names_by_id(), expected) << "version " << version;
        }
        if (metadata.format_version >= 3) {
            std::set<std::string> referenced;
            for (const DataFile& vector : deletes_) {
                EXPECT_TRUE(referenced.insert(*vector.referenced_data_file).second);
            }
        }
    }
}

TEST_F(UpsertWriterTest, is_built_anew_from_the_rows_that_are_there) {
    TableMetadata metadata = keyed({{"format-version", "3"}});
    UpsertWriter first(metadata, files_, random_);
    first.upsert(*rows(metadata, R"({"id":0,"name":"a"}
{"id":0,"name":"b"})"));
    commit(first.finish());
    ASSERT_THAT(data_, SizeIs(1));

    UpsertWriter second(metadata, files_, random_);
    second.load(data_[0], *rows(metadata, R"({"id":0,"name":"b"})"), {1}, deletes_.at(0));
    second.upsert(*rows(metadata, R"({"id":0,"name":"c"})"));
    commit(second.finish());

    EXPECT_EQ(names_by_id(), (Names{{"0", "c"}}));
    EXPECT_THAT(deletes_, SizeIs(1));
}

TEST_F(UpsertWriterTest, deletes_by_value_what_it_does_not_know_when_it_is_asked_to) {
    TableMetadata metadata = keyed();
    UpsertWriter writer(metadata, files_, random_,
                        {.unknown_key = UpsertOptions::UnknownKey::MayBeStored});

    writer.upsert(*rows(metadata, R"({"id":5,"name":"a"})"));
    writer.upsert(*rows(metadata, R"({"id":5,"name":"b"})"));
    writer.remove(*keys({6}));
    auto delta = writer.finish();

    std::string by_value;
    int by_position = 0;
    for (const DataFile& file : delta.delete_files) {
        if (file.content == FileContent::EqualityDeletes) by_value += column(file.path, "id") + ";";
        if (file.content == FileContent::PositionDeletes) ++by_position;
    }
    EXPECT_THAT(by_value, testing::AnyOf("5;6;", "5 6;"));
    EXPECT_EQ(by_position, 1);
}

TEST_F(UpsertWriterTest, has_a_limit_and_wants_a_key) {
    TableMetadata metadata = keyed();
    UpsertWriter writer(metadata, files_, random_, {.keys_max = 1});
    EXPECT_EQ(refusal_of([&] { writer.upsert(*rows(metadata, "{\"id\":1}\n{\"id\":2}")); }),
              "the key index holds 1 keys, which is the most; allow more, or partition the table "
              "and write fewer partitions at a time");

    TableMetadata without = table();
    EXPECT_EQ(refusal_of([&] { UpsertWriter(without, files_, random_); }),
              "upserts need a key; set the identifier fields of the table, or name the columns");
    EXPECT_EQ(refusal_of([&] { UpsertWriter(without, files_, random_, {.key_ids = {9}}); }),
              "equality deletes by field 9: there is no such column");
}

TEST_F(UpsertWriterTest, leaves_nothing_behind_when_the_disk_is_full) {
    TableMetadata metadata = keyed();
    auto twice = rows(metadata, "{\"id\":1}\n{\"id\":1}");
    UpsertWriter fitting(metadata, files_, random_);
    fitting.upsert(*twice);
    auto delta = fitting.finish();
    remove_files(files_, delta.data_files);
    remove_files(files_, delta.delete_files);
    disk_.limit_size(delta.data_files.at(0).file_bytes + delta.delete_files.at(0).file_bytes - 1);

    UpsertWriter writer(metadata, files_, random_);
    writer.upsert(*twice);
    EXPECT_THROW(writer.finish(), Error);

    EXPECT_THAT(paths_on_disk(), IsEmpty());
}

}  // namespace
}  // namespace tarn::iceberg
