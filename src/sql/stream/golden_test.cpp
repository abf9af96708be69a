// The `stream` questions of tests/sql/queries/*.test: what a real Flink plans for endless runs.
// README.md there has the format, stream_differences where we plan otherwise on purpose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "sql/plan/query_binder.hpp"
#include "sql/stream/stream_planner.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::sql {
namespace {

namespace fs = std::filesystem;

fs::path queries_folder() {
    return fs::path(std::getenv("TARN_SOURCE_DIR")) / "tests/sql/queries";
}

// Where we answer otherwise on purpose: statements with the beginnings of our answers.
using Differences = std::multimap<std::string, std::string>;

Differences differences_of(std::string_view topic) {
    Differences found;
    std::ifstream lines(queries_folder() / "stream_differences");
    bool is_of_topic = false;
    std::string statement;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        if (line[0] == '[') {
            is_of_topic = line == fmt::format("[{}]", topic);
        } else if (statement.empty()) {
            statement = line;
        } else {
            if (is_of_topic) found.emplace(statement, line);
            statement.clear();
        }
    }
    return found;
}

Changes changes_in(std::string_view text) {
    auto has = [&](std::string_view word) {
        return fmt::format(",{},", text).find(fmt::format(",{},", word)) != std::string::npos;
    };
    return {has("I"), has("UB"), has("UA"), has("D")};
}

class Player {
public:
    explicit Player(std::string_view topic) : topic_(topic), differences_(differences_of(topic)) {
        std::ifstream in(queries_folder() / fmt::format("{}.test", topic));
        std::string statement;
        int number = 0;
        int begin = 0;
        for (std::string line; std::getline(in, line);) {
            ++number;
            if (line.starts_with("    ")) {
                statement += "\n" + line;
                continue;
            }
            bool is_answer = !line.empty() && (line[0] == '=' || line[0] == '-');
            if (is_answer && statement.starts_with("stream ")) {
                compare(statement.substr(7), line, begin);
            } else if (is_answer && is_for_a_table(statement)) {
                // It has another answer for us, but any other error than SqlError gets away.
                answer_to(statement.substr(statement.find(' ') + 1));
            } else if (!statement.empty() && !is_answer) {
                take(statement);
            }
            statement = is_answer ? "" : line;
            begin = number;
        }
    }

    std::string wrong() const { return wrong_; }
    std::string stale() const {
        std::string found;
        for (const auto& each : differences_) {
            if (!used_.contains(each)) found += each.first + "\n" + each.second + "\n";
        }
        return found;
    }

private:
    static bool is_for_a_table(const std::string& statement) {
        return statement.starts_with("query ") || statement.starts_with("ordered ");
    }

    void take(const std::string& statement) {
        std::string word = statement.substr(0, statement.find_first_of(" \n"));
        std::string rest = statement.substr(std::min(statement.size(), word.size() + 1));
        if (word == "table") declare(rest, {.brings = InsertsOnly});
        if (word == "changing") declare(rest, {.brings = changes_of(rest, AllChanges)});
        if (word == "sink") declare(rest, {.takes = changes_of(rest, Upserts)});
        if (word == "view") make_view(rest);
    }

    // "c[I,D] (id INT)", without the brackets when it returns.
    static Changes changes_of(std::string& text, Changes otherwise) {
        size_t begin = text.find('[');
        if (begin > text.find('(')) return otherwise;
        size_t end = text.find(']');
        Changes changes = changes_in(text.substr(begin + 1, end - begin - 1));
        text.erase(begin, end - begin + 1);
        return changes;
    }

    void declare(const std::string& text, TableTraits traits) {
        Statement statement = parse_statement(Source("table", "CREATE TABLE " + text));
        const auto& create = std::get<CreateTable>(statement.node);
        Declaration found = declared(create, session_);
        EXPECT_TRUE(found.problems.empty()) << text;
        ObjectPath path = names_.path_of(create.name);
        traits_[path.name] = traits;
        names_.put(std::make_shared<StoredTable>(StoredTable{path, found.table}));
    }

    void make_view(const std::string& text) {
        Statement statement = parse_statement(Source("view", "CREATE VIEW " + text));
        const auto& create = std::get<CreateView>(statement.node);
        PlanPtr plan = bind_query(*create.query, names_, session_);
        std::vector<std::string> columns;
        for (const PlanColumn& column : plan->columns) columns.push_back(column.name);
        names_.put(std::make_shared<StoredView>(StoredView{names_.path_of(create.name), columns,
                                                           create.query, names_.catalog(),
                                                           names_.database()}));
    }

    std::string answer_to(const std::string& sql) const {
        try {
            Statement statement = parse_statement(Source("query", sql));
            const auto* insert = std::get_if<Insert>(&statement.node);
            const auto* query = std::get_if<QueryPtr>(&statement.node);
            if (!insert && !query) return "- rows of streams are only inserted";
            PlanPtr plan = insert ? bind_insert(*insert, names_, session_)
                                  : bind_query(**query, names_, session_);
            auto traits = [&](const StoredTable& table, const Options&) {
                return traits_.at(table.path.name);
            };
            return "= " + operators_text(*stream_plan(plan, traits));
        } catch (const SqlError& error) {
            return std::string("- ") + error.what();
        }
    }

    void compare(const std::string& sql, const std::string& flink, int number) {
        std::string own = answer_to(sql);
        bool is_right = own[0] == '-' ? flink[0] == '-' : own == flink;
        if (is_right || is_listed(sql, own)) return;
        wrong_ +=
            fmt::format("{}:{}: {}\n  flink {}\n  tarn  {}\n", topic_, number, sql, flink, own);
    }

    bool is_listed(const std::string& sql, const std::string& own) {
        auto [begin, end] = differences_.equal_range(sql);
        for (auto each = begin; each != end; ++each) {
            if (!own.starts_with(each->second)) continue;
            used_.insert(*each);
            return true;
        }
        return false;
    }

    std::string topic_;
    Differences differences_;
    std::set<std::pair<std::string, std::string>> used_;
    Namespace names_;
    Session session_{.zone = {}, .now = {{1'780'000'000'000, 0}}};
    std::map<std::string, TableTraits> traits_;
    std::string wrong_;
};

class StreamGolden : public testing::TestWithParam<std::string_view> {};

TEST_P(StreamGolden, plans_are_those_of_flink) {
    Player player(GetParam());
    EXPECT_EQ(player.wrong(), "");
    EXPECT_EQ(player.stale(), "");
}

INSTANTIATE_TEST_SUITE_P(Topics, StreamGolden,
                         testing::Values("aggregates", "group_by", "insert", "joins", "order",
                                         "over", "select", "set_operations", "streams", "windows"),
                         [](const auto& topic) { return std::string(topic.param); });

}  // namespace
}  // namespace tarn::sql
