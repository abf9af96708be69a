#include <gmock/gmock.h>

#include "connectors/files/file_sink.hpp"
#include "connectors/files/file_source.hpp"
#include "connectors/formats/test_tables.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using Lines = std::vector<std::string>;

class Files : public testing::Test {
protected:
    void put(const std::string& path, std::string_view text) { disk->write(path, as_bytes(text)); }

    // A source of "t (a INT, b STRING)" with these options besides path and format.
    std::unique_ptr<FileSource> source(const std::string& path, const std::string& more = "",
                                       const std::string& columns = "a INT, b STRING",
                                       std::optional<std::vector<size_t>> places = {}) {
        auto table = test_table("t (" + columns + ") WITH ('format' = 'json', 'path' = '" + path +
                                "'" + more + ")");
        asked = asked_columns(source_of(table, places));
        return std::make_unique<FileSource>(source_of(table, places), access, clock);
    }

    // What comes until there is nothing at the moment.
    Lines read_all(FileSource& source, int64_t rows_max = 100) {
        Lines lines;
        while (auto batch = source.read(rows_max)) {
            for (std::string& line : lines_of(*batch, asked)) lines.push_back(std::move(line));
        }
        return lines;
    }

    std::unique_ptr<FileSink> sink(const std::string& more = "",
                                   const std::string& writer = "job") {
        auto table =
            test_table("t (a INT) WITH ('format' = 'json', 'path' = '/data/out'" + more + ")");
        return std::make_unique<FileSink>(sink_of(table), access, writer, random);
    }

    static engine::ChangeBatch rows(const Lines& values) {
        return batch_of({{"a", sql::simple_type(sql::TypeKind::Int), sql::Physical{}}}, values);
    }

    Lines paths() const {
        Lines found;
        for (const auto& entry : disk->list("", storage::Depth::AllBelow)) {
            found.push_back(entry.path);
        }
        return found;
    }

