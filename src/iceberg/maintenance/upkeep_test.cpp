#include "iceberg/maintenance/upkeep.hpp"

#include <atomic>
#include <thread>

#include "iceberg/maintenance/upkeep_service.hpp"
#include "iceberg/rewrite/testing/rewrite_fixture.hpp"
#include "iceberg/table/metadata_change.hpp"

namespace tarn::iceberg {
namespace {

using testing::HasSubstr;

const Properties Wanted = {{"tarn.maintenance.enabled", "true"}};

class KeepingTables : public RewriteTest {
protected:
    UpkeepResult round() {
        auto before = rows();
        auto result = upkeep.round();
        EXPECT_EQ(rows(), before);
        expect_whole();
        return result;
    }
    void append_many(int64_t count) {
        for (int64_t i = 0; i < count; ++i) {
            clock.advance(std::chrono::minutes(1));
            append({++last_id_});
        }
    }

    Upkeep upkeep{catalog, committers, name};

private:
    int64_t last_id_ = 0;
};

TEST_F(KeepingTables, leaves_those_alone_that_do_not_ask) {
    create();
    append_many(20);
    EXPECT_EQ(round().compaction.rewritten_files, 0);
    EXPECT_EQ(data_file_count(), 20U);
}

TEST_F(KeepingTables, compacts_when_there_are_many_small_files) {
    create(Wanted);
    append_many(15);
    EXPECT_EQ(round().compaction.rewritten_files, 0);
    append_many(1);
    // Fewer came than would be worth a look.
    EXPECT_EQ(round().compaction.rewritten_files, 0);
    append_many(15);
    EXPECT_EQ(round().compaction.rewritten_files, 31);
    EXPECT_EQ(data_file_count(), 1U);
}

TEST_F(KeepingTables, compacts_as_often_as_the_table_says) {
    create({{"tarn.maintenance.enabled", "true"}, {"tarn.maintenance.compact-min-files", "3"}});
    append_many(3);
    EXPECT_EQ(round().compaction.rewritten_files, 3);
}

TEST_F(KeepingTables, writes_a_row_only_as_often_as_its_partition_doubles) {
    create({{"tarn.maintenance.enabled", "true"}, {"tarn.maintenance.compact-min-files", "4"}});
    int64_t rewritten_rows = 0;
    constexpr int64_t Rounds = 24;
    for (int64_t i = 0; i < Rounds; ++i) {
        std::vector<int64_t> ids;
        for (int64_t id = 0; id < 400; ++id) ids.push_back(i * 400 + id);
        append(ids);
        auto done = upkeep.round();
        for (const auto& [key, value] : table().current_snapshot()->summary) {
            if (done.compaction.groups > 0 && key == "added-records") {
                rewritten_rows += std::stoll(value);
            }
        }
        ASSERT_LT(data_file_count(), 16U) << i;
    }
    // Taking all small files each time would write each of them a dozen times on average.
    EXPECT_LT(rewritten_rows, 400 * Rounds * 5);
    EXPECT_EQ(rows().size(), 400U * Rounds);
    expect_whole();
}

TEST_F(KeepingTables, carries_out_deletes) {
    create(Wanted);
    auto file = append({1, 2, 3});
    round();
    delete_rows(file, {0});
    EXPECT_EQ(round().compaction.rewritten_files, 1);
}

TEST_F(KeepingTables, expires_what_is_too_old_or_too_much) {
    create({{"tarn.maintenance.enabled", "true"}, {"tarn.maintenance.snapshots-max", "5"}});
    append_many(4);
    EXPECT_TRUE(round().expiry.plan.is_empty());
    append_many(30);
    // Of the last ten minutes none goes, the compaction of this round is one of them.
    EXPECT_EQ(round().compaction.groups, 1);
    EXPECT_LE(table().snapshots.size(), 12U);

    clock.advance(std::chrono::hours(24 * 6));
    append_many(1);
    round();
    EXPECT_LE(table().snapshots.size(), 2U);
}

TEST_F(KeepingTables, keeps_files_that_others_may_have) {
    create({{"tarn.maintenance.enabled", "true"}, {"gc.enabled", "false"}});
    append_many(20);
    clock.advance(std::chrono::hours(24 * 6));
    auto result = round();
    EXPECT_EQ(result.compaction.rewritten_files, 20);
    EXPECT_TRUE(result.expiry.plan.is_empty());
    EXPECT_EQ(table().snapshots.size(), 21U);
}

TEST_F(KeepingTables, removes_orphans_once_a_day) {
    create(Wanted);
    append_many(1);
    auto orphan = disk.path_of(table().location + "/data/orphan.parquet");
    disk.write(orphan, Bytes(5));
    clock.advance(std::chrono::hours(24 * 4));
    EXPECT_EQ(upkeep.round().orphans.files.size(), 1U);
    disk.write(orphan, Bytes(5));
    clock.advance(std::chrono::hours(23));
    EXPECT_EQ(upkeep.round().orphans.young_files, 0);
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(upkeep.round().orphans.young_files, 1);
}

TEST_F(KeepingTables, goes_on_beside_eight_writers) {
    create({{"tarn.maintenance.enabled", "true"}, {"tarn.maintenance.compact-min-files", "8"}});
    constexpr int64_t EachAppends = 12;
    std::atomic<int> writing = 8;
    std::vector<std::thread> writers;
    for (int64_t writer = 0; writer < 8; ++writer) {
        writers.emplace_back([&, writer] {
            for (int64_t i = 0; i < EachAppends; ++i) append({writer * EachAppends + i});
            --writing;
        });
    }
    int64_t rewritten = 0;
    while (writing > 0) rewritten += upkeep.round().compaction.rewritten_files;
    for (std::thread& writer : writers) writer.join();

    // Nothing is a conflict: all go through one committer, and appends touch no file.
    EXPECT_GT(rewritten, 0);
    std::vector<std::string> ids;
    for (int64_t id = 0; id < 8 * EachAppends; ++id) ids.push_back(std::to_string(id));
    std::ranges::sort(ids);
    EXPECT_EQ(rows({"id"}), ids);
    expect_whole();
}

TEST_F(KeepingTables, goes_on_with_the_others_when_one_fails) {
    Metrics metrics;
    runtime::BlockingPool blocking(1, 1);
    UpkeepService service({catalog, committers, blocking, metrics});
    create(Wanted);
    append_many(16);
    name.name = "unreadable";
    create(Wanted);
    append_many(16);
    std::string list = table().current_snapshot()->manifest_list;
    disk.write(disk.path_of(list), Bytes(3));
    EXPECT_THAT(refusal_of([&] { Upkeep(catalog, committers, name).round(); }), HasSubstr(list));
    name.name = "trades2";
    create(Wanted);
    append_many(16);

    service.round();

    EXPECT_EQ(data_file_count(), 1U);
    EXPECT_THAT(metrics.text(), HasSubstr("tarn_iceberg_compacted_files_total 32"));
    EXPECT_THAT(metrics.text(), HasSubstr("tarn_iceberg_upkeep_failures_total 1"));

    catalog.drop_table(name, DroppedFiles::Stay);
    service.round();
    EXPECT_THAT(metrics.text(), HasSubstr("tarn_iceberg_upkeep_failures_total 2"));
}

TEST_F(KeepingTables, begins_by_itself_and_stops_in_the_middle) {
    Metrics metrics;
    runtime::BlockingPool blocking(1, 1);
    // Outlives the service, as shards outlive all that runs on them.
    asio::thread_pool thread(1);
    create(Wanted);
    append_many(16);
    UpkeepService service({catalog, committers, blocking, metrics});
    service.start(thread.get_executor(), std::chrono::milliseconds(1));
    while (data_file_count() > 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    runtime::run(service.stop());
    thread.join();
    expect_whole();
}

}  // namespace
}  // namespace tarn::iceberg
