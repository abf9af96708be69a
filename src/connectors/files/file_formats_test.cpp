#include <arrow/io/memory.h>
#include <gmock/gmock.h>

#include "columns/avro_writer.hpp"
#include "columns/parquet_writer.hpp"
#include "connectors/files/file_sink.hpp"
#include "connectors/files/file_source.hpp"
#include "connectors/formats/test_tables.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using Lines = std::vector<std::string>;

// Tables of whole files, in each format that there is.
class FileFormats : public testing::TestWithParam<std::string> {
protected:
    sql::StoredTablePtr table(const std::string& columns, const std::string& more = "") {
        return test_table("t (" + columns + ") WITH ('path' = 'files', 'format' = '" + GetParam() +
                          "'" + more + ")");
    }

    void write(const sql::StoredTablePtr& table, const std::vector<Lines>& batches) {
        FileSink sink(sink_of(table), access, "job", random);
        for (const Lines& rows : batches) {
            sink.write(batch_of(written_columns(table->table), rows));
        }
        ++epoch;
        sink.commit(epoch, sink.set_aside({.number = epoch})());
    }

    std::unique_ptr<FileSource> source(const sql::StoredTablePtr& table,
                                       std::optional<std::vector<size_t>> places = {}) {
        asked = asked_columns(source_of(table, places));
        return std::make_unique<FileSource>(source_of(table, places), access, clock);
    }

    Lines read(FileSource& source, int64_t rows_max = 100) {
        Lines lines;
        while (auto batch = source.read(rows_max)) {
            for (std::string& line : lines_of(*batch, asked)) lines.push_back(std::move(line));
        }
        return lines;
    }
    Lines read(const sql::StoredTablePtr& table, std::optional<std::vector<size_t>> places = {}) {
        return read(*source(table, std::move(places)));
    }

