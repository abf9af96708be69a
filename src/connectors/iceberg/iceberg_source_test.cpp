#include "connectors/iceberg/iceberg_source.hpp"

#include "connectors/iceberg/sink_fixture.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Sources : public SinkTest {
protected:
    Sources() { run("CREATE TABLE t (a INT, b STRING)"); }

    // A snapshot of its own.
    void add(const Lines& values) {
        if (!writer) writer = sink("t");
        write(*writer, "t", values);
        complete(*writer, ++epoch);
    }

    // With the options of a hint: "'streaming' = 'true'".
    std::unique_ptr<IcebergSource> source(const std::string& hint = "",
                                          std::optional<std::vector<size_t>> places = {}) {
        sql::stream::TableSource scan = source_of(table("t"), std::move(places));
        if (!hint.empty()) scan.options = test_table("h (a INT) WITH (" + hint + ")")->options;
        asked = asked_columns(scan);
        return std::make_unique<IcebergSource>(scan, handle("t"), ticking);
    }

    // What comes until there is nothing at the moment.
    Lines read(IcebergSource& source, int64_t rows_max = 100) {
        Lines lines;
        while (auto batch = source.read(rows_max)) {
            EXPECT_LE(batch->size(), rows_max);
            for (std::string& line : lines_of(*batch, asked)) lines.push_back(std::move(line));
        }
        return lines;
    }

    iceberg::SnapshotId newest() { return *metadata("t").current_snapshot_id; }

    ManualClock ticking{WallTime(std::chrono::seconds(1'780'000'000))};
    std::unique_ptr<IcebergSink> writer;
    int64_t epoch = 0;
    StoredColumns asked;
};

TEST_F(Sources, read_the_rows_that_are_there_and_end) {
    add({"1, 'a'", "2, NULL"});
    add({"3, 'c'"});
    auto bounded = source();
    EXPECT_FALSE(bounded->is_ended());

    Lines lines = read(*bounded, 1);
    std::ranges::sort(lines);

    EXPECT_THAT(lines, ElementsAre("+I 1 | 'a'", "+I 2 | NULL", "+I 3 | 'c'"));
    EXPECT_TRUE(bounded->is_ended());
    add({"4, 'd'"});
    EXPECT_THAT(read(*bounded), IsEmpty());
}

TEST_F(Sources, read_only_the_columns_that_are_wanted) {
    add({"1, 'a'", "2, 'b'"});
    EXPECT_THAT(read(*source("", {{1}})), ElementsAre("+I 'a'", "+I 'b'"));
    auto counting = source("", std::vector<size_t>{});
    EXPECT_EQ(counting->read(100)->size(), 2);
}

TEST_F(Sources, of_an_empty_table_end_at_once) {
    auto bounded = source();
    EXPECT_THAT(read(*bounded), IsEmpty());
    EXPECT_TRUE(bounded->is_ended());
}

TEST_F(Sources, read_the_table_as_it_was) {
    add({"1, 'a'"});
    auto first = newest();
    add({"2, 'b'"});
    run("ALTER TABLE t RENAME b TO c");

    EXPECT_THAT(read(*source(fmt::format("'snapshot-id' = '{}'", first))),
                ElementsAre("+I 1 | 'a'"));
    EXPECT_EQ(read(*source("'as-of-timestamp' = '32503680000000'")).size(), 2U);
    EXPECT_THAT(refusal_of([&] { read(*source("'snapshot-id' = '7'")); }), HasSubstr("7"));
    EXPECT_THAT(refusal_of([&] { read(*source("'tag' = 'nope'")); }), HasSubstr("nope"));
    EXPECT_THAT(refusal_of([&] { source("'tag' = 'x', 'snapshot-id' = '7'"); }),
                HasSubstr("at one version of it"));
}

TEST_F(Sources, go_on_with_what_is_appended) {
    add({"1, 'a'"});
    auto endless = source("'streaming' = 'true', 'monitor-interval' = '1 s'");
    EXPECT_THAT(read(*endless), ElementsAre("+I 1 | 'a'"));
    add({"2, 'b'"});
    EXPECT_THAT(read(*endless), IsEmpty()) << "before the interval is over";
    ticking.advance(std::chrono::seconds(1));

    EXPECT_THAT(read(*endless), ElementsAre("+I 2 | 'b'"));
    EXPECT_FALSE(endless->is_ended());
    EXPECT_EQ(endless->offsets().at("db.t"), std::to_string(newest()));
}

TEST_F(Sources, begin_behind_a_snapshot) {
    add({"1, 'a'"});
    auto first = newest();
    add({"2, 'b'"});
    add({"3, 'c'"});

    EXPECT_THAT(
        read(*source(fmt::format("'streaming' = 'true', 'start-snapshot-id' = '{}'", first))),
        ElementsAre("+I 2 | 'b'", "+I 3 | 'c'"));
    EXPECT_THAT(refusal_of([&] { source("'start-snapshot-id' = '7'"); }),
                HasSubstr("is for 'streaming' = 'true'"));
}

// Wherever it stops, what was read before and what is read after are all rows, each once.
TEST_F(Sources, go_on_from_every_position) {
    for (int i = 1; i <= 3; ++i) {
        add({fmt::format("{}1, 'x'", i), fmt::format("{}2, 'y'", i), fmt::format("{}3, 'z'", i)});
    }
    Lines expected = read(*source());
    for (size_t stop = 0; stop <= expected.size(); ++stop) {
        for (std::string hint : {"", "'streaming' = 'true', 'monitor-interval' = '1 s'"}) {
            auto first = source(hint);
            Lines lines;
            while (lines.size() < stop) lines.push_back(lines_of(*first->read(1), asked).front());
            auto next = source(hint);
            next->seek(first->position());
            for (std::string& line : read(*next, 2)) lines.push_back(line);
            EXPECT_EQ(lines, expected) << hint << " after " << stop;
            EXPECT_EQ(next->is_ended(), hint.empty());
        }
    }
}

TEST_F(Sources, that_stood_still_go_on_with_all_that_was_appended) {
    add({"1, 'a'"});
    std::string hint = "'streaming' = 'true'";
    auto first = source(hint);
    EXPECT_EQ(read(*first).size(), 1U);
    auto position = first->position();
    add({"2, 'b'"});
    add({"3, 'c'"});

    auto next = source(hint);
    next->seek(position);
    EXPECT_THAT(read(*next), ElementsAre("+I 2 | 'b'", "+I 3 | 'c'"));

    forget_snapshots("t");
    auto late = source(hint);
    late->seek(position);
    EXPECT_THAT(refusal_of([&] { read(*late); }), HasSubstr("has expired or was rolled back"));
}

TEST_F(Sources, give_back_all_types_that_a_sink_has_written) {
    run("CREATE TABLE u (i TINYINT, ts TIMESTAMP(3), lt TIMESTAMP_LTZ(3), t TIME(3), x BINARY(2), "
        "r ROW<n SMALLINT, l ARRAY<TIMESTAMP(3)>>, m MAP<STRING, TINYINT>)");
    auto declared = test_table(
        "u (i TINYINT, ts TIMESTAMP(3), lt TIMESTAMP_LTZ(3), t TIME(3), x BINARY(2), "
        "r ROW<n SMALLINT, l ARRAY<TIMESTAMP(3)>>, m MAP<STRING, TINYINT>)");
    Lines given{
        "1, TIMESTAMP '2024-01-01 01:02:03.004', TO_TIMESTAMP_LTZ(5, 3), TIME '01:02:03', "
        "x'0102', ROW(7, ARRAY[TIMESTAMP '2024-01-01 00:00:00']), MAP['k', 3]",
        "NULL, NULL, NULL, NULL, NULL, NULL, NULL"};
    IcebergSink written(sink_of(declared), handle("u"), "job", random);
    auto rows = batch_of(declared->table.columns, given);
    written.write(rows);
    complete(written, 1);

    IcebergSource back(source_of(declared), handle("u"), ticking);
    auto read = back.read(10);

    EXPECT_EQ(lines_of(*read, declared->table.columns), lines_of(rows, declared->table.columns));
}

}  // namespace
}  // namespace tarn::connectors
