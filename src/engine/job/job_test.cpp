#include "engine/job/job.hpp"

#include <gmock/gmock.h>

#include <future>

#include "sql/bounded/test_tables.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/stream/stream_planner.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/tables/declaration.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::engine {
namespace {

using testing::HasSubstr;
using testing::Optional;

// 0, 1, 2 … up to an end, if there is one.
class Numbers final : public Source {
public:
    explicit Numbers(int64_t end) : end_(end) {}

    std::vector<int32_t> partitions() override { return {0}; }
    std::optional<ChangeBatch> read(int64_t) override {
        if (is_ended()) return std::nullopt;
        return ChangeBatch{
            sql::rows_of_text(sql::columns_of("n BIGINT"), {std::to_string(next_++)}, {})};
    }
    bool is_ended() const override { return next_ == end_; }
    OperatorState position() const override {
        OperatorState state;
        put_time(state, "next", next_);
        return state;
    }
    void seek(const OperatorState& position) override { next_ = latest_time(position, "next", 0); }
    void complete(const OperatorState& position) override {
        told = latest_time(position, "next", 0);
    }

    std::optional<int64_t> told;

private:
    int64_t next_ = 0;
    int64_t end_;
};

// Counts rows: those that are written, prepared, and committed.
class Counting final : public Sink {
public:
    explicit Counting(bool rests) : rests_(rests) {}

    void write(const ChangeBatch& batch) override {
        if (is_committing) ++written_meanwhile;
        written += batch.size();
    }
    Preparation set_aside(const EpochFacts&) override {
        return [rows = written.exchange(0)] {
            OperatorState prepared;
            put_time(prepared, "rows", rows);
            return prepared;
        };
    }
    void commit(int64_t, const OperatorState& prepared) override {
        is_committing = true;
        if (while_committing) while_committing();
        committed += latest_time(prepared, "rows", 0);
        is_committing = false;
    }
    bool rests_until_commit() const override { return rests_; }

    std::function<void()> while_committing;
    std::atomic<int64_t> written = 0;
    std::atomic<int64_t> written_meanwhile = 0;
    int64_t committed = 0;
    std::atomic<bool> is_committing = false;

private:
    bool rests_;
};

class JobTest : public testing::Test {
protected:
    JobTest() {
        sql::Statement statement = sql::parse_statement(
            sql::Source("table", "CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'x')"));
        const auto& create = std::get<sql::CreateTable>(statement.node);
        names_.put(std::make_shared<sql::StoredTable>(sql::StoredTable{
            names_.path_of(create.name), sql::declared(create, {}).table, create.options}));
    }

    std::unique_ptr<Job> job(bool sink_rests, int64_t rows = INT64_MAX) {
        sql::Statement query = sql::parse_statement(sql::Source("q", "SELECT n FROM numbers"));
        sql::PlanPtr plan = sql::bind_query(*std::get<sql::QueryPtr>(query.node), names_, {});
        auto counting = std::make_unique<Counting>(sink_rests);
        sink = counting.get();
        std::vector<JobEnd> ends;
        auto traits = [](const auto&, const auto&) {
            return sql::TableTraits{.brings = sql::InsertsOnly};
        };
        ends.push_back(
            {sql::stream_plan(plan, {}, traits, sql::UpdateRows::Afters), std::move(counting)});
        auto open = [this, rows](const auto&, SourceShare) {
            auto numbers = std::make_unique<Numbers>(rows);
            source = numbers.get();
            return numbers;
        };
        return std::make_unique<Job>(std::move(ends), open, JobContext{.clock = clock_, .zone = {}},
                                     JobSettings{.epoch_interval = std::chrono::hours(1)},
                                     &epochs_);
    }

    // Asks for an epoch, and for the end once it is complete.
    static void run_for_an_epoch(Job& job) {
        bool has_asked = false;
        job.run([&] {
            if (job.epoch() > 0) return Wish::EndAtOnce;
            return std::exchange(has_asked, true) ? Wish::GoOn : Wish::CompleteEpoch;
        });
    }

    Counting* sink = nullptr;
    Numbers* source = nullptr;

private:
    SystemClock clock_;
    storage::MemoryDisk disk_{storage::Uri::parse("/data"), clock_};
    EpochStore epochs_{{std::shared_ptr<void>(), &disk_}, "epochs"};
    sql::Namespace names_;
};

TEST_F(JobTest, goes_on_while_an_epoch_is_completed) {
    auto running = job(false);
    sink->while_committing = [&] {
        while (sink->written_meanwhile < 10) std::this_thread::yield();
    };

    run_for_an_epoch(*running);

    EXPECT_EQ(running->epoch(), 1);
    EXPECT_TRUE(running->completed()->was_asked_for);
    EXPECT_EQ(running->counts().rows_read, sink->committed + sink->written);
}

TEST_F(JobTest, keeps_rows_from_sinks_that_rest_until_they_have_committed) {
    auto running = job(true);
    int64_t read_before = 0;
    sink->while_committing = [&] {
        // It reads on up to the row that the sink does not take.
        read_before = running->counts().rows_read;
        for (int i = 0; i < 1'000; ++i) std::this_thread::yield();
    };

    run_for_an_epoch(*running);

    EXPECT_EQ(sink->written_meanwhile, 0);
    EXPECT_GT(read_before, 0);
    EXPECT_EQ(running->counts().rows_read, sink->committed + sink->written);
}

TEST_F(JobTest, fails_with_what_a_commit_beside_it_fails_with) {
    for (bool rests : {false, true}) {
        auto running = job(rests);
        sink->while_committing = [] { throw Error(ErrorCode::Unavailable, "no catalog"); };
        try {
            running->run([] { return Wish::CompleteEpoch; });
            FAIL();
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("no catalog"));
        }
    }
}

TEST_F(JobTest, has_one_epoch_under_way_at_a_time) {
    auto running = job(false);
    std::atomic<int> commits = 0;
    std::atomic<bool> is_ending = false;
    sink->while_committing = [&] {
        ++commits;
        int64_t until = sink->written + 20;
        while (sink->written < until && !is_ending) std::this_thread::yield();
        EXPECT_EQ(commits, 1);
        --commits;
    };

    running->run([&] {
        is_ending = running->epoch() == 3;
        return is_ending ? Wish::EndAtOnce : Wish::CompleteEpoch;
    });

    EXPECT_EQ(running->epoch(), 3);
}

TEST_F(JobTest, tells_its_sources_when_an_epoch_is_complete) {
    auto running = job(false, 50);
    sink->while_committing = [&] { EXPECT_FALSE(source->told); };

    running->run([] { return Wish::GoOn; });

    EXPECT_TRUE(running->is_finished());
    EXPECT_EQ(sink->committed, 50);
    EXPECT_THAT(source->told, Optional(50));
}

TEST_F(JobTest, completes_an_epoch_at_its_end_when_it_is_to_and_commits_it_anew_after_it) {
    auto ending = job(false);
    ending->run([&] { return ending->counts().rows_read < 30 ? Wish::GoOn : Wish::EndWithEpoch; });
    int64_t rows = ending->counts().rows_read;
    EXPECT_EQ(sink->committed, rows);
    EXPECT_EQ(sink->written, 0);
    ending.reset();

    auto next = job(false, rows + 5);

    EXPECT_EQ(sink->committed, rows);
    next->run([] { return Wish::GoOn; });
    EXPECT_EQ(sink->committed, rows + 5);
}

}  // namespace
}  // namespace tarn::engine
