#include "connectors/iceberg/iceberg_sink.hpp"

#include "connectors/iceberg/sink_fixture.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Sinks : public SinkTest {
protected:
    Sinks() { run("CREATE TABLE t (a INT, b STRING)"); }
};

TEST_F(Sinks, make_one_snapshot_of_each_epoch_that_has_rows) {
    auto running = sink("t");
    write(*running, "t", {"1, 'a'"});
    write(*running, "t", {"2, 'b'", "3, NULL"});
    complete(*running, 1);
    complete(*running, 2);
    write(*running, "t", {"4, 'd'"});
    complete(*running, 3);

    EXPECT_THAT(rows("t"), ElementsAre("1, a", "2, b", "3, null", "4, d"));
    EXPECT_EQ(snapshots("t"), 2U);
    EXPECT_EQ(summary("t", "operation"), "append");
    EXPECT_EQ(findings("t"), "");
}

TEST_F(Sinks, tell_in_the_snapshot_how_far_the_job_has_come) {
    auto running = sink("t");
    write(*running, "t", {"1, 'a'"});
    running->commit(7, prepare(*running, 7, {{"trades-0", "1200"}}, 1'700'000'000'000));

    EXPECT_EQ(summary("t", "tarn.job"), "job");
    EXPECT_EQ(summary("t", "tarn.epoch"), "7");
    EXPECT_EQ(summary("t", "tarn.offsets"), "{\"trades-0\":\"1200\"}");
    EXPECT_EQ(summary("t", "tarn.watermark"), "1700000000000");
    EXPECT_EQ(summary("t", "flink.max-committed-checkpoint-id"), "7");
    EXPECT_EQ(metadata("t").properties.at("tarn.epoch.job"), summary("t", "tarn.run") + "/7");
    // It is no option of the table.
    EXPECT_THAT(table("t")->options, IsEmpty());
}

TEST_F(Sinks, commit_what_was_prepared_before_they_died) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto prepared = prepare(*dying, 1);
    write(*dying, "t", {"2, 'lost'"});
    dying.reset();
    EXPECT_THAT(rows("t"), IsEmpty());

    auto next = sink("t");
    next->commit(1, prepared);
    write(*next, "t", {"2, 'b'"});
    complete(*next, 2);

    EXPECT_THAT(rows("t"), ElementsAre("1, a", "2, b"));
    EXPECT_EQ(findings("t"), "");
}

TEST_F(Sinks, commit_an_epoch_once_however_often_they_are_asked) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto prepared = prepare(*dying, 1);
    dying->commit(1, prepared);
    dying->commit(1, prepared);
    sink("t")->commit(1, prepared);

    EXPECT_THAT(rows("t"), ElementsAre("1, a"));
    EXPECT_EQ(snapshots("t"), 1U);
}

// apache/iceberg#5846: the tag of the commit goes with its snapshot.
TEST_F(Sinks, know_their_epoch_when_its_snapshot_has_expired) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto prepared = prepare(*dying, 1);
    dying->commit(1, prepared);
    compact("t");
    forget_snapshots("t");

    sink("t")->commit(1, prepared);

    EXPECT_THAT(rows("t"), ElementsAre("1, a"));
}

// apache/iceberg#17925: other writers do not carry the marks on.
TEST_F(Sinks, know_their_epoch_among_the_snapshots_when_the_property_is_lost) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto prepared = prepare(*dying, 1);
    dying->commit(1, prepared);
    compact("t");
    forget_property("t", "tarn.epoch.job");

    sink("t")->commit(1, prepared);

    EXPECT_THAT(rows("t"), ElementsAre("1, a"));
}

// apache/iceberg#17340, #13763: a file that is there twice is read twice.
TEST_F(Sinks, know_their_files_when_all_marks_are_lost) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto prepared = prepare(*dying, 1);
    dying->commit(1, prepared);
    forget_snapshots("t");
    forget_property("t", "tarn.epoch.job");

    sink("t")->commit(1, prepared);

    EXPECT_THAT(rows("t"), ElementsAre("1, a"));
}

