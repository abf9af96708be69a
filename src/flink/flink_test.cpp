#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <functional>
#include <sstream>
#include <thread>

#include "base/error.hpp"
#include "flink/face.hpp"
#include "http/server_fixture.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::flink {
namespace {

namespace json = boost::json;
using jobs::JobRecord;
using jobs::JobState;
using testing::HasSubstr;

struct Answer {
    int status;
    json::value page;

    const json::value& at(std::string_view pointer) const {
        boost::system::error_code failure;
        const json::value* found = page.find_pointer(pointer, failure);
        if (found) return *found;
        throw Error(ErrorCode::NotFound, "no {} in {}", pointer, json::serialize(page));
    }
    int64_t number(std::string_view pointer) const { return at(pointer).to_number<int64_t>(); }
    std::string text(std::string_view pointer) const {
        return std::string(at(pointer).as_string());
    }
};

// The face over jobs on a disk in memory.
class FlinkFace : public testing::Test {
protected:
    JobRecord submit(const std::string& sql) {
        return service.submit({.name = "numbers", .sql = Tables + sql, .file = "numbers.sql"});
    }

    void wait_until(const std::function<bool(const JobRecord&)>& is_so) {
        for (int i = 0; i < 1'000 && !is_so(service.job("numbers")); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        ASSERT_TRUE(is_so(service.job("numbers"))) << name_of(service.job("numbers").state);
    }
    void wait_until(JobState state) {
        wait_until([state](const JobRecord& record) { return record.state == state; });
    }

    using Method = http::Method;

    Answer ask(Method method, std::string path, std::string body = "") {
        std::optional<Answer> answer;
        serve([&](const http::Listener& at, http::Client& client) -> awaitable<void> {
            answer = co_await answer_to(client, method, at.url() + path, body);
        });
        return *answer;
    }

    // What is told of a savepoint or stop once it is over.
    Answer outcome_of(std::string job, std::string change, std::string body) {
        std::optional<Answer> answer;
        serve([&](const http::Listener& at, http::Client& client) -> awaitable<void> {
            std::string url = at.url() + job;
            answer = co_await answer_to(client, Method::Post, url + change, body);
            EXPECT_EQ(answer->status, 202);
            std::string status = url + "/savepoints/" + answer->text("/request-id");
            do {
                answer = co_await answer_to(client, Method::Get, status, "");
            } while (answer->text("/status/id") == "IN_PROGRESS");
        });
        return *answer;
    }

    void serve(http::ServerTest::Test test) {
        Needs needs{service, blocking, clock, random, config, {"0.1", "abc"}};
        http::ServerTest().run(flink_routes(needs), std::move(test));
    }

    static awaitable<Answer> answer_to(http::Client& client, Method method, std::string url,
                                       std::string body) {
        http::ClientRequest request{.method = method, .url = url, .body = body};
        http::ClientResponse response = co_await client.request(request);
        co_return Answer{response.status, json::parse(response.body)};
    }

    Answer get(std::string path) { return ask(Method::Get, std::move(path)); }
    Answer post(std::string path, std::string body = "") {
        return ask(Method::Post, std::move(path), std::move(body));
    }

    const std::string Tables =
        "CREATE TABLE few (i BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '3',"
        " 'fields.i.kind' = 'sequence', 'fields.i.start' = '1', 'fields.i.end' = '3');"
        "CREATE TABLE endless (i BIGINT) WITH ('connector' = 'datagen',"
        " 'rows-per-second' = '1000', 'fields.i.kind' = 'sequence', 'fields.i.start' = '1',"
        " 'fields.i.end' = '1000000');"
        "CREATE TABLE nowhere (i BIGINT) WITH ('connector' = 'blackhole');"
        "CREATE TABLE strict (i BIGINT NOT NULL) WITH ('connector' = 'blackhole');";
    const std::string Few = "INSERT INTO nowhere SELECT i FROM few;";
    const std::string Endless = "INSERT INTO nowhere SELECT i FROM endless;";
    const std::string Failing =
        "SET 'restart-strategy.type' = 'none';"
        "INSERT INTO strict SELECT NULLIF(i, 2) FROM few;";
    const std::string NoJob = std::string(32, '0');

    SystemClock clock;
    SystemRandom random;
    Config config{{{"data.folder", SettingType::Text, "tarn-data", "where"},
                   {"rest.token", SettingType::Text, "secret", "who", {}, true}}};
    runtime::BlockingPool blocking{1, 16};
    std::shared_ptr<storage::MemoryDisk> disk =
        std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
    std::ostringstream out;
    connectors::Surroundings around{
        .clock = clock,
        .random = random,
        .consoles = {out, out},
        .files = {[this](const storage::Uri&) { return disk; }, "/data"},
        .writer = {}};
    jobs::JobService service{disk, around};
};

TEST_F(FlinkFace, counts_jobs_by_their_state) {
    submit(Few);
    wait_until(JobState::Finished);
    Answer found = get("/overview");
    EXPECT_EQ(found.status, 200);
    EXPECT_EQ(found.number("/jobs-finished"), 1);
    EXPECT_EQ(found.number("/jobs-running"), 0);
    EXPECT_EQ(found.text("/flink-version"), "1.20.1");
    EXPECT_EQ(get("/v1/overview").page, found.page);
    EXPECT_EQ(get("/jobs").text("/jobs/0/status"), "FINISHED");
}

TEST_F(FlinkFace, shows_the_operators_of_a_job_as_vertices) {
    std::string id = submit(Few).id;
    wait_until(JobState::Finished);
    Answer found = get("/jobs/" + id);
    EXPECT_EQ(found.text("/state"), "FINISHED");
    EXPECT_EQ(found.text("/vertices/0/name"), "Source: few");
    EXPECT_EQ(found.number("/vertices/0/metrics/write-records"), 3);
    EXPECT_EQ(found.number("/status-counts/FINISHED"), 2);
    EXPECT_GE(found.number("/timestamps/FINISHED"), found.number("/timestamps/RUNNING"));

    std::string source = found.text("/vertices/0/id");
    EXPECT_EQ(source.size(), 32u);
    EXPECT_EQ(found.text("/plan/nodes/0/inputs/0/id"), source);
    EXPECT_EQ(get("/jobs/" + id + "/plan").at("/plan"), found.at("/plan"));
    Answer vertex = get("/jobs/" + id + "/vertices/" + source);
    EXPECT_EQ(vertex.number("/subtasks/0/metrics/write-records"), 3);
    EXPECT_EQ(vertex.number("/aggregated/metrics/write-records/median"), 3);
    EXPECT_EQ(get("/jobs/" + id + "/vertices/" + NoJob).status, 404);
}

TEST_F(FlinkFace, gives_vertices_of_the_same_job_the_same_ids_each_time) {
    std::string first = get("/jobs/" + submit(Few).id).text("/vertices/1/id");
    wait_until(JobState::Finished);
    EXPECT_EQ(get("/jobs/" + submit(Few).id).text("/vertices/1/id"), first);
}

TEST_F(FlinkFace, cancels_a_job_that_is_not_over) {
    std::string id = submit(Endless).id;
    EXPECT_EQ(ask(Method::Patch, "/jobs/" + id + "?mode=drop").status, 400);
    EXPECT_EQ(ask(Method::Patch, "/jobs/" + NoJob).status, 404);
    Answer canceled = ask(Method::Patch, "/v1/jobs/" + id + "?mode=cancel");
    EXPECT_EQ(canceled.status, 202);
    EXPECT_EQ(canceled.page, json::object());
    wait_until(JobState::Canceled);
    Answer again = ask(Method::Patch, "/jobs/" + id);
    EXPECT_EQ(again.status, 409);
    EXPECT_THAT(again.text("/errors/0"), HasSubstr("CANCELED"));
}

TEST_F(FlinkFace, has_a_job_end_an_epoch_as_its_savepoint) {
    std::string job = "/jobs/" + submit(Endless).id;
    wait_until(JobState::Running);
    Answer told = outcome_of(job, "/savepoints", R"({"target-directory":null,"cancel-job":false})");
    EXPECT_EQ(told.text("/status/id"), "COMPLETED");
    EXPECT_THAT(told.text("/operation/location"), HasSubstr("/numbers/epoch-"));
    Answer epochs = get(job + "/checkpoints");
    EXPECT_EQ(epochs.number("/counts/completed"), 1);
    EXPECT_EQ(epochs.text("/latest/savepoint/checkpoint_type"), "SAVEPOINT");
    EXPECT_GT(epochs.number("/summary/state_size/max"), 0);
    EXPECT_EQ(get(job + "/checkpoints/details/1").page, epochs.at("/history/0"));
    EXPECT_EQ(get(job + "/checkpoints/details/7").status, 404);
    EXPECT_EQ(get(job + "/savepoints/" + NoJob).status, 404);
    EXPECT_EQ(get(job + "/metrics?get=lastCompletedCheckpointId").text("/0/value"), "1");
}

TEST_F(FlinkFace, stops_a_job_after_an_epoch) {
    std::string job = "/jobs/" + submit(Endless).id;
    EXPECT_EQ(post(job + "/stop", R"({"drain":true})").status, 400);
    EXPECT_EQ(post(job + "/stop", R"({"targetDirectory":"/elsewhere"})").status, 400);
    EXPECT_EQ(post(job + "/stop", "{").status, 400);
    wait_until(JobState::Running);
    Answer told = outcome_of(job, "/stop", R"({"drain":false})");
    EXPECT_THAT(told.text("/operation/location"), HasSubstr("epoch-000000000001"));
    wait_until(JobState::Finished);
    EXPECT_EQ(post(job + "/stop").status, 409);
    EXPECT_EQ(post("/jobs/" + NoJob + "/stop").status, 404);
}

TEST_F(FlinkFace, cancels_a_job_after_its_savepoint_where_that_is_asked_for) {
    std::string job = "/jobs/" + submit(Endless).id;
    std::string id(32, 'a');
    Answer told =
        outcome_of(job, "/savepoints", R"({"cancel-job":true,"triggerId":")" + id + "\"}");
    EXPECT_THAT(told.text("/operation/location"), HasSubstr("epoch-000000000001"));
    wait_until(JobState::Canceled);
}

TEST_F(FlinkFace, says_when_a_savepoint_will_never_be) {
    JobRecord job = submit(Endless);
    service.cancel(job.id);
    wait_until(JobState::Canceled);
    Triggers triggers;
    triggers.put(NoJob, job.id, job.created);
    json::object told = triggers.page(NoJob, service.job(job.id));
    EXPECT_THAT(json::serialize(told), HasSubstr("job numbers is CANCELED"));
    EXPECT_THROW(triggers.page(std::string(32, '1'), job), Error);
}

TEST_F(FlinkFace, tells_the_last_failures_the_newest_first) {
    std::string job = "/jobs/" + submit(Failing).id;
    wait_until(JobState::Failed);
    Answer told = get(job + "/exceptions");
    EXPECT_THAT(told.text("/root-exception"), HasSubstr("NOT NULL"));
    EXPECT_GT(told.number("/timestamp"), 0);
    EXPECT_EQ(told.text("/exceptionHistory/entries/0/stacktrace"), told.text("/root-exception"));
    EXPECT_TRUE(
        get(job + "/exceptions?maxExceptions=0").at("/exceptionHistory/truncated").as_bool());
    EXPECT_EQ(get(job + "/exceptions?maxExceptions=all").status, 400);
    EXPECT_EQ(get(job + "/config").text("/execution-config/restart-strategy"), "none");
}

TEST_F(FlinkFace, puts_metrics_of_jobs_together) {
    submit(Few);
    wait_until(JobState::Finished);
    Answer found = get("/jobs/metrics?get=numberOfCompletedCheckpoints,uptime&agg=max,sum");
    EXPECT_EQ(json::serialize(found.page),
              R"([{"id":"numberOfCompletedCheckpoints","max":1E0,"sum":1E0},)"
              R"({"id":"uptime","max":-1E0,"sum":-1E0}])");
    EXPECT_EQ(get("/jobs/metrics?get=uptime&agg=mode").status, 400);
    EXPECT_EQ(get("/jobmanager/metrics?get=numRunningJobs").text("/0/value"), "0");
}

TEST_F(FlinkFace, is_one_task_manager_and_hides_secrets) {
    EXPECT_EQ(get("/taskmanagers").text("/taskmanagers/0/id"), "tarn");
    EXPECT_EQ(get("/taskmanagers/tarn").number("/freeSlots"), 0);
    EXPECT_EQ(get("/taskmanagers/other").status, 404);
    EXPECT_THAT(json::serialize(get("/jobmanager/config").page),
                HasSubstr(R"-({"key":"rest.token","value":"(hidden)"})-"));
}

TEST_F(FlinkFace, says_what_it_does_not_do) {
    Answer shutdown = ask(Method::Delete, "/cluster");
    EXPECT_EQ(shutdown.status, 403);
    EXPECT_THAT(shutdown.text("/errors/0"), HasSubstr("`tarn down`"));
    EXPECT_EQ(post("/jars/upload").status, 403);
    EXPECT_EQ(get("/jobs/numbers").status, 400);
    EXPECT_EQ(get("/jobs/" + NoJob).text("/errors/0"), "Job " + NoJob + " not found");
    EXPECT_EQ(get("/nowhere").status, 404);
    EXPECT_EQ(post("/overview").status, 404);
}

}  // namespace
}  // namespace tarn::flink
