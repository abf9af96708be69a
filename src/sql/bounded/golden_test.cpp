// tests/sql/queries/*.test: queries with what a real Flink makes of them. tools/oracle asks Flink;
// here it is Tarn that answers. README.md there has the format.
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "sql/bounded/test_tables.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::sql {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
    return fs::path(std::getenv("TARN_SOURCE_DIR")) / "tests/sql/queries";
}

bool is_plain_word(const std::string& name) {
    return std::ranges::all_of(
        name, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '$'; });
}

// Flink names the unit that an interval is counted in.
std::string with_our_intervals(std::string text) {
    for (auto [theirs, ours] : {std::pair("INTERVAL MONTH", "INTERVAL YEAR TO MONTH"),
                                std::pair("INTERVAL SECOND(3)", "INTERVAL DAY TO SECOND(3)")}) {
        for (size_t at = text.find(theirs); at != std::string::npos; at = text.find(theirs, at + 1))
            text.replace(at, std::string_view(theirs).size(), ours);
    }
    return text;
}

std::string schema_text(const Plan& plan) {
    std::string text = "=";
    for (const PlanColumn& column : plan.columns) {
        text += text == "=" ? " " : ", ";
        text += is_plain_word(column.name) ? column.name : "`" + column.name + "`";
        std::string mark = column.time == TimeRole::Rowtime    ? " *ROWTIME*"
                           : column.time == TimeRole::Proctime ? " *PROCTIME*"
                                                               : "";
        text += " " + text_of(column.type) + mark;
    }
    return text;
}

// Where we answer otherwise on purpose: statements with the beginnings of our answers.
using Differences = std::multimap<std::string, std::string>;

Differences differences_of(std::string_view topic) {
    Differences found;
    std::ifstream lines(folder() / "differences");
    bool is_of_topic = false;
    std::string statement;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with("# ")) continue;
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

std::string on_one_line(std::string text) {
    for (size_t at = text.find("\n    "); at != std::string::npos; at = text.find("\n    ")) {
        text.replace(at, 5, " ");
    }
    return text;
}

class Player {
public:
    explicit Player(const fs::path& file)
        : file_(file.filename().string()), differences_(differences_of(file.stem().string())) {
        std::ifstream in(file);
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

    std::vector<std::string> wrong() const { return wrong_; }
    int asked() const { return asked_; }
    // Listed differences that are none.
    std::vector<std::string> stale() const {
        std::vector<std::string> found;
        for (const auto& each : differences_) {
            if (!used_.contains(each)) found.push_back(each.first + "\n" + each.second);
        }
        return found;
    }

private:
    void take(const std::string& line, const std::vector<std::string>& answer, size_t number) {
        std::string word = line.substr(0, line.find_first_of(" [\n"));
        if (line.empty() || word == "#" || line[0] == '#') return;
        std::string rest = line.size() > word.size() ? line.substr(word.size() + 1) : "";
        if (word == "set") {
            session_.zone = TimeZone::named(line.substr(line.find('=') + 2));
        } else if (word == "table" || word == "changing" || word == "sink") {
            declare(rest);
        } else if (word == "view") {
            make_view(rest);
        } else if (word == "row") {
            rows_[table_].push_back(rest);
        } else if (word == "query" || word == "ordered") {
            compare(word, on_one_line(rest), answer, number);
        }
    }

    void declare(std::string text) {
        size_t bracket = text.find('[');
        if (bracket < text.find('(')) text.erase(bracket, text.find(']') - bracket + 1);
        Statement statement = parse_statement(Source("table", "CREATE TABLE " + text));
        const auto& create = std::get<CreateTable>(statement.node);
        Declaration found = declared(create, session_);
        EXPECT_TRUE(found.problems.empty()) << text;
        table_ = create.name.back().text;
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

    std::vector<std::string> answer_to(const std::string& sql, bool is_ordered) const {
        PlanPtr plan;
        try {
            Statement statement = parse_statement(Source("query", sql));
            plan = bind_query(*std::get<QueryPtr>(statement.node), names_, session_);
        } catch (const SqlError& error) {
            return {std::string("- ") + error.what()};
        }
        std::vector<std::string> answer;
        try {
            Batch batch =
                sql::answer(*plan, [this](const Scan& scan) { return rows_of(scan); }, session_);
            for (std::string& line : lines_of(batch, plan->columns)) answer.push_back("| " + line);
        } catch (const Error& error) {
            return {std::string("! ") + error.what()};
        }
        if (!is_ordered) std::ranges::sort(answer);
        answer.insert(answer.begin(), schema_text(*plan));
        return answer;
    }

    void compare(const std::string& word, const std::string& sql, std::vector<std::string> flink,
                 size_t number) {
        ++asked_;
        std::vector<std::string> own;
        try {
            own = answer_to(sql, word == "ordered");
        } catch (const std::exception& error) {
            own = {std::string("? ") + error.what()};
        }
        if (word == "query") std::sort(flink.begin() + 1, flink.end());
        flink[0] = with_our_intervals(flink[0]);
        // What cannot work for any row may be refused before the first.
        bool is_right = flink[0][0] == '='
                            ? own == flink
                            : own[0][0] == flink[0][0] || (flink[0][0] == '!' && own[0][0] == '-');
        if (is_right || is_listed(sql, own)) return;
        wrong_.push_back(fmt::format("{}:{}: {} {}\n  flink {}\n  tarn  {}", file_, number, word,
                                     sql, fmt::join(flink, "\n        "),
                                     fmt::join(own, "\n        ")));
    }

    // A difference tells how our answer begins, its lines joined.
    bool is_listed(const std::string& sql, const std::vector<std::string>& answer) {
        std::string own = fmt::format("{}", fmt::join(answer, " "));
        auto [begin, end] = differences_.equal_range(sql);
        for (auto each = begin; each != end; ++each) {
            if (!own.starts_with(each->second)) continue;
            used_.insert({each->first, each->second});
            return true;
        }
        return false;
    }

    std::string file_;
    Differences differences_;
    std::set<std::pair<std::string, std::string>> used_;
    std::string table_;  // declared last
    std::map<std::string, std::vector<std::string>> rows_;
    std::map<std::string, TimeZone> zones_;
    Namespace names_;
    Session session_{.zone = {}, .now = {{1'780'000'000'000, 0}}};
    int asked_ = 0;
    std::vector<std::string> wrong_;
};

constexpr auto Topics = std::to_array<std::string_view>(
    {"aggregates", "group_by", "joins", "order", "over", "select", "set_operations", "windows"});

class Golden : public testing::TestWithParam<std::string_view> {};

TEST_P(Golden, TarnAnswersAsFlinkDoes) {
    Player player(folder() / fmt::format("{}.test", GetParam()));
    EXPECT_GT(player.asked(), 0);
    std::string all;
    for (const std::string& each : player.wrong()) all += each + "\n";
    EXPECT_TRUE(player.wrong().empty())
        << all << player.wrong().size() << " of " << player.asked() << " differ";
    EXPECT_THAT(player.stale(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Topics, Golden, testing::ValuesIn(Topics),
                         [](const auto& topic) { return std::string(topic.param); });

}  // namespace
}  // namespace tarn::sql