// apache/iceberg#16008.
TEST_F(Sinks, find_their_commit_when_its_answer_is_lost) {
    auto running = sink("t");
    write(*running, "t", {"1, 'a'"});
    connection->access.loses_answers = true;

    complete(*running, 1);

    EXPECT_THAT(rows("t"), ElementsAre("1, a"));
    EXPECT_EQ(snapshots("t"), 1U);
}

// apache/iceberg#14425: the commit took place, and nobody could be asked before the restart.
TEST_F(Sinks, find_their_commit_after_a_restart_when_nobody_could_be_asked) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto prepared = prepare(*dying, 1);
    connection->access.loses_answers = true;
    connection->access.cuts_off = true;
    EXPECT_THROW(dying->commit(1, prepared), Error);
    connection->access.loses_answers = false;
    connection->access.is_cut_off = false;

    sink("t")->commit(1, prepared);

    EXPECT_THAT(rows("t"), ElementsAre("1, a"));
    EXPECT_EQ(snapshots("t"), 1U);
    EXPECT_EQ(findings("t"), "");
}

// D5: files of a commit that failed stay, for it may be made later.
TEST_F(Sinks, keep_the_files_of_a_commit_that_failed) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto prepared = prepare(*dying, 1);
    connection->access.is_refusing = true;
    EXPECT_THROW(dying->commit(1, prepared), Error);
    dying.reset();
    connection->access.is_refusing = false;

    sink("t")->commit(1, prepared);

    EXPECT_THAT(rows("t"), ElementsAre("1, a"));
    EXPECT_EQ(findings("t"), "");
}

// apache/iceberg#10892: rows of the later epochs would be written again, or never.
TEST_F(Sinks, refuse_to_go_on_from_an_older_epoch) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto first = prepare(*dying, 1);
    dying->commit(1, first);
    write(*dying, "t", {"2, 'b'"});
    complete(*dying, 2);

    EXPECT_EQ(
        refusal_of([&] { sink("t")->commit(1, first); }),
        "the table has epoch 2 of the job job, which goes on from epoch 1: rows would be lost "
        "or doubled; put the job's later epochs back, or roll the table back and begin the job "
        "anew under another name");
    forget_property("t", "tarn.epoch.job");
    EXPECT_THAT(refusal_of([&] { sink("t")->commit(1, first); }), HasSubstr("has epoch 2"));
}

// apache/iceberg#18123: numbers begin at 1 again, and mean other rows.
TEST_F(Sinks, of_a_job_that_begins_anew_write_all_of_its_epochs) {
    auto before = sink("t");
    for (int epoch = 1; epoch <= 3; ++epoch) {
        write(*before, "t", {fmt::format("{}, 'before'", epoch)});
        complete(*before, epoch);
    }

    auto anew = sink("t");
    write(*anew, "t", {"1, 'anew'"});
    complete(*anew, 1);

    EXPECT_THAT(rows("t"), ElementsAre("1, anew", "1, before", "2, before", "3, before"));
}

// apache/iceberg#17551: the one that was thought dead must not write any more.
TEST_F(Sinks, of_an_earlier_run_are_shut_out_by_a_later_one) {
    auto before = sink("t");
    write(*before, "t", {"1, 'before'"});
    complete(*before, 1);
    auto after = sink("t");
    write(*after, "t", {"1, 'after'"});
    complete(*after, 1);

    write(*before, "t", {"2, 'before'"});

    EXPECT_THAT(refusal_of([&] { complete(*before, 2); }),
                HasSubstr("a later run of the job job writes to the table"));
    EXPECT_EQ(rows("t").size(), 2U);
}

TEST_F(Sinks, of_two_jobs_do_not_mind_each_other) {
    auto one = sink("t", "one");
    auto other = sink("t", "other");
    write(*one, "t", {"1, 'one'"});
    write(*other, "t", {"1, 'other'"});
    complete(*other, 1);
    complete(*one, 1);

    EXPECT_THAT(rows("t"), ElementsAre("1, one", "1, other"));
}