    Lines paths() const {
        Lines found;
        for (const auto& entry : disk->list("", storage::Depth::AllBelow)) {
            found.push_back(entry.path);
        }
        return found;
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'780'000'000))};
    SeededRandom random{7};
    std::shared_ptr<storage::MemoryDisk> disk =
        std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
    FileAccess access{.open = [this](const storage::Uri&) { return disk; }, .base_folder = "/data"};
    StoredColumns asked;
    int64_t epoch = 0;
};

INSTANTIATE_TEST_SUITE_P(Each, FileFormats, testing::Values("parquet", "avro"),
                         [](const auto& info) { return info.param; });

const std::string EveryType =
    "a BOOLEAN, b TINYINT, c SMALLINT, d INT, e BIGINT, f FLOAT, g DOUBLE, h DECIMAL(20, 3), "
    "i STRING, j BYTES, k DATE, l TIME(3), m TIMESTAMP(3), n ARRAY<INT>, o MAP<STRING, BIGINT>, "
    "p ROW<x INT, y ARRAY<ROW<z STRING>>>";
const std::string ARow =
    "TRUE, CAST(-1 AS TINYINT), CAST(300 AS SMALLINT), 7, CAST(8 AS BIGINT), CAST(1.5 AS FLOAT), "
    "2.5e0, CAST(-12.5 AS DECIMAL(20, 3)), 'x', x'0102', DATE '2024-02-29', TIME '10:11:12.345', "
    "TIMESTAMP '1969-12-31 23:59:59.999', ARRAY[1, CAST(NULL AS INT)], MAP['k', CAST(9 AS "
    "BIGINT)], "
    "ROW(1, ARRAY[ROW('z')])";
const std::string NoValues =
    "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
    "NULL";

TEST_P(FileFormats, give_back_what_was_written) {
    auto all = table(EveryType);

    write(all, {{ARow, NoValues}, {ARow}});

    EXPECT_THAT(paths(), ElementsAre(MatchesRegex("files/part-job-1-[0-9a-f]+-0\\." + GetParam())));
    std::string row =
        "+I TRUE | -1 | 300 | 7 | 8 | 1.5 | 2.5 | -12.500 | 'x' | x'0102' | 2024-02-29 | "
        "10:11:12.345 | 1969-12-31 23:59:59.999 | [1, NULL] | {'k'=9} | (1, [('z')])";
    std::string nothing =
        "+I NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | NULL | "
        "NULL | NULL | NULL | NULL";
    EXPECT_THAT(read(all), ElementsAre(row, nothing, row));
}

TEST_P(FileFormats, give_the_columns_that_are_asked_for) {
    auto all = table("a INT, b STRING, c ROW<x INT, y INT>");
    write(all, {{"1, 'x', ROW(2, 3)"}});

    EXPECT_THAT(read(all, {{2, 0}}), ElementsAre("+I (2, 3) | 1"));
    EXPECT_THAT(read(all, {{}}), ElementsAre("+I "));
    EXPECT_THAT(read(table("c ROW<y INT>, n STRING METADATA FROM 'file.name'")),
                ElementsAre(MatchesRegex("\\+I \\(3\\) \\| 'part-job-1-.*")));
}

TEST_P(FileFormats, give_the_fields_that_are_read) {
    auto rows = table("a INT, c ROW<x INT, y ROW<z INT>, w STRING NOT NULL>");
    write(rows, {{"1, ROW(2, ROW(3), 'w')", "4, NULL"}});
    sql::stream::TableSource wanted = source_of(rows);
    wanted.fields = {{1, {"y"}}};
    asked = asked_columns(wanted);

    FileSource some(wanted, access, clock);

    EXPECT_THAT(read(some), ElementsAre("+I 1 | (NULL, (3), NULL)", "+I 4 | NULL"));
}

TEST_P(FileFormats, are_read_as_tables_that_have_changed_since) {
    write(table("a INT, b STRING"), {{"1, 'x'"}});

    EXPECT_THAT(read(table("b STRING, fresh DOUBLE, a BIGINT")), ElementsAre("+I 'x' | NULL | 1"));
    EXPECT_THAT(refusal_of([&] { read(table("fresh INT NOT NULL")); }),
                HasSubstr("/data/files/part-job-1-"));
    EXPECT_THAT(refusal_of([&] { read(table("a STRING")); }),
                AllOf(HasSubstr("/data/files/part-job-1-"), HasSubstr("'a' is written as int32")));
}

TEST_P(FileFormats, want_values_in_columns_that_are_not_null) {
    write(table("a INT"), {{"1", "NULL"}});

    EXPECT_THAT(refusal_of([&] { read(table("a INT NOT NULL")); }),
                AllOf(HasSubstr("/data/files/part-job-1-"), HasSubstr("'a'")));
}

TEST_P(FileFormats, are_read_on_from_any_position) {
    auto numbers = table("a INT");
    write(numbers, {{"1", "2", "3"}, {"4"}});
    write(numbers, {{"5", "6"}});
    Lines all = read(numbers);
    ASSERT_EQ(all.size(), 6u);

    for (int steps = 0; steps <= 6; ++steps) {
        auto first = source(numbers);
        Lines lines;
        for (int i = 0; i < steps; ++i) {
            auto batch = first->read(1);
            ASSERT_TRUE(batch);
            for (std::string& line : lines_of(*batch, asked)) lines.push_back(std::move(line));
        }
        auto second = source(numbers);
        second->seek(first->position());
        for (std::string& line : read(*second, 2)) lines.push_back(std::move(line));

        EXPECT_EQ(lines, all) << "after " << steps;
        EXPECT_TRUE(second->is_ended());
    }
}

TEST_P(FileFormats, end_at_the_size_that_is_asked_for) {
    auto small = table("a INT", ", 'sink.rolling-policy.file-size' = '1b'");

    write(small, {{"1", "2"}, {"3"}});

    EXPECT_EQ(paths().size(), 2u);
    EXPECT_THAT(read(small), ElementsAre("+I 1", "+I 2", "+I 3"));
}

TEST_P(FileFormats, refuse_changes_and_what_is_no_such_file) {
    auto numbers = table("a INT");
    FileSink sink(sink_of(numbers), access, "job", random);
    engine::ChangeBatch gone = batch_of(written_columns(numbers->table), {"1"});
    gone.kinds = {engine::Change::Delete};
    EXPECT_THAT(refusal_of([&] { sink.write(gone); }),
                HasSubstr("the format '" + GetParam() + "' has no way to say that a row is -D"));

    disk->write("files/bad", as_bytes("this is something else"));
    EXPECT_THAT(refusal_of([&] { read(numbers); }), HasSubstr("file:///data/files/bad: "));
}

class ParquetFiles : public FileFormats {};
INSTANTIATE_TEST_SUITE_P(Only, ParquetFiles, testing::Values("parquet"));

TEST_P(ParquetFiles, have_times_as_their_options_say) {
    std::string row = "TIMESTAMP '2500-01-01 00:00:00.123456'";
    for (std::string options :
         {"", ", 'parquet.write.int64.timestamp' = 'true'",
          ", 'parquet.write.int64.timestamp' = 'true', 'parquet.timestamp.time.unit' = 'millis'"}) {
        auto times = table("a TIMESTAMP(6)", options);
        disk->remove_folder("files");
        write(times, {{row}});
        bool has_millis = options.ends_with("'millis'");
        EXPECT_THAT(read(times), ElementsAre(has_millis ? "+I 2500-01-01 00:00:00.123"
                                                        : "+I 2500-01-01 00:00:00.123456"))
            << options;
    }
}

TEST_P(ParquetFiles, are_packed_as_their_options_say) {
    for (std::string codec : {"snappy", "ZSTD", "gzip", "UNCOMPRESSED"}) {
        auto packed = table("a STRING", ", 'parquet.compression' = '" + codec + "'");
        disk->remove_folder("files");
        write(packed, {{"'x'"}});
        EXPECT_THAT(read(packed), ElementsAre("+I 'x'")) << codec;
    }
    EXPECT_THAT(refusal_of([&] { read(table("a INT", ", 'parquet.compression' = 'LZO'")); }),
                HasSubstr("'parquet.compression' is 'LZO', which is none of SNAPPY, ZSTD, GZIP"));
    EXPECT_THAT(refusal_of([&] { read(table("a INT", ", 'parquet.page.checksum' = 'x'")); }),
                HasSubstr("the option 'parquet.page.checksum' does not work here"));
}

class AvroFiles : public FileFormats {};
INSTANTIATE_TEST_SUITE_P(Only, AvroFiles, testing::Values("avro"));

TEST_P(AvroFiles, are_packed_as_their_options_say) {
    for (std::string codec : {"null", "deflate", "snappy", "zstandard"}) {
        auto packed = table("a STRING", ", 'avro.codec' = '" + codec + "'");
        disk->remove_folder("files");
        write(packed, {{"'x'"}});
        EXPECT_THAT(read(packed), ElementsAre("+I 'x'")) << codec;
    }
    EXPECT_THAT(refusal_of([&] { read(table("a INT", ", 'avro.codec' = 'xz'")); }),
                HasSubstr("'avro.codec' is 'xz', which is no codec here"));
}

TEST_P(AvroFiles, have_instants_where_the_old_mapping_is_off) {
    std::string exact = ", 'avro.timestamp_mapping.legacy' = 'false'";
    std::string columns = "a TIMESTAMP_LTZ(6), b TIMESTAMP(6)";
    auto times = table(columns, exact);

    write(times, {{"TO_TIMESTAMP_LTZ(1, 3), TIMESTAMP '2024-01-02 03:04:05.000006'"}});

    EXPECT_THAT(read(times),
                ElementsAre("+I 1970-01-01 00:00:00.001Z | 2024-01-02 03:04:05.000006"));
    EXPECT_THAT(refusal_of([&] { read(table("a TIMESTAMP_LTZ(3)")); }),
                HasSubstr("column 'a': TIMESTAMP_LTZ(3) cannot be written as Avro"));
    EXPECT_THAT(refusal_of([&] { read(table("a TIMESTAMP(6)")); }),
                HasSubstr("times have 3 digits behind the second at most here"));
}

}  // namespace
}  // namespace tarn::connectors
