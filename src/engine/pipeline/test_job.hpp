// For tests: a query over tables that are pushed row by row, and the changes that come out.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/joins/test_lookup.hpp"
#include "engine/pipeline/pipeline.hpp"
#include "sql/bounded/test_tables.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/stream/stream_planner.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/tables/declaration.hpp"
#include "sql/values/value_text.hpp"

namespace tarn::engine {

class TestJob {
public:
    // "trades (id INT, …)", and the changes that its source brings.
    void declare(const std::string& text, sql::Changes brings = sql::InsertsOnly) {
        sql::Statement statement =
            sql::parse_statement(sql::Source("table", "CREATE TABLE " + text));
        const auto& create = std::get<sql::CreateTable>(statement.node);
        sql::Declaration found = sql::declared(create, session());
        EXPECT_TRUE(found.problems.empty()) << text;
        brings_[create.name.back().text] = brings;
        auto stored = std::make_shared<sql::StoredTable>(
            sql::StoredTable{names_.path_of(create.name), found.table, create.options});
        tables_[create.name.back().text] = stored;
        names_.put(stored);
    }

    // A table in memory that joins look up.
    void declare_lookup(const std::string& text) {
        declare(text);
        looked_up_.insert(text.substr(0, text.find(' ')));
    }
    void put(const std::string& table, const std::vector<std::string>& rows) {
        lookups_.add(table, sql::rows_of_text(stored_columns(table), rows, session()));
    }
    void remove(const std::string& table, const std::vector<std::string>& rows) {
        lookups_.remove(table, sql::rows_of_text(stored_columns(table), rows, session()));
    }
    // How many keys each question to such tables had, since the last call.
    std::vector<int64_t> questions() { return std::exchange(lookups_.questions, {}); }

    // A query, of whose changes nobody wants the rows that updates replace.
    void run(const std::string& text) {
        query_ = bound(text);
        start(query_, sql::UpdateRows::Afters);
    }
    // A query, and all of its changes are wanted.
    void run_for_all_changes(const std::string& text) {
        query_ = bound(text);
        start(query_, sql::UpdateRows::Both);
    }
    // INSERT INTO a table that takes every change, or all but the rows that updates replace.
    void run_insert(const std::string& text, sql::Changes takes) {
        sql::Statement statement = sql::parse_statement(sql::Source("insert", text));
        takes_ = takes;
        start(sql::bind_insert(std::get<sql::Insert>(statement.node), names_, session()),
              sql::UpdateRows::Afters);
    }

    // Rows of a table, each as "1, 'a', TIMESTAMP '2024-01-01 00:00:00'", in one batch.
    void push(const std::string& table, const std::vector<std::string>& rows,
              Change change = Change::Insert, int32_t partition = 0) {
        for (size_t i = 0; i < pipeline_->sources().size(); ++i) {
            const sql::stream::TableSource& source = *pipeline_->sources()[i];
            if (source.table->path.name != table) continue;
            sql::Batch read = sql::rows_of_text(columns_of(*source.table), rows, session());
            if (source.columns) read.columns = sql::chosen(read, *source.columns);
            ChangeBatch batch{std::move(read), {}, partition};
            if (change != Change::Insert) batch.kinds.assign(rows.size(), change);
            pipeline_->take(i, batch);
        }
    }
    void end() {
        for (size_t i = 0; i < pipeline_->sources().size(); ++i) pipeline_->end(i);
    }

    // What the query comes to over tables with these rows, sorted, each as "1, 'a'".
    std::vector<std::string> answer(const std::map<std::string, std::vector<std::string>>& rows) {
        auto of_table = [&](const sql::Scan& scan) {
            return sql::rows_of_text(columns_of(*scan.table), rows.at(scan.table->path.name),
                                     session());
        };
        ChangeBatch all{sql::answer(*query_, of_table, session()), {}};
        std::vector<std::string> texts;
        for (int64_t row = 0; row < all.size(); ++row) {
            texts.push_back(output_.row_text(all, row).substr(1));
        }
        std::ranges::sort(texts);
        return texts;
    }

    // What has changed since the last time, and all of it the first time after a restart.
    void save() {
        auto extent = saved_.empty() ? OperatorState::Extent::All : OperatorState::Extent::Changes;
        for (auto& [name, part] : pipeline_->save(extent)) saved_[name].push_back(std::move(part));
    }
    // Goes on in a new pipeline with what was saved of the old one.
    void restart() {
        save();
        Pipeline::State state;
        for (auto& [name, states] : std::exchange(saved_, {})) state[name] = merged(states);
        join();
        pipeline_->restore(state);
    }