    // The rows of all files that a reader would see.
    Lines visible_rows() {
        if (paths().empty()) return {};
        auto reader = source("out", "", "a INT");
        return read_all(*reader);
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'780'000'000))};
    SeededRandom random{7};
    std::shared_ptr<storage::MemoryDisk> disk =
        std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
    FileAccess access{.open = [this](const storage::Uri&) { return disk; }, .base_folder = "/data"};
    StoredColumns asked;
};

TEST_F(Files, of_a_folder_are_read_once_in_the_order_of_their_names) {
    put("in/b.json", "{\"a\":3}\n{\"a\":4}");
    put("in/a.json", "{\"a\":1,\"b\":\"x\"}\n\n{\"a\":2}\n");
    put("in/deeper/c.json", "{\"a\":5}\n");
    put("in/.hidden", "no json");
    put("in/_SUCCESS", "");

    auto all = source("in");

    EXPECT_FALSE(all->is_ended());
    EXPECT_THAT(read_all(*all), ElementsAre("+I 1 | 'x'", "+I 2 | NULL", "+I 3 | NULL",
                                            "+I 4 | NULL", "+I 5 | NULL"));
    EXPECT_TRUE(all->is_ended());
}

TEST_F(Files, may_be_named_one_by_one_and_by_a_uri) {
    put("in/a.json", "{\"a\":1}\n");
    put("in/b.json", "{\"a\":2}\n");

    EXPECT_THAT(read_all(*source("file:///data/in/b.json")), ElementsAre("+I 2 | NULL"));
    EXPECT_THAT(read_all(*source("in", ", 'source.path.regex-pattern' = '/data/in/a.*'")),
                ElementsAre("+I 1 | NULL"));
}

TEST_F(Files, give_the_columns_that_are_asked_for_and_what_is_known_of_the_file) {
    put("in/a.json", "{\"a\":1,\"b\":\"x\"}\n");
    std::string columns =
        "p STRING METADATA FROM 'file.path', a INT, s BIGINT METADATA FROM 'file.size', b STRING";

    EXPECT_THAT(read_all(*source("in", "", columns)),
                ElementsAre("+I 'file:///data/in/a.json' | 1 | 16 | 'x'"));
    EXPECT_THAT(read_all(*source("in", "", columns, {{3, 2}})), ElementsAre("+I 'x' | 16"));
    EXPECT_THAT(refusal_of([&] { source("in", "", "a INT, x INT METADATA FROM 'file.age'"); }),
                HasSubstr("column 'x': files have no metadata 'file.age'"));
}

TEST_F(Files, are_read_on_from_any_position) {
    put("in/a.json", "{\"a\":1}\n[{\"a\":2},{\"a\":3}]\n{\"a\":4}\n");
    put("in/b.json", "{\"a\":5}\n{\"a\":6}\n");
    Lines all = read_all(*source("in"));
    ASSERT_EQ(all.size(), 6u);

    for (int steps = 0; steps <= 5; ++steps) {
        auto first = source("in");
        Lines lines;
        for (int i = 0; i < steps; ++i) {
            auto batch = first->read(1);
            ASSERT_TRUE(batch);
            for (std::string& line : lines_of(*batch, asked)) lines.push_back(std::move(line));
        }
        auto second = source("in");
        second->seek(first->position());
        auto third = source("in");
        third->seek(second->position());
        for (std::string& line : read_all(*third, 2)) lines.push_back(std::move(line));

        EXPECT_EQ(lines, all) << "after " << steps;
        EXPECT_TRUE(third->is_ended());
    }
}

TEST_F(Files, larger_than_a_buffer_keep_their_records_whole) {
    std::string text;
    for (int i = 0; i < 3'000; ++i) {
        text += fmt::format("{{\"a\":{},\"b\":\"{}\"}}\n", i, std::string(1'000, 'x'));
    }
    put("in/a.json", text);

    auto reader = source("in", "", "a INT, b STRING", {{0}});
    Lines lines = read_all(*reader, 700);

    ASSERT_EQ(lines.size(), 3'000u);
    EXPECT_EQ(lines.front(), "+I 0");
    EXPECT_EQ(lines.back(), "+I 2999");
}

TEST_F(Files, that_come_later_are_found_where_they_are_watched_for) {
    auto watched = source("in", ", 'source.monitor-interval' = '10s'");
    EXPECT_THAT(read_all(*watched), IsEmpty());

    put("in/b.json", "{\"a\":1}\n");
    EXPECT_THAT(read_all(*watched), IsEmpty());
    clock.advance(std::chrono::seconds(10));
    EXPECT_THAT(read_all(*watched), ElementsAre("+I 1 | NULL"));

    put("in/a.json", "{\"a\":2}\n");
    auto restarted = source("in", ", 'source.monitor-interval' = '10s'");
    restarted->seek(watched->position());
    EXPECT_THAT(read_all(*restarted), ElementsAre("+I 2 | NULL"));
    EXPECT_FALSE(restarted->is_ended());
}

TEST_F(Files, that_come_later_are_not_of_a_table_that_is_read_once) {
    put("in/b.json", "{\"a\":1}\n");
    auto first = source("in");
    first->read(1);

    put("in/c.json", "{\"a\":2}\n");
    auto second = source("in");
    second->seek(first->position());

    EXPECT_THAT(read_all(*second), IsEmpty());
    EXPECT_TRUE(second->is_ended());
}

TEST_F(Files, with_a_bad_record_stop_the_job_and_say_where) {
    put("in/a.json", "{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":3}\n");

    EXPECT_THAT(refusal_of([&] { read_all(*source("in")); }),
                AllOf(HasSubstr("file:///data/in/a.json, byte 8: a: "),
                      HasSubstr("'json.ignore-parse-errors' = 'true'")));
    EXPECT_THAT(read_all(*source("in", ", 'json.ignore-parse-errors' = 'true'")),
                ElementsAre("+I 1 | NULL", "+I NULL | NULL", "+I 3 | NULL"));
}

TEST_F(Files, that_are_not_there_are_an_error) {
    EXPECT_THAT(refusal_of([&] { read_all(*source("nowhere")); }),
                HasSubstr("there is no file or folder file:///data/nowhere"));

    put("in/a.json", "{\"a\":1}\n{\"a\":2}\n");
    auto first = source("in");
    first->read(1);
    disk->remove("in/a.json");
    auto second = source("in");
    second->seek(first->position());
    EXPECT_THAT(refusal_of([&] { second->read(1); }),
                HasSubstr("file:///data/in/a.json is gone before it was read"));
}

TEST_F(Files, in_folders_of_partitions_are_refused) {
    auto table = test_table(
        "t (a INT, d STRING) PARTITIONED BY (d) WITH ('format' = 'json', 'path' = 'in')");

    EXPECT_THAT(refusal_of([&] { FileSource(source_of(table), access, clock); }),
                HasSubstr("c.d.t: PARTITIONED BY does not run for filesystem yet"));
}

TEST_F(Files, that_are_written_show_when_their_epoch_is_complete) {
    auto writer = sink();
    writer->write(rows({"1", "2"}));
    writer->write(rows({"3"}));
    EXPECT_THAT(visible_rows(), IsEmpty());

    auto prepared = writer->set_aside({.number = 4})();
    EXPECT_THAT(paths(), ElementsAre(MatchesRegex("out/\\.part-job-[0-9a-f]+-0")));

    writer->commit(4, prepared);
    EXPECT_THAT(paths(), ElementsAre(MatchesRegex("out/part-job-4-[0-9a-f]+-0\\.json")));
    EXPECT_THAT(visible_rows(), ElementsAre("+I 1", "+I 2", "+I 3"));

    writer->commit(5, writer->set_aside({.number = 5})());
    EXPECT_EQ(paths().size(), 1u);
}

TEST_F(Files, are_committed_once_however_often_it_is_asked_for) {
    auto first = sink();
    first->write(rows({"1"}));
    auto prepared = first->set_aside({.number = 1})();
    disk->lose_power();

    for (int i = 0; i < 3; ++i) {
        sink()->commit(1, prepared);
        disk->lose_power();
    }

    EXPECT_THAT(visible_rows(), ElementsAre("+I 1"));
    disk->remove(paths().front());
    EXPECT_THAT(refusal_of([&] { sink()->commit(1, prepared); }), HasSubstr("of epoch 1 is gone"));
}

TEST_F(Files, of_lost_epochs_are_removed_and_those_of_others_stay) {
    sink()->set_aside({.number = 1})();
    for (const std::string name : {"job", "job-2", "other"}) {
        auto lost = sink("", name);
        lost->write(rows({"1"}));
        lost->set_aside({.number = 1})();
    }
    ASSERT_EQ(paths().size(), 3u);

    auto next = sink();
    next->commit(1, next->set_aside({.number = 1})());

    EXPECT_THAT(paths(), ElementsAre(HasSubstr("-job-2-"), HasSubstr("-other-")));
}

TEST_F(Files, end_at_the_size_that_is_asked_for) {
    auto writer = sink(", 'sink.rolling-policy.file-size' = '20b'");
    for (int i = 0; i < 6; ++i) writer->write(rows({std::to_string(i)}));

    writer->commit(1, writer->set_aside({.number = 1})());

    EXPECT_EQ(paths().size(), 2u);
    EXPECT_EQ(visible_rows().size(), 6u);
}

TEST_F(Files, refuse_what_they_cannot_do_by_name) {
    EXPECT_THAT(refusal_of([&] { sink(", 'auto-compaction' = 'true'"); }),
                HasSubstr("the option 'auto-compaction' does not work here"));
    EXPECT_EQ(refusal_of([&] { sink(", 'auto-compaction' = 'false'"); }), "");
    auto table = test_table(
        "t (a INT, p STRING METADATA FROM 'file.path') WITH ('format' = 'json', 'path' = 'out')");
    EXPECT_THAT(refusal_of([&] { FileSink(sink_of(table), access, "job", random); }),
                HasSubstr("the metadata column 'p' cannot be written"));
}

}  // namespace
}  // namespace tarn::connectors
