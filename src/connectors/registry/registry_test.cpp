#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "connectors/formats/test_tables.hpp"
#include "connectors/kafka/topics_in_place.hpp"
#include "connectors/registry/lookup_cache_options.hpp"
#include "connectors/registry/open.hpp"
#include "engine/job/job.hpp"
#include "kafka/broker/broker_fixture.hpp"
#include "sql/options/connector.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/stream/stream_planner.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Jobs over tables of a disk in memory, which die and are started again.
class Jobs : public testing::Test {
protected:
    Jobs() { begin_anew(); }

    // With an empty disk.
    void begin_anew() {
        disk = std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
        epochs = std::make_unique<engine::EpochStore>(disk, "epochs");
    }

    void declare(const std::string& text) {
        auto table = test_table(text);
        auto stored = std::make_shared<sql::StoredTable>(*table);
        stored->path = {std::string(sql::Namespace::DefaultCatalog),
                        std::string(sql::Namespace::DefaultDatabase), table->path.name};
        names.put(sql::StoredObject(sql::StoredTablePtr(stored)));
        tables[table->path.name] = stored;
    }

    // A job that writes a query to a table, and goes on where the last one stood.
    std::unique_ptr<engine::Job> job(const std::string& query, const std::string& into) {
        sql::Statement statement = sql::parse_statement(sql::Source("query", query));
        sql::PlanPtr plan = sql::bind_query(*std::get<sql::QueryPtr>(statement.node), names, {});
        std::vector<engine::JobEnd> ends;
        ends.push_back({sql::stream_plan(plan, {}), open_sink(sink_of(tables.at(into)), with)});
        auto open = [this](const sql::stream::TableSource& table, engine::SourceShare share) {
            return open_source(table, with, share);
        };
        return std::make_unique<engine::Job>(
            std::move(ends), open, engine::JobContext{.clock = clock, .zone = {}},
            engine::JobSettings{.workers = workers, .batch_rows = 2}, epochs.get());
    }

    // The lines of all files in a folder that readers see, sorted.
    std::vector<std::string> lines_in(const std::string& folder) const {
        std::vector<std::string> lines;
        for (const auto& entry : disk->list(folder, storage::Depth::AllBelow)) {
            if (entry.path.find("/.") != std::string::npos) continue;
            std::string text(as_text(disk->read(entry.path)));
            std::istringstream in(text);
            for (std::string line; std::getline(in, line);) lines.push_back(line);
        }
        std::ranges::sort(lines);
        return lines;
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'780'000'000))};
    SeededRandom random{7};
    std::shared_ptr<storage::MemoryDisk> disk;
    std::unique_ptr<engine::EpochStore> epochs;
    int workers = 1;
    std::ostringstream out;
    std::ostringstream errors;
    Surroundings with{.clock = clock,
                      .random = random,
                      .consoles = {out, errors},
                      .files = {[this](const storage::Uri&) { return disk; }, "/data"},
                      .writer = "job"};
    sql::Namespace names;
    std::map<std::string, sql::StoredTablePtr> tables;
};

// The job dies after `steps` steps and power is lost. The next ones each get as far, with an epoch
// in between, until one is finished.
TEST_F(Jobs, write_each_row_once_wherever_they_die) {
    declare("numbers (a INT) WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json')");
    declare("evens (a INT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json')");
    std::vector<std::string> files;
    std::vector<std::string> expected;
    for (int file = 0; file < 3; ++file) {
        std::string& text = files.emplace_back();
        for (int i = 0; i < 7; ++i) {
            int number = 10 * (file + 1) + i;
            text += fmt::format("{{\"a\":{}}}\n", number);
            if (number % 2 == 0) expected.push_back(fmt::format("{{\"a\":{}}}", number));
        }
    }

    for (int steps = 1; steps <= 16; ++steps) {
        begin_anew();
        for (size_t i = 0; i < files.size(); ++i) {
            disk->write(fmt::format("in/{}.json", i), as_bytes(files[i]));
        }
        int deaths = 0;
        for (bool is_finished = false; !is_finished; ++deaths) {
            ASSERT_LT(deaths, 100) << "dying after " << steps;
            auto running = job("SELECT a FROM numbers WHERE MOD(a, 2) = 0", "evens");
            running->step();
            running->complete_epoch();
            for (int i = 0; i < steps && !running->is_finished(); ++i) running->step();
            is_finished = running->is_finished();
            running.reset();
            disk->lose_power();
        }
        EXPECT_EQ(lines_in("out"), expected) << "dying after " << steps;
    }
}

// The write that fails may be one of the sink's, of the epoch's, or the last of all.
TEST_F(Jobs, write_each_row_once_whichever_change_of_the_disk_fails) {
    declare("numbers (a INT) WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json')");
    declare("copy (a INT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json')");
    int failures = 0;

    for (auto call : {storage::Call::Publish, storage::Call::Rename, storage::Call::SyncFolder}) {
        for (auto effect : {storage::Effect::None, storage::Effect::Full}) {
            for (int nth = 1; nth <= 4; ++nth) {
                begin_anew();
                disk->write("in/a.json",
                            as_bytes("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\":4}\n{\"a\":5}\n"));
                disk->inject({.call = call, .nth = nth, .effect = effect});
                for (bool is_finished = false; !is_finished;) {
                    try {
                        auto running = job("SELECT a FROM numbers", "copy");
                        for (int i = 0; i < 20 && !running->is_finished(); ++i) {
                            running->step();
                            if (!running->is_finished()) running->complete_epoch();
                        }
                        is_finished = running->is_finished();
                    } catch (const Error&) {
                        ++failures;
                    }
                    disk->lose_power();
                }
                EXPECT_THAT(lines_in("out"), ElementsAre("{\"a\":1}", "{\"a\":2}", "{\"a\":3}",
                                                         "{\"a\":4}", "{\"a\":5}"));
            }
        }
    }
    EXPECT_GT(failures, 12);
}

// Jobs over topics of the process that they run in.
class TopicJobs : public Jobs {
protected:
    TopicJobs() {
        with.own_topics = [this](const auto&, log::Isolation isolation) {
            return std::make_unique<TopicsInPlace>(broker.broker, isolation);
        };
    }

