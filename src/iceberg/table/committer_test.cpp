#include "iceberg/table/committer.hpp"

#include <atomic>
#include <thread>

#include "iceberg/table/ref_changes.hpp"
#include "iceberg/table/table_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;
using testing::StartsWith;

using std::chrono::milliseconds;

// A catalog in trouble.
class TroubledAccess : public TableAccess {
public:
    explicit TroubledAccess(Catalog& catalog) : catalog_(catalog) {}

    // Runs before each commit; what it throws is the answer.
    std::function<void(const TableCommit&)> before_commit;
    std::function<void()> after_commit;
    std::function<void()> before_load;

    LoadedTable load_table(const TableName& name) override {
        if (before_load) before_load();
        return catalog_.load_table(name);
    }
    LoadedTable commit(const TableCommit& change) override {
        if (before_commit) before_commit(change);
        LoadedTable after = catalog_.commit(change);
        if (after_commit) after_commit();
        return after;
    }

private:
    Catalog& catalog_;
};

class CommitterTest : public TableTest {
protected:
    static CatalogError unknown() {
        return {CatalogFault::CommitStateUnknown, "the answer was lost"};
    }
    void append_by_others(const std::string& path) {
        committers.commit(name, append({file(path)}));
    }

    TroubledAccess access{catalog};
    Committers ours{
        {access, files, clock, random, [this](milliseconds time) { waits.push_back(time); }}};
};

TEST_F(CommitterTest, makes_a_change_again_after_somebody_elses) {
    create();
    int tries = 0;
    access.before_commit = [&](const TableCommit&) {
        if (++tries <= 2) append_by_others("theirs" + std::to_string(tries));
    };

    ours.commit(name, append({file("ours")}));

    EXPECT_EQ(live(), (LiveFiles{"ours@3", "theirs1@1", "theirs2@2"}));
    EXPECT_THAT(orphans(), IsEmpty());
    EXPECT_THAT(waits, ElementsAre(AllOf(Ge(milliseconds(50)), Le(milliseconds(100))),
                                   AllOf(Ge(milliseconds(100)), Le(milliseconds(200)))));
    EXPECT_THAT(manifests_of(head())[0].path, HasSubstr("-m0.avro"));
}

TEST_F(CommitterTest, gives_up_after_as_many_tries_as_the_table_says) {
    create({{"commit.retry.num-retries", "2"}, {"commit.retry.max-wait-ms", "120"}});
    int tries = 0;
    access.before_commit = [&](const TableCommit&) {
        append_by_others("theirs" + std::to_string(++tries));
    };

    EXPECT_THAT(failure_of([&] { ours.commit(name, append({file("ours")})); }),
                StartsWith("CommitFailedException"));

    EXPECT_THAT(live(), SizeIs(3));
    EXPECT_THAT(waits, SizeIs(2));
    EXPECT_LE(waits[1], milliseconds(120));
    EXPECT_THAT(orphans(), IsEmpty());
}

TEST_F(CommitterTest, gives_up_when_the_time_is_over) {
    create({{"commit.retry.total-timeout-ms", "1000"}});
    access.before_commit = [&](const TableCommit&) {
        clock.advance(std::chrono::seconds(2));
        throw CatalogError(CatalogFault::CommitFailed, "others were first");
    };
    EXPECT_THAT(failure_of([&] { ours.commit(name, append({file("ours")})); }),
                StartsWith("CommitFailedException"));
    EXPECT_THAT(waits, IsEmpty());
}

TEST_F(CommitterTest, finds_its_snapshot_when_the_answer_is_lost) {
    create();
    access.after_commit = [&] {
        access.after_commit = nullptr;
        append_by_others("theirs");
        throw unknown();
    };

    LoadedTable after = ours.commit(name, append({file("ours")}));

    EXPECT_EQ(live(), (LiveFiles{"ours@1", "theirs@2"}));
    EXPECT_EQ(after.metadata().snapshots.size(), 2U);
    EXPECT_THAT(orphans(), IsEmpty());
}

TEST_F(CommitterTest, commits_once_also_when_a_lost_request_arrives_late) {
    create();
    std::optional<TableCommit> late;
    access.before_commit = [&](const TableCommit& change) {
        if (late) return;
        late = change;
        throw unknown();
    };
    ours.commit(name, append({file("ours")}));
    EXPECT_THAT(failure_of([&] { catalog.commit(*late); }), StartsWith("CommitFailedException"));
    EXPECT_EQ(live(), LiveFiles{"ours@1"});

    // Between our look and our second try.
    late.reset();
    int tries = 0;
    access.before_commit = [&](const TableCommit& change) {
        if (++tries == 2) catalog.commit(*late);
        if (tries > 1) return;
        late = change;
        throw unknown();
    };
    ours.commit(name, append({file("next")}));
    EXPECT_EQ(live(), (LiveFiles{"next@2", "ours@1"}));
    EXPECT_THAT(orphans(), IsEmpty());
}

