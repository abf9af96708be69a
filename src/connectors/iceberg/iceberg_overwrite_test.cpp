#include "connectors/iceberg/sink_fixture.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Overwrites : public SinkTest {
protected:
    Overwrites() {
        run("CREATE TABLE t (a INT, b STRING)");
        run("CREATE TABLE parted (a INT, p STRING) PARTITIONED BY (p)");
        auto before = sink("parted", "earlier");
        write(*before, "parted", {"1, 'x'", "2, 'y'", "3, 'z'"});
        complete(*before, 1);
    }

    // The last epoch of a job whose sources have ended.
    static void finish(IcebergSink& sink, int64_t number) {
        sink.commit(number, prepare(sink, number, {}, engine::EndOfTime));
    }
};

TEST_F(Overwrites, take_the_place_of_the_partitions_that_get_rows) {
    auto running = overwriting_sink("parted");
    write(*running, "parted", {"10, 'x'", "20, 'y'", "11, 'x'"});
    finish(*running, 1);

    EXPECT_THAT(rows("parted"), ElementsAre("10, x", "11, x", "20, y", "3, z"));
    EXPECT_EQ(summary("parted", "operation"), "overwrite");
    EXPECT_EQ(summary("parted", "replace-partitions"), "true");
    EXPECT_EQ(findings("parted"), "");
}

TEST_F(Overwrites, take_the_place_of_all_rows_without_partitions) {
    auto before = sink("t", "earlier");
    write(*before, "t", {"1, 'a'", "2, 'b'"});
    complete(*before, 1);

    auto running = overwriting_sink("t");
    write(*running, "t", {"3, 'c'"});
    finish(*running, 1);

    EXPECT_THAT(rows("t"), ElementsAre("3, c"));
    EXPECT_EQ(summary("t", "operation"), "overwrite");
}

TEST_F(Overwrites, wait_for_their_last_epoch) {
    auto running = overwriting_sink("parted");
    write(*running, "parted", {"10, 'x'"});
    complete(*running, 1);
    write(*running, "parted", {"11, 'x'", "20, 'y'"});
    complete(*running, 2);
    EXPECT_THAT(rows("parted"), ElementsAre("1, x", "2, y", "3, z"));

    finish(*running, 3);

    EXPECT_THAT(rows("parted"), ElementsAre("10, x", "11, x", "20, y", "3, z"));
    EXPECT_EQ(snapshots("parted"), 2U);
}

TEST_F(Overwrites, go_on_with_the_files_of_all_epochs_when_they_died) {
    auto dying = overwriting_sink("parted");
    write(*dying, "parted", {"10, 'x'"});
    complete(*dying, 1);
    write(*dying, "parted", {"11, 'x'"});
    auto prepared = prepare(*dying, 2);

    auto next = overwriting_sink("parted");
    next->commit(2, prepared);
    write(*next, "parted", {"20, 'y'"});
    auto last = prepare(*next, 3, {}, engine::EndOfTime);
    next.reset();
    for (int life = 0; life < 2; ++life) overwriting_sink("parted")->commit(3, last);

    EXPECT_THAT(rows("parted"), ElementsAre("10, x", "11, x", "20, y", "3, z"));
    EXPECT_EQ(snapshots("parted"), 2U);
}

TEST_F(Overwrites, change_nothing_without_rows) {
    auto running = overwriting_sink("parted");
    finish(*running, 1);

    EXPECT_THAT(rows("parted"), ElementsAre("1, x", "2, y", "3, z"));
    EXPECT_EQ(snapshots("parted"), 1U);
}

TEST_F(Overwrites, leave_partitions_to_others_that_get_rows_meanwhile) {
    auto running = overwriting_sink("parted");
    write(*running, "parted", {"10, 'x'"});
    auto prepared = prepare(*running, 1, {}, engine::EndOfTime);
    auto other = sink("parted", "other");
    write(*other, "parted", {"4, 'z'", "5, 'x'"});
    complete(*other, 1);
    running->commit(1, prepared);

    EXPECT_THAT(rows("parted"), ElementsAre("10, x", "2, y", "3, z", "4, z"));
}

TEST_F(Overwrites, are_refused_for_rows_that_replace_those_of_their_key) {
    run("CREATE TABLE keyed (a INT, PRIMARY KEY (a) NOT ENFORCED) "
        "WITH ('write.upsert.enabled' = 'true')");

    EXPECT_THAT(refusal_of([&] { overwriting_sink("keyed"); }),
                HasSubstr("cannot overwrite partitions as well"));
}

}  // namespace
}  // namespace tarn::connectors
