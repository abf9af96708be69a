// For tests: the queries of tests/sql/queries/*.test with the tables that stand above each of them
// there. README.md in that folder has the format.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sql/bounded/test_tables.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::sql {

inline std::filesystem::path queries_folder() {
    return std::filesystem::path(std::getenv("TARN_SOURCE_DIR")) / "tests/sql/queries";
}

// Those whose queries are run, not only planned.
inline constexpr auto QueryTopics = std::to_array<std::string_view>(
    {"aggregates", "group_by", "joins", "order", "over", "select", "set_operations", "windows"});

struct TestQuery {
    std::string place;  // "joins.test:12"
    std::string word;   // query or ordered; stream for what is planned alone
    std::string sql;
    std::vector<std::string> flink;  // lines of its answer
    PlanPtr plan;                    // null when it is refused
    std::string refusal;
    Session session;
    TableReader tables;
    // How each table was declared: "table", "sink", "changing[I,UA,D]".
    const std::map<std::string, std::string>* kinds = nullptr;
};

class QueryFile {
public:
    using Visit = std::function<void(const TestQuery&)>;

    // Visits them one by one, as tables may be declared anew between them.
    static void play(std::string_view topic, const Visit& visit) {
        QueryFile(fmt::format("{}.test", topic), visit).read();
    }

private:
    QueryFile(std::string name, const Visit& visit) : name_(std::move(name)), visit_(visit) {}

    void read() {
        std::ifstream in(queries_folder() / name_);
        std::vector<std::string> lines;
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        for (size_t i = 0; i < lines.size();) {
            size_t number = i + 1;
            std::string line = lines[i++];
            while (i < lines.size() && lines[i].starts_with("    ")) line += "\n" + lines[i++];
            std::vector<std::string> answer;
            while (i < lines.size() && !lines[i].empty() &&
                   std::string("=!-|").find(lines[i][0]) != std::string::npos) {
                answer.push_back(lines[i++]);
            }
            take(line, answer, number);
        }
    }

    void take(const std::string& line, const std::vector<std::string>& answer, size_t number) {
        std::string word = line.substr(0, line.find_first_of(" [\n"));
        if (line.empty() || word == "#" || line[0] == '#') return;
        std::string rest = line.size() > word.size() ? line.substr(word.size() + 1) : "";
        if (word == "set" && rest.starts_with("table.local-time-zone")) {
            session_.zone = TimeZone::named(line.substr(line.find('=') + 2));
        } else if (word == "table" || word == "changing" || word == "sink") {
            declare(word, rest);
        } else if (word == "view") {
            make_view(rest);
        } else if (word == "row") {
            rows_[table_].push_back(rest);
        } else if (word == "query" || word == "ordered" || word == "stream") {
            TestQuery query;
            query.place = fmt::format("{}:{}", name_, number);
            query.word = word;
            query.sql = on_one_line(rest);
            query.flink = answer;
            visit_(bound(std::move(query)));
        }
    }

    void declare(std::string kind, std::string text) {
        size_t bracket = text.find('[');
        if (bracket < text.find('(')) {
            size_t length = text.find(']') - bracket + 1;
            kind += text.substr(bracket, length);
            text.erase(bracket, length);
        }
        Statement statement = parse_statement(Source("table", "CREATE TABLE " + text));
        const auto& create = std::get<CreateTable>(statement.node);
        Declaration found = declared(create, session_);
        EXPECT_TRUE(found.problems.empty()) << text;
        table_ = create.name.back().text;
        kinds_[table_] = kind;
        rows_[table_].clear();
        zones_[table_] = session_.zone;
        names_.put(
            std::make_shared<StoredTable>(StoredTable{names_.path_of(create.name), found.table}));
    }

    void make_view(const std::string& text) {
        Statement statement = parse_statement(Source("view", "CREATE VIEW " + text));
        const auto& create = std::get<CreateView>(statement.node);
        PlanPtr plan = bind_query(*create.query, names_, session_);
        std::vector<std::string> columns;
        for (const PlanColumn& column : plan->columns) columns.push_back(column.name);
        for (size_t i = 0; i < create.columns.size(); ++i) columns[i] = create.columns[i].text;
        names_.put(std::make_shared<StoredView>(StoredView{names_.path_of(create.name), columns,
                                                           create.query, names_.catalog(),
                                                           names_.database()}));
    }

    TestQuery bound(TestQuery query) const {
        query.session = session_;
        query.kinds = &kinds_;
        query.tables = [this](const Scan& scan) { return rows_of(scan); };
        try {
            Statement statement = parse_statement(Source("query", query.sql));
            query.plan =
                std::visit([this](const auto& node) { return plan_of(node); }, statement.node);
        } catch (const SqlError& error) {
            query.refusal = error.what();
        }
        return query;
    }

    PlanPtr plan_of(const QueryPtr& query) const { return bind_query(*query, names_, session_); }
    PlanPtr plan_of(const Insert& insert) const { return bind_insert(insert, names_, session_); }
    // Of a statement that has no plan of its own.
    template <typename Other>
    PlanPtr plan_of(const Other&) const {
        return nullptr;
    }

    Batch rows_of(const Scan& scan) const {
        std::vector<PlanColumn> columns;
        for (const TableColumn& column : scan.table->table.columns) {
            bool is_stored = !std::holds_alternative<Computed>(column.kind);
            if (is_stored) columns.push_back({column.name, column.type});
        }
        const std::string& name = scan.table->path.name;
        // They are what they were when the table was declared.
        Session then{.zone = zones_.at(name), .now = session_.now};
        return rows_of_text(columns, rows_.at(name), then);
    }

    static std::string on_one_line(std::string text) {
        for (size_t at = text.find("\n    "); at != std::string::npos; at = text.find("\n    ")) {
            text.replace(at, 5, " ");
        }
        return text;
    }

    std::string name_;
    const Visit& visit_;
    std::string table_;  // declared last
    std::map<std::string, std::string> kinds_;
    std::map<std::string, std::vector<std::string>> rows_;
    std::map<std::string, TimeZone> zones_;
    Namespace names_;
    Session session_{.zone = {}, .now = {{1'780'000'000'000, 0}}};
};

}  // namespace tarn::sql
