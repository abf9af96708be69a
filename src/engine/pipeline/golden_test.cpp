// tests/sql/changelogs/*.test: what a real Flink gives, row by row, for queries that run without
// end. Each of them is run four times: as the rows come, with a new pipeline that takes up the
// state of the old one after each row, with another number of workers after each row, and in
// batches. `differences` there says where we answer
// otherwise on purpose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <utility>

#include "base/error.hpp"
#include "engine/joins/test_lookup.hpp"
#include "engine/pipeline/pipeline.hpp"
#include "sql/bounded/test_changelogs.hpp"
#include "sql/bounded/test_queries.hpp"
#include "sql/expressions/known_differences.hpp"
#include "sql/stream/stream_planner.hpp"
#include "sql/stream/test_traits.hpp"

namespace tarn::engine {
namespace {

using sql::Changelog;

// Notes what comes, with the step that the script has reached.
class Recorder final : public Output {
public:
    explicit Recorder(const sql::StreamPlan& plan) : columns_(plan.columns) {}

    void take(const ChangeBatch& batch) override {
        for (int64_t row = 0; row < batch.size(); ++row) {
            changelog.give(step, std::string(text_of(batch.kind(row))), row_text(batch, row));
        }
    }
    void advance(EventTime) override {}
    void refuse(const ChangeBatch&, Refusal) override {}

    int step = 0;
    Changelog changelog;

private:
    std::string row_text(const ChangeBatch& batch, int64_t row) const {
        std::string text;
        for (size_t i = 0; i < columns_.size(); ++i) {
            const sql::Column& column = batch.rows.columns[i];
            text += i == 0 ? "" : " | ";
            text += sql::value_text(columns_[i].type, *column.values, column.place(row));
        }
        return text;
    }

    std::vector<sql::PlanColumn> columns_;
};

enum class Way { RowByRow, RestartedAfterEachRow, RescaledAfterEachRow, InBatches };

constexpr int WorkersMax = 3;

class Run {
public:
    Run(const sql::TestQuery& query, Way way)
        : query_(query),
          way_(way),
          job_{.clock = clock_,
               .zone = query.session.zone,
               .state_ttl = state_ttl(query),
               .null_in_not_null = null_in_not_null(query)},
          plan_(planned(query)),
          output_(*plan_) {
        job_.open_lookup = lookups_.opener();
        join(way == Way::RescaledAfterEachRow ? WorkersMax : 1);
        for (auto& pipeline : pipelines_) pipeline->start();
        hear_of_partitions();
    }

    Changelog run() {
        const std::vector<sql::ScriptRow>& script = *query_.script;
        for (size_t row = 0; row < script.size();) {
            size_t next = row + 1;
            while (way_ == Way::InBatches && next < script.size() &&
                   script[next].table == script[row].table) {
                ++next;
            }
            output_.step = static_cast<int>(next);
            push({script.begin() + static_cast<std::ptrdiff_t>(row),
                  script.begin() + static_cast<std::ptrdiff_t>(next)});
            if (way_ == Way::RestartedAfterEachRow) restart(1);
            if (way_ == Way::RescaledAfterEachRow) restart(workers() % WorkersMax + 1);
            row = next;
        }
        output_.step = Changelog::End;
        for (auto& pipeline : pipelines_) {
            for (size_t i = 0; i < sources().size(); ++i) pipeline->end(i);
        }
        deliver_mail();
        return output_.changelog;
    }

private:
    // Scripts take no time, so it only matters whether there is one.
    static std::chrono::milliseconds state_ttl(const sql::TestQuery& query) {
        auto found = query.settings->find("table.exec.state.ttl");
        bool has_ttl = found != query.settings->end() && !found->second.starts_with("0 ");
        return std::chrono::hours(has_ttl ? 24 : 0);
    }

    static sql::StreamPlanPtr planned(const sql::TestQuery& query) {
        auto traits = [&](const auto& table, const auto&) {
            return sql::traits_of(query.kinds->at(table.path.name));
        };
        return sql::stream_plan(query.plan, query.session, traits, sql::UpdateRows::Both);
    }