TEST_F(Sinks, say_when_their_files_are_gone) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto prepared = prepare(*dying, 1);
    for (const auto& entry : connection->disk.list("", storage::Depth::AllBelow)) {
        if (entry.path.ends_with(".parquet")) connection->disk.remove(entry.path);
    }

    EXPECT_THAT(refusal_of([&] { sink("t")->commit(1, prepared); }),
                HasSubstr("is gone, which the job wrote and did not commit yet"));
    EXPECT_EQ(snapshots("t"), 0U);
}

TEST_F(Sinks, do_not_put_their_epochs_into_another_table_of_the_name) {
    auto dying = sink("t");
    write(*dying, "t", {"1, 'a'"});
    auto prepared = prepare(*dying, 1);
    run("DROP TABLE t");
    run("CREATE TABLE t (a INT, b STRING)");

    EXPECT_THAT(refusal_of([&] { sink("t")->commit(1, prepared); }),
                HasSubstr("the table was made anew"));
}

TEST_F(Sinks, write_all_types_and_partitions) {
    run("CREATE TABLE all_types (i TINYINT, d DECIMAL(5, 2), ts TIMESTAMP(3), lt TIMESTAMP_LTZ(3), "
        "t TIME(3), x BINARY(2), r ROW<n SMALLINT, l ARRAY<TIMESTAMP(3)>>, m MAP<STRING, TINYINT>) "
        "WITH ('tarn.partition-by' = 'hour(ts), bucket(4, i)')");
    auto running = sink("all_types");
    write(*running, "all_types",
          {"1, 2.50, TIMESTAMP '2024-01-01 01:02:03.004', TO_TIMESTAMP_LTZ(5, 3), TIME '01:02:03', "
           "x'0102', ROW(7, ARRAY[TIMESTAMP '2024-01-01 00:00:00']), MAP['k', 3]",
           "NULL, NULL, TIMESTAMP '2024-01-01 02:00:00', NULL, NULL, NULL, NULL, NULL"});
    complete(*running, 1);

    ASSERT_EQ(rows("all_types").size(), 2U);
    EXPECT_THAT(rows("all_types")[0], HasSubstr("2.50, 2024-01-01 01:02:03.004000, "));
    EXPECT_EQ(summary("all_types", "added-data-files"), "2");
    EXPECT_EQ(findings("all_types"), "");
}

TEST_F(Sinks, write_files_as_the_options_of_an_insert_say) {
    auto hinted = std::make_shared<sql::StoredTable>(*table("t"));
    hinted->options.push_back({.key = "compression-codec", .value = "nonsense"});
    IcebergSink bad(sink_of(hinted), handle("t"), "job", random);
    EXPECT_THAT(refusal_of([&] { write(bad, "t", {"1, 'a'"}); }),
                HasSubstr("write.parquet.compression-codec"));
    hinted->options.back().value = "gzip";
    IcebergSink good(sink_of(hinted), handle("t"), "job", random);
    write(good, "t", {"1, 'a'"});
    complete(good, 1);

    EXPECT_THAT(rows("t"), ElementsAre("1, a"));
    EXPECT_FALSE(metadata("t").properties.contains("write.parquet.compression-codec"));
}

TEST_F(Sinks, say_which_columns_do_not_fit) {
    auto other = test_table("t (a STRING, b STRING)");
    EXPECT_EQ(refusal_of([&] { IcebergSink(sink_of(other), handle("t"), "job", random); }),
              "the column 'a' of db.t is int, not STRING");
    auto more = test_table("t (a INT, c STRING)");
    EXPECT_EQ(refusal_of([&] { IcebergSink(sink_of(more), handle("t"), "job", random); }),
              "the table db.t has no column 'c'");
}

}  // namespace
}  // namespace tarn::connectors
