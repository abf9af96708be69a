#include "jobs/job_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>

#include "base/error.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

// Jobs over a disk in memory, and what they print.
class Jobs : public testing::Test {
protected:
    JobRecord submit(const std::string& sql) {
        return service->submit({.name = "numbers", .sql = Tables + sql, .file = "numbers.sql"});
    }

    void start_again() {
        service.reset();
        service = std::make_unique<JobService>(disk, around);
        service->resume();
    }

    void wait_until(const std::function<bool(const JobRecord&)>& is_so) {
        for (int i = 0; i < 1'000 && !is_so(service->job("numbers")); ++i) {
            std::this_thread::sleep_for(milliseconds(5));
        }
        EXPECT_TRUE(is_so(service->job("numbers")))
            << name_of(service->job("numbers").state) << " "
            << service->job("numbers").progress.counts.rows_read;
    }
    void wait_until(JobState state) {
        wait_until([state](const JobRecord& record) { return record.state == state; });
    }

    std::string refusal_of(const std::function<void()>& call) {
        try {
            call();
        } catch (const Error& error) {
            return error.full_text();
        }
        return "";
    }

    const std::string Tables =
        "CREATE TABLE few (i BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '3',"
        " 'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '3');"
        "CREATE TABLE endless (i BIGINT) WITH ('connector' = 'datagen',"
        " 'rows-per-second' = '1000', 'fields.i.kind' = 'sequence', 'fields.i.start' = '1',"
        " 'fields.i.end' = '1000000');"
        "CREATE TABLE nowhere (i BIGINT) WITH ('connector' = 'blackhole');"
        "CREATE TABLE strict (i BIGINT NOT NULL) WITH ('connector' = 'blackhole');";
    const std::string Endless = "INSERT INTO nowhere SELECT i FROM endless;";
    const std::string Failing = "INSERT INTO strict SELECT NULLIF(i, 2) FROM few;";

    SystemClock clock;
    SystemRandom random;
    std::shared_ptr<storage::MemoryDisk> disk =
        std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
    std::ostringstream out;
    connectors::Surroundings around{
        .clock = clock,
        .random = random,
        .consoles = {out, out},
        .files = {[this](const storage::Uri&) { return disk; }, "/data"},
        .writer = {}};
    std::unique_ptr<JobService> service = std::make_unique<JobService>(disk, around);
};

TEST_F(Jobs, run_until_they_are_finished) {
    JobRecord job = submit("INSERT INTO nowhere SELECT i FROM few;");
    EXPECT_EQ(job.id.size(), 32u);

    wait_until(JobState::Finished);
    EXPECT_EQ(service->job(job.id).progress.counts.rows_read, 3);
    EXPECT_EQ(service->job("numbers").progress.epoch, 1);
}

TEST_F(Jobs, of_one_name_run_one_at_a_time) {
    submit(Endless);
    EXPECT_THAT(refusal_of([&] { submit(Endless); }), HasSubstr("job numbers is running"));
    service->stop("numbers");
    wait_until(JobState::Finished);

    submit(Endless);
    EXPECT_EQ(service->jobs().size(), 1u);
    EXPECT_EQ(service->job("numbers").progress.epoch, 1);
}

TEST_F(Jobs, that_are_cancelled_end_without_an_epoch) {
    submit(Endless);
    service->cancel("numbers");
    wait_until(JobState::Canceled);
    EXPECT_EQ(service->job("numbers").progress.epoch, 0);
}

TEST_F(Jobs, go_on_when_tarn_starts_again) {
    std::string id = submit(Endless).id;
    wait_until([](const JobRecord& record) { return record.progress.counts.rows_read > 0; });

    start_again();
    EXPECT_EQ(service->job("numbers").id, id);
    wait_until([](const JobRecord& record) {
        return record.progress.epoch == 1 && record.progress.counts.rows_read > 0;
    });
    service->stop("numbers");
    wait_until(JobState::Finished);

    start_again();
    EXPECT_EQ(service->job("numbers").state, JobState::Finished);
    EXPECT_EQ(service->job("numbers").progress.epoch, 2);
}

TEST_F(Jobs, start_again_after_failures_as_often_as_they_are_told) {
    submit(
        "SET 'restart-strategy.type' = 'fixed-delay';"
        "SET 'restart-strategy.fixed-delay.attempts' = '2';"
        "SET 'restart-strategy.fixed-delay.delay' = '1 ms';" +
        Failing);
    wait_until(JobState::Failed);

    JobRecord job = service->job("numbers");
    ASSERT_EQ(job.history.failures.size(), 3u);
    EXPECT_EQ(job.history.restarts, 2);
    EXPECT_THAT(job.history.failures[0].message, HasSubstr("NOT NULL"));
    start_again();
    EXPECT_EQ(service->job("numbers").history.failures.size(), 3u);
}