    // Declares a table with one number for each record of the topic of its name.
    void declare_topic(const std::string& name, const std::string& options) {
        declare(
            fmt::format("{} (a INT) WITH ('connector' = 'kafka', 'topic' = '{}', "
                        "'properties.bootstrap.servers' = 'here', 'format' = 'json', "
                        "'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = "
                        "'latest-offset', 'properties.isolation.level' = 'read_committed', {})",
                        name, name, options));
    }
    std::vector<std::string> rows_in(const std::string& name) {
        auto source = open_source(source_of(tables.at(name)), with);
        std::vector<std::string> rows;
        while (!source->is_ended()) {
            auto batch = source->read(100);
            if (!batch) continue;
            for (std::string& line : lines_of(*batch, tables.at(name)->table.columns)) {
                rows.push_back(std::move(line));
            }
        }
        std::ranges::sort(rows);
        return rows;
    }

    kafka::TestClock broker_clock;
    storage::MemoryDisk log_disk{storage::Uri::parse("/log"), broker_clock};
    kafka::TestBroker broker{log_disk, broker_clock, {}};
};

// As the test of files above: each life of the job begins with an epoch and dies some steps later.
TEST_F(TopicJobs, write_each_row_once_wherever_they_die) {
    declare_topic("numbers", "'sink.partitioner' = 'round-robin'");
    broker.log.topics().create({.name = "numbers", .partitions = 2});
    std::vector<std::string> expected;
    auto producer = open_sink(sink_of(tables.at("numbers")), with);
    for (int i = 10; i < 30; ++i) {
        producer->write(batch_of(tables.at("numbers")->table.columns, {std::to_string(i)}));
        if (i % 2 == 0) expected.push_back(fmt::format("+I {}", i));
    }
    producer->prepare({});

    for (int steps = 1; steps <= 12; ++steps) {
        begin_anew();
        std::string evens = fmt::format("evens{}", steps);
        declare_topic(evens, fmt::format("'sink.delivery-guarantee' = 'exactly-once', "
                                         "'sink.transactional-id-prefix' = '{}'",
                                         evens));
        int deaths = 0;
        for (bool is_finished = false; !is_finished; ++deaths) {
            ASSERT_LT(deaths, 100) << "dying after " << steps;
            workers = deaths % 3 + 1;
            auto running = job("SELECT a FROM numbers WHERE MOD(a, 2) = 0", evens);
            running->step();
            running->complete_epoch();
            for (int i = 0; i < steps && !running->is_finished(); ++i) running->step();
            is_finished = running->is_finished();
            running.reset();
            disk->lose_power();
        }
        EXPECT_EQ(rows_in(evens), expected) << "dying after " << steps;
    }
}

// Rows of one key come from several workers to the one that has seen the key before.
TEST_F(TopicJobs, share_out_their_keys_whatever_number_of_workers_they_have) {
    declare_topic("numbers", "'sink.partitioner' = 'round-robin'");
    declare_topic("once",
                  "'sink.delivery-guarantee' = 'exactly-once', "
                  "'sink.transactional-id-prefix' = 'once'");
    broker.log.topics().create({.name = "numbers", .partitions = 4});
    std::vector<std::string> expected;
    auto producer = open_sink(sink_of(tables.at("numbers")), with);
    for (int i = 0; i < 400; ++i) {
        producer->write(batch_of(tables.at("numbers")->table.columns, {std::to_string(i % 100)}));
        if (i < 100) expected.push_back(fmt::format("+I {}", i));
    }
    producer->prepare({});
    std::ranges::sort(expected);

    int lives = 0;
    for (bool is_finished = false; !is_finished; ++lives) {
        ASSERT_LT(lives, 100);
        workers = lives % 4 + 1;
        auto running = job("SELECT DISTINCT a FROM numbers", "once");
        int turns = 20;
        running->run([&] {
            --turns;
            if (turns == 10) return engine::Wish::CompleteEpoch;
            return turns < 0 ? engine::Wish::EndAtOnce : engine::Wish::GoOn;
        });
        is_finished = running->is_finished();
        running.reset();
        disk->lose_power();
    }
    EXPECT_GT(lives, 2);
    EXPECT_EQ(rows_in("once"), expected);
}

TEST_F(Jobs, print_made_up_rows) {
    declare(
        "numbers (a INT) WITH ('connector' = 'datagen', 'fields.a.kind' = 'sequence', "
        "'fields.a.start' = '1', 'fields.a.end' = '3')");
    declare("shown (a INT) WITH ('connector' = 'print')");

    auto running = job("SELECT a * 2 FROM numbers", "shown");
    for (int i = 0; i < 10 && !running->is_finished(); ++i) {
        running->step();
        clock.advance(std::chrono::seconds(1));
    }

    EXPECT_EQ(out.str(), "+I[2]\n+I[4]\n+I[6]\n");
}

TEST_F(Jobs, are_told_what_connectors_cannot_do) {
    auto source = [&](const std::string& options) {
        auto table = test_table("t (a INT) WITH (" + options + ")");
        return refusal_of([&] { open_source(source_of(table), with); });
    };

    EXPECT_THAT(source("'connector' = 'datagin'"),
                HasSubstr("c.d.t: there is no connector 'datagin'; did you mean 'datagen'?"));
    EXPECT_EQ(source("'connector' = 'print'"),
              "c.d.t: tables of the connector 'print' cannot be read");
    EXPECT_EQ(source("'a' = 'b'"), "c.d.t: the option 'connector' is missing");
    auto blackhole = test_table("t (a INT) WITH ('connector' = 'blackhole')");
    EXPECT_NE(open_sink(sink_of(blackhole), with), nullptr);
}

TEST_F(Jobs, have_every_connector_that_the_docs_tell_of) {
    for (const sql::Connector& connector : sql::all_connectors()) {
        auto table = test_table(fmt::format("t (a INT) WITH ('connector' = '{}')", connector.name));
        EXPECT_THAT(refusal_of([&] { open_source(source_of(table), with); }),
                    testing::Not(HasSubstr("there is no connector")));
    }
}

TEST(LookupCacheOptions, say_what_is_kept) {
    auto settings = [](const std::string& options) {
        auto table = test_table("t (id INT) WITH ('connector' = 'jdbc'" + options + ")");
        return lookup_cache_settings(table->options);
    };
    using std::chrono::milliseconds;

    EXPECT_FALSE(settings(""));
    EXPECT_FALSE(settings(", 'lookup.cache.max-rows' = '10'"));
    EXPECT_TRUE(settings(", 'lookup.cache' = 'partial'")->keeps_missing_keys);
    auto all = settings(
        ", 'lookup.cache' = 'PARTIAL', 'lookup.partial-cache.max-rows' = '10', "
        "'lookup.partial-cache.expire-after-write' = '1h', "
        "'lookup.partial-cache.expire-after-access' = '5 min', "
        "'lookup.partial-cache.cache-missing-key' = 'false'");
    EXPECT_EQ(all->rows_max, 10);
    EXPECT_EQ(all->expire_after_write, milliseconds(3'600'000));
    EXPECT_EQ(all->expire_after_access, milliseconds(300'000));
    EXPECT_FALSE(all->keeps_missing_keys);
    auto old = settings(", 'lookup.cache.max-rows' = '10', 'lookup.cache.ttl' = '1 s'");
    EXPECT_EQ(old->rows_max, 10);
    EXPECT_EQ(old->expire_after_write, milliseconds(1'000));
    EXPECT_EQ(refusal_of([&] { settings(", 'lookup.cache' = 'FULL'"); }),
              "'lookup.cache' = 'FULL' is neither NONE nor PARTIAL");
}

TEST(Lookups, are_refused_where_a_table_cannot_be_asked) {
    auto table = test_table("t (id INT) WITH ('connector' = 'filesystem', 'path' = 'in')");
    ManualClock clock{WallTime(std::chrono::seconds(1'780'000'000))};
    SeededRandom random{7};
    std::ostringstream out;
    Surroundings with{.clock = clock,
                      .random = random,
                      .consoles = {out, out},
                      .files = {nullptr, "/data"},
                      .writer = "job"};

    EXPECT_EQ(refusal_of([&] { open_lookup(source_of(table), {0}, with); }),
              "c.d.t: tables of the connector 'filesystem' cannot be looked up");
}

}  // namespace
}  // namespace tarn::connectors