    // The rows of a query over tables with these rows, as "1, 'a'".
    std::vector<std::string> answer(
        const std::string& text,
        const std::map<std::string, std::vector<std::string>>& tables) const {
        auto reader = [&](const sql::Scan& scan) {
            return sql::rows_of_text(columns_of(*scan.table), tables.at(scan.table->path.name),
                                     session());
        };
        ChangeBatch rows{sql::answer(*bound(text), reader, session())};
        std::vector<std::string> lines;
        for (int64_t row = 0; row < rows.size(); ++row) {
            lines.push_back(output_.row_text(rows, row).substr(1));
        }
        return lines;
    }

    // What has come since the last call, as "+I 1, 'a'".
    std::vector<std::string> changes() { return std::exchange(output_.changes, {}); }
    EventTime watermark() const { return output_.watermark; }
    Pipeline& pipeline() { return *pipeline_; }
    ManualClock& clock() { return clock_; }
    JobContext& context() { return context_; }

private:
    struct Changes final : Output {
        void take(const ChangeBatch& batch) override {
            for (int64_t row = 0; row < batch.size(); ++row) {
                changes.push_back(std::string(text_of(batch.kind(row))) + row_text(batch, row));
            }
        }
        void advance(EventTime time) override { watermark = time; }
        void refuse(const ChangeBatch&, Refusal) override {}

        std::string row_text(const ChangeBatch& batch, int64_t row) const {
            std::string text;
            for (size_t i = 0; i < columns.size(); ++i) {
                const sql::Column& column = batch.rows.columns[i];
                text += i == 0 ? " " : ", ";
                text += sql::value_text(columns[i].type, *column.values, column.place(row));
            }
            return text;
        }

        std::vector<sql::PlanColumn> columns;
        std::vector<std::string> changes;
        EventTime watermark = NoTimeYet;
    };

    sql::PlanPtr bound(const std::string& text) const {
        sql::Statement statement = sql::parse_statement(sql::Source("query", text));
        return sql::bind_query(*std::get<sql::QueryPtr>(statement.node), names_, session());
    }

    void start(const sql::PlanPtr& plan, sql::UpdateRows rows) {
        auto traits = [this](const auto& table, const auto&) {
            auto brings = brings_.find(table.path.name);
            return sql::TableTraits{brings == brings_.end() ? sql::Changes() : brings->second,
                                    takes_, looked_up_.contains(table.path.name)};
        };
        plan_ = sql::stream_plan(plan, session(), traits, rows);
        join();
        pipeline_->start();
    }

    void join() {
        context_.open_lookup = lookups_.opener();
        output_.columns = plan_->columns;
        std::vector<PipelineEnd> ends{{plan_, &output_}};
        pipeline_ = std::make_unique<Pipeline>(ends, context_);
    }

    sql::Session session() const { return context_.session(); }

    std::vector<sql::PlanColumn> stored_columns(const std::string& table) const {
        return columns_of(*tables_.at(table));
    }

    static std::vector<sql::PlanColumn> columns_of(const sql::StoredTable& table) {
        std::vector<sql::PlanColumn> columns;
        for (const sql::TableColumn& column : table.table.columns) {
            if (is_stored(column)) columns.push_back({column.name, column.type});
        }
        return columns;
    }

    ManualClock clock_{WallTime(std::chrono::milliseconds(1'780'000'000'000))};
    JobContext context_{.clock = clock_, .zone = {}};
    sql::Namespace names_;
    std::map<std::string, std::shared_ptr<const sql::StoredTable>> tables_;
    std::map<std::string, sql::Changes> brings_;
    std::set<std::string> looked_up_;
    TestLookups lookups_;
    sql::Changes takes_ = sql::AllChanges;
    sql::PlanPtr query_;
    sql::StreamPlanPtr plan_;
    Changes output_;
    std::unique_ptr<Pipeline> pipeline_;
    std::map<std::string, std::vector<OperatorState>> saved_;
};

// The rows that are left of changes such as "+I 1, 'a'", sorted.
inline std::vector<std::string> rows_left(const std::vector<std::string>& changes) {
    std::map<std::string, int> counts;
    for (const std::string& change : changes) {
        counts[change.substr(3)] += change[0] == '+' ? 1 : -1;
    }
    std::vector<std::string> rows;
    for (const auto& [row, count] : counts) {
        EXPECT_GE(count, 0) << row << " was taken back and not there";
        rows.insert(rows.end(), static_cast<size_t>(std::max(count, 0)), row);
    }
    return rows;
}

}  // namespace tarn::engine
