#include "connectors/iceberg/iceberg_source.hpp"

#include <boost/json/serialize.hpp>

#include "connectors/iceberg/file_filter.hpp"
#include "connectors/iceberg/metadata_source.hpp"
#include "connectors/iceberg/sink_fixture.hpp"
#include "iceberg/format/filter.hpp"
#include "iceberg/scan/metadata_tables.hpp"

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
        return std::make_unique<IcebergSource>(scan, handle("t"), ticking, zone);
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
    sql::TimeZone zone;
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

TEST_F(Sources, take_a_time_without_a_zone_in_that_of_the_session) {
    add({"1, 'a'"});
    auto at = [&](const std::string& point) {
        sql::stream::TableSource scan = source_of(table("t"));
        scan.at = sql::Version{sql::TimeTravel::By::Timestamp, sql::bound_over({}, point, {})};
        asked = asked_columns(scan);
        return std::make_unique<IcebergSource>(scan, handle("t"), ticking, zone);
    };
    std::string soon = to_rfc3339(clock.now() + std::chrono::hours(1)).substr(0, 19);
    soon[10] = ' ';
    EXPECT_THAT(read(*at("'" + soon + "'")), ElementsAre("+I 1 | 'a'"));
    EXPECT_THAT(read(*at("TIMESTAMP '" + soon + "'")), ElementsAre("+I 1 | 'a'"));

    zone = sql::TimeZone::named("+08:00");

    EXPECT_THAT(refusal_of([&] { read(*at("'" + soon + "'")); }), HasSubstr("no snapshot from"));
    EXPECT_THAT(refusal_of([&] { read(*at("TIMESTAMP '" + soon + "'")); }),
                HasSubstr("no snapshot from"));
    EXPECT_THAT(refusal_of([&] { at("'soon'"); }), HasSubstr("'soon' is no time"));
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

// What a filter over the columns becomes; "-" when it says nothing about files.
class FileFilters : public Sources {
protected:
    FileFilters() {
        run("CREATE TABLE f (i INT, s STRING, ts TIMESTAMP(6), d DOUBLE, n DECIMAL(5, 2), dt "
            "DATE)");
    }
    std::string filter(const std::string& condition) {
        StoredColumns columns = physical_columns(table("f")->table);
        iceberg::TableMetadata known = metadata("f");
        auto bound = sql::bound_over(plan_columns(columns), condition, {});
        iceberg::Expression made = file_filter({bound}, columns, known.schema());
        if (made == iceberg::Expression()) return "-";
        // It must mean something to the table.
        bind(made, known.schema());
        return boost::json::serialize(to_json(made));
    }
};

TEST_F(FileFilters, are_what_conditions_say_of_single_columns) {
    EXPECT_EQ(filter("i = 5"), R"({"type":"eq","term":"i","value":5})");
    EXPECT_EQ(filter("5 < i"), R"({"type":"gt","term":"i","value":5})");
    EXPECT_EQ(filter("s <> 'a'"), R"({"type":"not-eq","term":"s","value":"a"})");
    EXPECT_EQ(filter("s IS NULL"), R"({"type":"is-null","term":"s"})");
    EXPECT_EQ(filter("ts >= TIMESTAMP '2024-01-01 00:00:00'"),
              R"({"type":"gt-eq","term":"ts","value":"2024-01-01T00:00:00"})");
    EXPECT_EQ(filter("dt = DATE '2024-01-01'"),
              R"({"type":"eq","term":"dt","value":"2024-01-01"})");
    EXPECT_EQ(filter("i = 1 AND s LIKE '%a'"), R"({"type":"eq","term":"i","value":1})");
    EXPECT_EQ(filter("i = 1 OR i > 7"), R"({"type":"or","left":{"type":"eq","term":"i","value":1},)"
                                        R"("right":{"type":"gt","term":"i","value":7}})");
}

TEST_F(FileFilters, leave_out_what_files_cannot_tell) {
    EXPECT_EQ(filter("d > 1e0"), "-");
    EXPECT_EQ(filter("i = 1 OR s LIKE '%a'"), "-");
    EXPECT_EQ(filter("i + 1 = 2"), "-");
    EXPECT_EQ(filter("NOT (i = 1 AND s LIKE '%a')"), "-");
    EXPECT_EQ(filter("i = 3000000000"), "-");
    EXPECT_EQ(filter("ts = TIMESTAMP '2024-01-01 00:00:00.123456789'"), "-");
}

TEST_F(Sources, leave_files_out_that_have_no_row_of_the_query) {
    add({"1, 'a'", "2, 'b'"});
    add({"3, 'c'", "2, 'd'"});
    sql::stream::TableSource scan = source_of(table("t"));
    asked = asked_columns(scan);
    scan.filters = {sql::bound_over(plan_columns(asked), "a >= 3", {})};

    IcebergSource filtered(scan, handle("t"), ticking, zone);

    EXPECT_THAT(read(filtered), ElementsAre("+I 3 | 'c'", "+I 2 | 'd'"));
}

TEST_F(Sources, tell_what_a_table_says_of_itself) {
    add({"1, 'a'"});
    auto first = newest();
    add({"2, 'b'"});
    auto said = table("t$snapshots");
    auto telling = std::dynamic_pointer_cast<const MetadataTable>(said->handle);

    MetadataSource snapshots(source_of(said, {{1, 2, 3}}), telling, {});
    asked = asked_columns(source_of(said, {{1, 2, 3}}));
    auto all = snapshots.read(10);

    EXPECT_THAT(lines_of(*all, asked),
                ElementsAre(fmt::format("+I {} | NULL | 'append'", first),
                            fmt::format("+I {} | {} | 'append'", newest(), first)));
    EXPECT_TRUE(snapshots.is_ended());
    for (const std::string& name : iceberg::metadata_table_names()) {
        auto each = table("t$" + name);
        auto handle = std::dynamic_pointer_cast<const MetadataTable>(each->handle);
        MetadataSource(source_of(each), handle, {}).read(10);
    }
    EXPECT_THAT(refusal_of([&] { table("t$nothing"); }), HasSubstr("there is no table"));
    EXPECT_THAT(refusal_of([&] { run("ALTER TABLE `t$files` SET ('a' = 'b')"); }),
                HasSubstr("tells of another table"));
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

    IcebergSource back(source_of(declared), handle("u"), ticking, zone);
    auto read = back.read(10);

    EXPECT_EQ(lines_of(*read, declared->table.columns), lines_of(rows, declared->table.columns));
}

}  // namespace
}  // namespace tarn::connectors