    static NullInNotNull null_in_not_null(const sql::TestQuery& query) {
        auto found = query.settings->find("table.exec.sink.not-null-enforcer");
        bool is_dropped = found != query.settings->end() && found->second == "DROP";
        return is_dropped ? NullInNotNull::IsDropped : NullInNotNull::Fails;
    }

    int workers() const { return static_cast<int>(pipelines_.size()); }
    const std::vector<const sql::stream::TableSource*>& sources() const {
        return pipelines_[0]->sources();
    }
    // Each source has one partition, which one of the workers reads.
    int worker_of(size_t source) const { return static_cast<int>(source) % workers(); }

    void join(int workers) {
        pipelines_.clear();
        jobs_.clear();
        mail_ = std::make_unique<Mail>(workers);
        std::vector<PipelineEnd> ends{{plan_, &output_, true}};
        for (int worker = 0; worker < workers; ++worker) {
            JobContext& job = jobs_.emplace_back(job_);
            job.keys = KeyGroups::of_worker(worker, workers);
            WorkerPlace place{worker, workers > 1 ? mail_.get() : nullptr};
            pipelines_.push_back(std::make_unique<Pipeline>(ends, job, place));
        }
    }

    void hear_of_partitions() {
        std::vector<int32_t> one{0};
        for (int worker = 0; worker < workers(); ++worker) {
            for (size_t source = 0; source < sources().size(); ++source) {
                bool is_own = worker_of(source) == worker;
                pipelines_[static_cast<size_t>(worker)]->expect(
                    source, std::span(one).first(is_own ? 1 : 0));
            }
        }
        deliver_mail();
    }

    void restart(int workers) {
        Pipeline::State state;
        for (auto& pipeline : pipelines_) merge(state, pipeline->save());
        join(workers);
        for (auto& pipeline : pipelines_) pipeline->restore(state);
        hear_of_partitions();
    }

    void deliver_mail() {
        while (!mail_->is_quiet()) {
            for (auto& pipeline : pipelines_) pipeline->take_mail();
        }
    }

    // Rows of one table.
    void push(std::span<const sql::ScriptRow> rows) {
        if (query_.kinds->at(rows[0].table) == "lookup") {
            for (const sql::ScriptRow& row : rows) keep(row);
        }
        for (size_t i = 0; i < sources().size(); ++i) {
            const sql::stream::TableSource& source = *sources()[i];
            if (source.table->path.name != rows[0].table) continue;
            std::vector<sql::Batch> all;
            std::vector<Change> kinds;
            for (const sql::ScriptRow& row : rows) {
                all.push_back(row.row);
                kinds.push_back(change_of(row.kind));
            }
            sql::Batch batch = sql::stacked(all);
            if (source.columns) batch.columns = sql::chosen(batch, *source.columns);
            pipelines_[static_cast<size_t>(worker_of(i))]->take(
                i, {std::move(batch), std::move(kinds)});
            deliver_mail();
        }
    }

    void keep(const sql::ScriptRow& row) {
        is_addition(change_of(row.kind)) ? lookups_.add(row.table, row.row)
                                         : lookups_.remove(row.table, row.row);
    }

    static Change change_of(std::string_view text) {
        for (Change each : {Change::UpdateBefore, Change::UpdateAfter, Change::Delete}) {
            if (text_of(each) == text) return each;
        }
        return Change::Insert;
    }