TEST_F(CommitterTest, removes_nothing_when_the_outcome_stays_unknown) {
    create({{"commit.status-check.num-retries", "2"}});
    access.before_commit = [&](const TableCommit&) {
        access.before_load = [] { throw Error(ErrorCode::Unavailable, "no connection"); };
        throw unknown();
    };

    EXPECT_THAT(failure_of([&] { ours.commit(name, append({file("ours")})); }),
                StartsWith("CommitStateUnknownException"));

    EXPECT_THAT(orphans(), SizeIs(2));
    EXPECT_THAT(waits, SizeIs(3));
}

TEST_F(CommitterTest, says_that_it_does_not_know_whether_a_tag_is_there) {
    create();
    append_by_others("a");
    access.before_commit = [&](const TableCommit&) { throw unknown(); };
    auto tag = create_tag("t");
    EXPECT_THAT(failure_of([&] { ours.commit(name, tag); }),
                StartsWith("CommitStateUnknownException"));
}

TEST_F(CommitterTest, cleans_up_after_what_the_catalog_refuses) {
    create();
    access.before_commit = [&](const TableCommit&) {
        throw Error(ErrorCode::Forbidden, "not here");
    };
    EXPECT_THAT(failure_of([&] { ours.commit(name, append({file("ours")})); }),
                StartsWith("forbidden"));
    EXPECT_THAT(orphans(), IsEmpty());
    EXPECT_THAT(failure_of([&] { ours.commit({{"db"}, "gone"}, append({file("a")})); }),
                StartsWith("NoSuchTableException"));
}

TEST_F(CommitterTest, makes_one_commit_of_changes_that_wait_and_refuses_each_for_itself) {
    create_by_day();
    std::mutex gate;
    gate.lock();
    std::thread first([&] {
        MetadataChange slow([&](MetadataBuilder& table) {
            std::scoped_lock wait(gate);
            table.set_properties({{"p", "1"}});
        });
        committers.commit(name, slow);
    });
    std::vector<std::thread> others;
    std::atomic<int> refused = 0;
    for (int i = 0; i < 6; ++i) {
        others.emplace_back([&, i] {
            bool is_bad = i % 3 == 0;
            std::string path = std::to_string(i);
            std::string failure =
                failure_of([&] { commit(append({is_bad ? file(path) : file_of_day(path, 1)})); });
            if (failure != "none") ++refused;
        });
    }
    gate.unlock();
    first.join();
    for (std::thread& other : others) other.join();

    EXPECT_EQ(refused, 2);
    EXPECT_THAT(live(), SizeIs(4));
    EXPECT_EQ(now().snapshots.size(), 4U);
    EXPECT_THAT(orphans(), IsEmpty());
}

// Two processes with four writers each.
TEST_F(CommitterTest, loses_and_doubles_no_file_of_eight_writers) {
    create({{"commit.manifest.min-count-to-merge", "5"}, {"commit.retry.num-retries", "1000"}});
    auto wait = [](milliseconds) { std::this_thread::yield(); };
    Catalog their_catalog({store, files, clock, random}, catalog.warehouse());
    Committers one({catalog, files, clock, random, wait});
    Committers two({their_catalog, files, clock, random, wait});
    constexpr int Writers = 8;
    constexpr int Each = 10;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < Writers; ++writer) {
        writers.emplace_back([&, writer] {
            Committers& mine = writer % 2 == 0 ? one : two;
            for (int i = 0; i < Each; ++i) {
                mine.commit(name, append({file(fmt::format("{}-{}", writer, i))}));
            }
        });
    }
    for (std::thread& writer : writers) writer.join();

    std::set<std::string> paths;
    for (const ManifestEntry& entry : entries_of(head())) paths.insert(entry.file.path);
    EXPECT_EQ(live().size(), size_t{Writers * Each});
    EXPECT_EQ(paths.size(), size_t{Writers * Each});
    EXPECT_EQ(head()->summary.at("total-data-files"), "80");
    EXPECT_EQ(now().last_sequence_number, Writers * Each);
    EXPECT_EQ(now().snapshots.size(), size_t{Writers * Each});
}

