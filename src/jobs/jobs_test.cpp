#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/error.hpp"
#include "jobs/job_settings.hpp"
#include "jobs/sql_file.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::jobs {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(JobSettings, are_those_of_flink) {
    SessionSettings settings{{"execution.checkpointing.interval", "5 s"},
                             {"table.exec.source.idle-timeout", "250"},
                             {"table.exec.state.ttl", "1 h"},
                             {"table.exec.mini-batch.enabled", "true"},
                             {"table.exec.sink.not-null-enforcer", "DROP"}};
    EXPECT_EQ(job_settings(settings).epoch_interval, milliseconds(5'000));
    EXPECT_EQ(job_settings(settings).idle_timeout, milliseconds(250));
    SystemClock clock;
    engine::JobContext context = job_context(settings, {}, clock);
    EXPECT_EQ(context.state_ttl, std::chrono::hours(1));
    EXPECT_TRUE(context.may_collapse);
    EXPECT_EQ(context.null_in_not_null, engine::NullInNotNull::IsDropped);
    EXPECT_EQ(job_settings({}).epoch_interval, milliseconds(10'000));
}

TEST(JobSettings, say_which_of_them_cannot_be_meant) {
    try {
        job_settings({{"execution.checkpointing.interval", "soon"}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("execution.checkpointing.interval"));
    }
}

// Files of SQL over a disk in memory; print writes into a text.
class SqlFiles : public testing::Test {
protected:
    void run(const std::string& text, int64_t steps = INT64_MAX) {
        auto open_result = [this](const std::vector<sql::PlanColumn>& columns) {
            told.push_back("a query of " + std::to_string(columns.size()));
            return std::make_unique<connectors::BlackholeSink>();
        };
        SqlFile file("job", around, open_result);
        auto plan = file.read(sql::parse(sql::Source("job.sql", text)), [] { return false; });
        if (!plan) return;
        OpenedJob job(*plan, disk, around);
        told.push_back(fmt::format("{} {} {}", plan->name, plan->inserts.size(), job->epoch()));
        job->run([&] { return steps-- <= 0 ? engine::Wish::EndWithEpoch : engine::Wish::GoOn; });
        told.push_back(job->is_finished() ? "finished" : "stopped");
    }

    std::string refusal_of(const std::string& text) {
        try {
            run(text);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }

    const std::string Tables =
        "CREATE TABLE n (i BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '3',"
        " 'rows-per-second' = '1000000', 'fields.i.kind' = 'sequence', 'fields.i.start' = '1',"
        " 'fields.i.end' = '3');"
        "CREATE TABLE p (i BIGINT) WITH ('connector' = 'print');";

    ManualClock clock{WallTime(std::chrono::seconds(1'780'000'000))};
    SeededRandom random{7};
    std::shared_ptr<storage::MemoryDisk> disk =
        std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
    std::ostringstream out;
    connectors::Surroundings around{
        .clock = clock,
        .random = random,
        .consoles = {out, out},
        .files = {[this](const storage::Uri&) { return disk; }, "/data"},
        .writer = {}};
    std::vector<std::string> told;
};

TEST_F(SqlFiles, show_queries_where_they_stand_and_run_inserts_together) {
    run(Tables + "INSERT INTO p VALUES (1); SELECT 1, 2; INSERT INTO p VALUES (2);");
    EXPECT_THAT(told, ElementsAre("a query of 2", "job 2 0", "finished"));
    EXPECT_EQ(out.str(), "+I[1]\n+I[2]\n");
}

TEST_F(SqlFiles, take_statement_sets_apart) {
    run(Tables +
        "SET 'pipeline.name' = 'both'; EXECUTE STATEMENT SET BEGIN "
        "INSERT INTO p VALUES (1); INSERT INTO p VALUES (2); END;");
    EXPECT_THAT(told, ElementsAre("both 2 0", "finished"));
}

TEST_F(SqlFiles, go_on_with_their_job_and_with_no_other_one) {
    std::string doubled = Tables + "INSERT INTO p SELECT i * 2 FROM n;";
    run(doubled, 2);
    EXPECT_THAT(told, ElementsAre("job 1 0", "stopped"));
    run(doubled, 2);
    EXPECT_EQ(told[2], "job 1 1");
    EXPECT_THAT(refusal_of(Tables + "INSERT INTO p SELECT i * 3 FROM n;"),
                HasSubstr("has changed since its last epoch"));
}

TEST_F(SqlFiles, refuse_what_does_not_run) {
    EXPECT_THAT(refusal_of("SHOW TABLES;"), HasSubstr("SHOW does not run yet"));
    EXPECT_THAT(refusal_of("SELECT FROM;"), HasSubstr("FROM"));
    EXPECT_THAT(refusal_of("CREATE TABLE k (i INT) WITH ('connector' = 'clickhouse', 'url' = "
                           "'clickhouse://db:8123', 'table-name' = 't'); SELECT * FROM k;"),
                HasSubstr("the table 'k' can only be written to"));
}

}  // namespace
}  // namespace tarn::jobs