    const sql::TestQuery& query_;
    Way way_;
    ManualClock clock_{WallTime(std::chrono::milliseconds(1'780'000'000'000))};
    JobContext job_;
    TestLookups lookups_;
    sql::StreamPlanPtr plan_;
    Recorder output_;
    std::deque<JobContext> jobs_;  // of the workers
    std::unique_ptr<Mail> mail_;
    std::map<std::string, std::vector<OperatorState>> saved_;  // since the last restart
    std::vector<std::unique_ptr<Pipeline>> pipelines_;
};

// What is compared of the changes: all of them in their order where that follows from the order of
// the rows, and otherwise those of each row in any order.
std::string text_of_answer(const Changelog& answer, std::string_view topic) {
    constexpr auto Ordered =
        std::to_array<std::string_view>({"calc", "dedup", "sinks", "topn", "unnest"});
    bool is_ordered = std::ranges::find(Ordered, topic) != Ordered.end();
    return is_ordered ? answer.text() : answer.sorted().text();
}

enum class Compared { Changes, Net };

std::string answer_of(const sql::TestQuery& query, Way way, Compared what = Compared::Changes) {
    if (!query.refusal.empty()) return "- " + query.refusal;
    try {
        Changelog answer = Run(query, way).run();
        if (what == Compared::Net) return answer.net().text();
        return way == Way::InBatches
                   ? fmt::format("{}", fmt::join(answer.rows(), "\n"))
                   : text_of_answer(answer, query.place.substr(0, query.place.find('.')));
    } catch (const sql::SqlError& error) {
        return std::string("- ") + error.what();
    } catch (const Error& error) {
        return std::string("! ") + error.what();
    }
}

class ChangelogGolden : public testing::TestWithParam<std::string_view> {
protected:
    // What Flink gave, in the same form.
    static std::string wanted(const sql::TestQuery& query, Way way) {
        const std::string& first = query.flink.at(0);
        if (first[0] != '=') return first.substr(0, 1);
        Changelog flink = Changelog::parse(std::span(query.flink).subspan(1));
        return way == Way::InBatches ? fmt::format("{}", fmt::join(flink.rows(), "\n"))
                                     : text_of_answer(flink, GetParam());
    }

    static bool are_same(const std::string& own, const std::string& flink) {
        bool is_failure = flink == "-" || flink == "!";
        return is_failure ? own.substr(0, 1) == flink : own == flink;
    }
};

// A difference stands there with all of its lines on one.
std::string on_one_line(std::string text) {
    if (text.empty()) return "nothing";
    for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
        text.replace(at, 1, at + 1 == text.size() ? "" : " / ");
    }
    return text;
}

TEST_P(ChangelogGolden, is_that_of_flink) {
    sql::KnownDifferences differences(sql::changelogs_folder() / "differences", GetParam());
    std::string wrong;
    int count = 0;
    auto complain = [&](const sql::TestQuery& query, std::string_view way, std::string_view wanted,
                        std::string_view own) {
        wrong += fmt::format("{}, {}: {}\n--- wanted\n{}--- tarn\n{}\n", query.place, way,
                             query.sql, wanted, own);
    };
    sql::QueryFile::play_changelogs(GetParam(), [&](const sql::TestQuery& query) {
        if (query.word != "changelog") return;
        ++count;
        std::string own = answer_of(query, Way::RowByRow);
        std::string flink = wanted(query, Way::RowByRow);
        bool is_known = differences.has(query.sql, on_one_line(own));
        if (!is_known && !are_same(own, flink)) complain(query, "row by row", flink, own);
        std::string again = answer_of(query, Way::RestartedAfterEachRow);
        if (again != own) complain(query, "restarted", own, again);
        // What two workers give to a third comes in any order.
        std::string rescaled = answer_of(query, Way::RescaledAfterEachRow, Compared::Net);
        std::string net = answer_of(query, Way::RowByRow, Compared::Net);
        if (rescaled != net) complain(query, "rescaled", net, rescaled);
        std::string rows = answer_of(query, Way::InBatches);
        std::string flink_rows = wanted(query, Way::InBatches);
        if (!is_known && !are_same(rows, flink_rows)) {
            complain(query, "in batches", flink_rows + "\n", rows);
        }
    });

    EXPECT_GT(count, 0);
    EXPECT_EQ(wrong, "");
    EXPECT_THAT(differences.stale(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Topics, ChangelogGolden,
                         testing::Values("calc", "dedup", "group_by", "interval_joins", "joins",
                                         "match_recognize", "over", "sets", "sinks", "sort_limit",
                                         "temporal_joins", "topn", "unnest",
                                         "window_topn_dedup_join", "windows_legacy", "windows_tvf"),
                         [](const auto& topic) { return std::string(topic.param); });

}  // namespace
}  // namespace tarn::engine
