#include "connectors/iceberg/keyed_rows.hpp"

#include "connectors/iceberg/sink_fixture.hpp"

namespace tarn::connectors {
namespace {

using engine::Change;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class KeyedSinks : public SinkTest {
protected:
    void create(const std::string& more = "") {
        run("CREATE TABLE t (id INT, v STRING, PRIMARY KEY (id) NOT ENFORCED) "
            "WITH ('write.upsert.enabled' = 'true'" +
            more + ")");
    }

    void change(IcebergSink& sink, const Lines& values, std::vector<Change> kinds) {
        auto changes = batch("t", values);
        changes.kinds = std::move(kinds);
        sink.write(changes);
    }
};

TEST_F(KeyedSinks, replace_rows_of_the_same_key_in_one_epoch_and_in_later_ones) {
    create();
    auto running = sink("t");
    write(*running, "t", {"1, 'a'", "2, 'b'", "1, 'a2'"});
    write(*running, "t", {"2, 'b2'"});
    complete(*running, 1);
    EXPECT_THAT(rows("t"), ElementsAre("1, a2", "2, b2"));

    change(*running, {"1, 'a3'", "2, 'b2'", "3, 'c'", "3, 'c'"},
           {Change::UpdateAfter, Change::Delete, Change::Insert, Change::Delete});
    complete(*running, 2);

    EXPECT_THAT(rows("t"), ElementsAre("1, a3"));
    EXPECT_EQ(snapshots("t"), 2U);
    EXPECT_EQ(findings("t"), "");
}

TEST_F(KeyedSinks, know_the_rows_of_the_table_when_they_start_again) {
    create();
    auto first = sink("t");
    write(*first, "t", {"1, 'a'", "2, 'b'"});
    complete(*first, 1);

    auto next = sink("t");
    write(*next, "t", {"1, 'a2'"});
    complete(*next, 1);

    EXPECT_THAT(rows("t"), ElementsAre("1, a2", "2, b"));
}

// The rows that the epoch's deletes point at lie elsewhere by the time it is committed.
TEST_F(KeyedSinks, make_their_deletes_again_when_a_compaction_came_first) {
    create();
    auto running = sink("t");
    for (int epoch = 1; epoch <= 3; ++epoch) {
        write(*running, "t", {fmt::format("{}, 'a'", epoch), "9, 'n'"});
        complete(*running, epoch);
    }
    write(*running, "t", {"1, 'a2'", "3, 'a2'"});
    change(*running, {"2, 'a'"}, {Change::Delete});
    auto prepared = prepare(*running, 4);
    EXPECT_GT(compact("t"), 0);

    running->commit(4, prepared);
    EXPECT_THAT(rows("t"), ElementsAre("1, a2", "3, a2", "9, n"));

    write(*running, "t", {"1, 'a3'", "9, 'n2'"});
    complete(*running, 5);
    EXPECT_THAT(rows("t"), ElementsAre("1, a3", "3, a2", "9, n2"));
    EXPECT_EQ(findings("t"), "");
}

TEST_F(KeyedSinks, win_over_rows_that_others_have_added_meanwhile) {
    create();
    auto one = sink("t", "one");
    auto other = sink("t", "other");
    write(*one, "t", {"1, 'one'", "2, 'one'"});
    write(*other, "t", {"1, 'other'", "3, 'other'"});
    complete(*one, 1);
    complete(*other, 1);

    EXPECT_THAT(rows("t"), ElementsAre("1, other", "2, one", "3, other"));
}

TEST_F(KeyedSinks, add_rows_only_where_nothing_changes) {
    run("CREATE TABLE t (id INT, v STRING, PRIMARY KEY (id) NOT ENFORCED)");
    auto running = sink("t");
    write(*running, "t", {"1, 'a'"});
    complete(*running, 1);
    write(*running, "t", {"1, 'b'"});
    complete(*running, 2);

    EXPECT_THAT(rows("t"), ElementsAre("1, a", "1, b"));
    auto asked = table("t");
    auto upserting = std::make_shared<sql::StoredTable>(*asked);
    upserting->options.push_back({.key = "upsert-enabled", .value = "true"});
    IcebergSink keyed(sink_of(upserting), handle("t"), "keyed", random);
    EXPECT_THAT(refusal_of([&] { keyed.write(batch("t", {"2, 'c'"})); }),
                HasSubstr("has the key of another live row"));
}

// Random changes and restarts against a map, in tables of both versions.
class RandomChanges : public KeyedSinks, public testing::WithParamInterface<const char*> {
protected:
    // One batch of changes, to the table and to the map.
    void change_at_random(IcebergSink& sink) {
        Lines values;
        std::vector<Change> kinds;
        for (uint64_t i = 0; i < 1 + random.below(6); ++i) {
            auto id = static_cast<int>(random.below(12));
            std::string value = fmt::format("v{}", ++last_value);
            bool is_delete = random.below(4) == 0;
            values.push_back(fmt::format("{}, '{}'", id, value));
            kinds.push_back(is_delete ? Change::Delete : Change::UpdateAfter);
            if (is_delete) {
                expected.erase(id);
            } else {
                expected[id] = value;
            }
        }
        change(sink, values, kinds);
    }

    Lines expected_rows() const {
        Lines lines;
        for (const auto& [id, value] : expected) lines.push_back(fmt::format("{}, {}", id, value));
        std::ranges::sort(lines);
        return lines;
    }

    std::map<int, std::string> expected;
    int last_value = 0;
};

TEST_P(RandomChanges, leave_what_a_map_has) {
    create(std::string(", 'format-version' = '") + GetParam() + "'");
    auto running = sink("t");
    std::map<int, std::string> committed;
    for (int epoch = 1; epoch <= 40; ++epoch) {
        for (uint64_t i = 0; i < random.below(4); ++i) change_at_random(*running);
        auto prepared = prepare(*running, epoch);
        committed = expected;
        uint64_t fate = random.below(4);
        if (fate == 0) {
            // It dies before the commit, or after it and nobody knows.
            if (random.below(2) == 0) running->commit(epoch, prepared);
            running = sink("t");
        }
        if (fate == 1) compact("t");
        running->commit(epoch, prepared);
        ASSERT_EQ(rows("t"), expected_rows()) << "epoch " << epoch;
        if (fate == 2) {
            // Rows that were written since are lost with the sink.
            change_at_random(*running);
            expected = committed;
            running = sink("t");
            running->commit(epoch, prepared);
        }
    }
    EXPECT_EQ(findings("t"), "");
}

INSTANTIATE_TEST_SUITE_P(Versions, RandomChanges, testing::Values("2", "3"));

}  // namespace
}  // namespace tarn::connectors
