// For tests: the queries of tests/sql/queries/*.test and tests/sql/changelogs/*.test with the
// tables and rows that stand above each of them there. README.md in those folders has the formats.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "sql/bounded/test_tables.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::sql {

inline std::filesystem::path sql_tests_folder() {
    return std::filesystem::path(std::getenv("TARN_SOURCE_DIR")) / "tests/sql";
}

inline std::filesystem::path queries_folder() {
    return sql_tests_folder() / "queries";
}
inline std::filesystem::path changelogs_folder() {
    return sql_tests_folder() / "changelogs";
}

// Those whose queries are run, not only planned.
inline constexpr auto QueryTopics = std::to_array<std::string_view>(
    {"aggregates", "group_by", "joins", "order", "over", "select", "set_operations", "windows"});

// A row of a script, in which the rows of all tables stand in the order of their arrival.
struct ScriptRow {
    std::string table;
    std::string kind;  // "+I", "-U", "+U" or "-D"
    Batch row;         // of the columns that are stored
};

struct TestQuery {
    std::string place;  // "joins.test:12"
    // query or ordered; stream for what is planned alone, changelog for what runs without end
    std::string word;
    std::string sql;
    std::vector<std::string> flink;  // lines of its answer
    PlanPtr plan;                    // null when it is refused
    std::string refusal;
    Session session;
    TableReader tables;
    // How each table was declared: "table", "lookup", "sink", "changing[I,UA,D]".
    const std::map<std::string, std::string>* kinds = nullptr;
    const std::vector<ScriptRow>* script = nullptr;                // for a changelog
    const std::map<std::string, std::string>* settings = nullptr;  // what `set` has set
};

class QueryFile {
public:
    using Visit = std::function<void(const TestQuery&)>;

    // Visits them one by one, as tables may be declared anew between them.
    static void play(std::string_view topic, const Visit& visit) {
        play_in(queries_folder(), topic, visit);
    }

    // The same for tests/sql/changelogs.
    static void play_changelogs(std::string_view topic, const Visit& visit) {
        play_in(changelogs_folder(), topic, visit);
    }

    // The text of a file.
    static void play_text(std::istream& text, const std::string& name, const Visit& visit) {
        QueryFile(name, visit).read(text);
    }

private:
    QueryFile(std::string name, const Visit& visit) : name_(std::move(name)), visit_(visit) {}

    static void play_in(const std::filesystem::path& folder, std::string_view topic,
                        const Visit& visit) {
        std::string name = fmt::format("{}.test", topic);
        std::ifstream in(folder / name);
        play_text(in, name, visit);
    }

    void read(std::istream& in) {
        std::vector<std::string> lines;
        for (std::string line; std::getline(in, line);) lines.push_back(line);
        for (size_t i = 0; i < lines.size();) {
            size_t number = i + 1;
            std::string line = lines[i++];
            while (i < lines.size() && lines[i].starts_with("    ")) line += "\n" + lines[i++];
            std::vector<std::string> answer;
            while (i < lines.size() && !lines[i].empty() &&
                   std::string("=!-|@+").find(lines[i][0]) != std::string::npos) {
                answer.push_back(lines[i++]);
            }
            take(line, answer, number);
        }
    }

    void take(const std::string& line, const std::vector<std::string>& answer, size_t number) {
        std::string word = line.substr(0, line.find_first_of(" [\n"));
        if (line.empty() || word == "#" || line[0] == '#') return;
        std::string rest = line.size() > word.size() ? line.substr(word.size() + 1) : "";
        if (word == "set") {
            set(rest);
        } else if (word == "table" || word == "changing" || word == "lookup" || word == "sink") {
            declare(word, rest);
        } else if (word == "view") {
            make_view(rest);
        } else if (word == "row") {
            rows_[table_].push_back(rest);
        } else if (word == "rows") {
            read_script(rest);
        } else if (word == "query" || word == "ordered" || word == "stream" ||
                   word == "changelog") {
            TestQuery query;
            query.place = fmt::format("{}:{}", name_, number);
            query.word = word;
            query.sql = on_one_line(rest);
            query.flink = answer;
            visit_(bound(std::move(query)));
        }
    }

    void set(const std::string& setting) {
        size_t equals = setting.find(" = ");
        std::string key = setting.substr(0, equals);
        settings_[key] = setting.substr(equals + 3);
        if (key == "table.local-time-zone") session_.zone = TimeZone::named(settings_[key]);
    }

    // A row on each line, such as `users +U 1, 'b'`; without a sign it is inserted.
    void read_script(const std::string& text) {
        script_.clear();
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            line.erase(0, line.find_first_not_of(' '));
            if (line.empty()) continue;
            size_t space = line.find(' ');
            ScriptRow row{.table = line.substr(0, space), .kind = "+I", .row = {{}, 1}};
            std::string values = line.substr(space + 1);
            for (std::string_view kind : {"+I", "-U", "+U", "-D"}) {
                if (!values.starts_with(fmt::format("{} ", kind))) continue;
                row.kind = kind;
                values.erase(0, kind.size() + 1);
                break;
            }
            row.row = rows_of_text(stored_columns_.at(row.table), {values}, session_);
            script_.push_back(std::move(row));
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
        stored_columns_[table_] = stored_columns(found.table);
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
        query.script = &script_;
        query.settings = &settings_;
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
        const std::string& name = scan.table->path.name;
        // They are what they were when the table was declared.
        Session then{.zone = zones_.at(name), .now = session_.now};
        return rows_of_text(stored_columns_.at(name), rows_.at(name), then);
    }

    static std::vector<PlanColumn> stored_columns(const Table& table) {
        std::vector<PlanColumn> columns;
        for (const TableColumn& column : table.columns) {
            if (is_stored(column)) columns.push_back({column.name, column.type});
        }
        return columns;
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
    std::map<std::string, std::vector<PlanColumn>> stored_columns_;
    std::vector<ScriptRow> script_;
    std::map<std::string, std::string> settings_;
    Namespace names_;
    Session session_{.zone = {}, .now = {{1'780'000'000'000, 0}}};
};

}  // namespace tarn::sql