// The process ends at the n-th touch of the disk: of what it had in mind nothing more happens.
TEST_F(CommitterTest, leaves_the_table_before_or_after_wherever_it_is_killed) {
    create({{"commit.manifest.min-count-to-merge", "2"}});
    bool is_killed = true;
    int rounds = 0;
    for (int kill_at = 1; is_killed; ++kill_at, ++rounds) {
        std::string path = "f" + std::to_string(rounds);
        LiveFiles before = rounds == 0 ? LiveFiles{} : live();
        is_killed = false;
        {
            TableFiles fresh({&disk}, 16 << 20);
            Catalog process({store, fresh, clock, random}, catalog.warehouse());
            Committers writer({process, fresh, clock, random, [](milliseconds) {}});
            int calls = 0;
            disk.before_each_call([&](storage::Call, std::string_view) {
                is_killed = is_killed || ++calls == kill_at;
                if (is_killed) throw Error(ErrorCode::Internal, "killed");
            });
            failure_of([&] { writer.commit(name, append({file(path)})); });
            disk.before_each_call(nullptr);
        }
        LiveFiles after = rounds == 0 && !head() ? LiveFiles{} : live();
        bool is_in = after.size() == before.size() + 1;
        EXPECT_TRUE(is_in || after == before) << kill_at;
        EXPECT_TRUE(is_in || is_killed) << kill_at;

        commit(append({file("next" + std::to_string(rounds))}));
        EXPECT_EQ(live().size(), after.size() + 1) << kill_at;
    }
    EXPECT_GT(rounds, 8);
}

TEST_F(CommitterTest, keeps_its_word_whatever_call_of_the_disk_fails) {
    using storage::Call;
    using storage::Effect;
    create({{"commit.manifest.min-count-to-merge", "2"}});
    commit(append({file("first")}));
    int failures = 0;
    for (Call call : {Call::Open, Call::Read, Call::Append, Call::Publish, Call::Remove}) {
        for (Effect effect : {Effect::None, Effect::Full}) {
            for (int nth = 1; nth <= 6; ++nth) {
                LiveFiles before = live();
                std::string path = fmt::format("f{}", failures);
                disk.inject({.call = call, .nth = nth, .effect = effect});
                TableFiles fresh({&disk}, 16 << 20);
                Catalog process({store, fresh, clock, random}, catalog.warehouse());
                Committers writer({process, fresh, clock, random, [](milliseconds) {}});
                std::string failure =
                    failure_of([&] { writer.commit(name, append({file(path)})); });
                size_t expected = before.size() + (failure == "none" ? 1 : 0);
                // What was injected and did not happen would hit our look.
                while (failure_of([&] { live(); }) != "none") continue;
                EXPECT_EQ(live().size(), expected) << failure;
                if (failure != "none") ++failures;
            }
        }
    }
    EXPECT_GT(failures, 8);
}

// The database does its work, or not, and does not say.
TEST_F(CommitterTest, looks_when_the_database_does_not_answer) {
    class LosingDatabase : public SqlDatabase {
    public:
        explicit LosingDatabase(bool& loses, bool& works) : loses_(loses), works_(works) {}
        SqlResult run(std::string_view statement, std::initializer_list<SqlText> values) override {
            return database_->run(statement, values);
        }
        bool transact(const std::function<bool(SqlSession&)>& work) override {
            bool loses = std::exchange(loses_, false);
            bool done = (!loses || works_) && database_->transact(work);
            if (loses) throw Error(ErrorCode::Unavailable, "connection lost");
            return done;
        }

    private:
        std::unique_ptr<SqlDatabase> database_ = open_sqlite(":memory:");
        bool& loses_;
        bool& works_;
    };
    bool loses = false;
    bool works = false;
    CatalogStore losing(std::make_unique<LosingDatabase>(loses, works), "tarn");
    Catalog process({losing, files, clock, random}, catalog.warehouse());
    Committers writer({process, files, clock, random, [](milliseconds) {}});
    process.create_namespace({"db"}, {});
    process.create_table({.name = name, .schema = Schema::make(0, {})});
    for (bool does_it : {false, true}) {
        loses = true;
        works = does_it;
        LoadedTable after = writer.commit(name, append({file(does_it ? "a" : "b")}));
        EXPECT_EQ(after.metadata().snapshots.size(), does_it ? 2U : 1U);
    }
}

}  // namespace
}  // namespace tarn::iceberg