TEST_F(Jobs, end_an_epoch_when_they_are_asked_to_and_go_on) {
    submit(Endless);
    wait_until([](const JobRecord& record) { return record.progress.counts.rows_read > 0; });
    service->complete_epoch("numbers");
    wait_until([](const JobRecord& record) { return record.history.epoch_asked_for.has_value(); });

    JobRecord job = service->job("numbers");
    EXPECT_EQ(job.state, JobState::Running);
    EXPECT_EQ(job.history.epoch_asked_for->number, 1);
    EXPECT_EQ(job.history.epoch_asked_for->place.uri, disk->uri_of("numbers/epoch-000000000001"));
    EXPECT_GT(job.history.epoch_asked_for->place.bytes, 0);

    service->stop("numbers", JobState::Canceled);
    wait_until(JobState::Canceled);
    EXPECT_EQ(service->job("numbers").history.epochs_completed, 2);
    EXPECT_THAT(refusal_of([&] { service->complete_epoch("numbers"); }),
                HasSubstr("job numbers is CANCELED"));
}

TEST_F(Jobs, remember_what_they_went_through) {
    submit(Endless);
    wait_until([](const JobRecord& record) { return record.progress.counts.rows_read > 0; });
    start_again();
    wait_until([](const JobRecord& record) { return record.history.restores == 1; });
    service->stop("numbers");
    wait_until(JobState::Finished);
    start_again();

    JobRecord job = service->job("numbers");
    EXPECT_EQ(job.history.epochs_completed, 2);
    EXPECT_EQ(job.history.restored->epoch, 1);
    EXPECT_EQ(job.history.epoch_asked_for->number, 2);
    EXPECT_TRUE(job.history.states.contains(JobState::Finished));
    ASSERT_EQ(job.operators.size(), 2u);
    EXPECT_EQ(job.operators[0].name, "Source: endless");
    EXPECT_TRUE(job.operators[0].is_source);
    EXPECT_EQ(job.operators[1].name, "Sink: nowhere");
    EXPECT_THAT(job.operators[1].inputs, ElementsAre(0));
}

TEST_F(Jobs, that_wait_to_start_again_can_be_ended) {
    submit("SET 'restart-strategy.exponential-delay.initial-backoff' = '1 h';" + Failing);
    wait_until(JobState::Restarting);
    service->cancel("numbers");
    wait_until(JobState::Canceled);
}

TEST_F(Jobs, say_at_once_what_is_wrong_with_them) {
    EXPECT_THAT(refusal_of([&] { submit("INSERT INTO nowhere SELECT j FROM few;"); }),
                HasSubstr("numbers.sql:1:"));
    EXPECT_THAT(refusal_of([&] { submit("SELECT 1;"); }), HasSubstr("has no INSERT"));
    EXPECT_THAT(refusal_of([&] { submit("SET 'restart-strategy.type' = 'sometimes';" + Endless); }),
                HasSubstr("there is no strategy 'sometimes'"));
    EXPECT_THAT(service->jobs(), testing::IsEmpty());
    EXPECT_THAT(refusal_of([&] { service->stop("number"); }),
                HasSubstr("there is no job 'number'"));
}

TEST(JobFolder, is_a_plain_name) {
    EXPECT_EQ(folder_of("Kafka to Iceberg"), "Kafka to Iceberg");
    EXPECT_EQ(folder_of("../a/b"), "%2E.%2Fa%2Fb");
}

TEST(RestartStrategy, waits_longer_each_time_until_it_has_gone_well) {
    auto strategy =
        restart_strategy({{"restart-strategy.exponential-delay.initial-backoff", "1 s"},
                          {"restart-strategy.exponential-delay.max-backoff", "3 s"},
                          {"restart-strategy.exponential-delay.backoff-multiplier", "2"},
                          {"restart-strategy.exponential-delay.reset-backoff-threshold", "1 min"}});
    Ticks now{};
    EXPECT_EQ(strategy->after_failure(now), milliseconds(1'000));
    EXPECT_EQ(strategy->after_failure(now), milliseconds(2'000));
    EXPECT_EQ(strategy->after_failure(now), milliseconds(3'000));
    EXPECT_EQ(strategy->after_failure(now + std::chrono::minutes(2)), milliseconds(1'000));
}

TEST(RestartStrategy, gives_up_when_there_are_too_many_failures_in_a_while) {
    auto strategy =
        restart_strategy({{"restart-strategy", "failure-rate"},
                          {"restart-strategy.failure-rate.max-failures-per-interval", "2"},
                          {"restart-strategy.failure-rate.failure-rate-interval", "10 s"},
                          {"restart-strategy.failure-rate.delay", "5"}});
    Ticks now{};
    EXPECT_EQ(strategy->after_failure(now), milliseconds(5));
    EXPECT_EQ(strategy->after_failure(now + seconds(9)), milliseconds(5));
    EXPECT_EQ(strategy->after_failure(now + seconds(15)), milliseconds(5));
    EXPECT_EQ(strategy->after_failure(now + seconds(16)), std::nullopt);
    EXPECT_EQ(restart_strategy({{"restart-strategy.type", "none"}})->after_failure(now),
              std::nullopt);
}

}  // namespace
}  // namespace tarn::jobs
