// tests/sql/queries/*.test: queries with what a real Flink makes of them. tools/oracle asks Flink;
// here it is Tarn that answers. README.md there has the format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>

#include "sql/plan/query_binder.hpp"
#include "sql/syntax/parser.hpp"
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

class Player {
public:
    explicit Player(const fs::path& file) : file_(file.filename().string()) {
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
        } else if (word != "row") {
            compare(word, rest, answer, number);
        }
    }

    void declare(std::string text) {
        size_t bracket = text.find('[');
        if (bracket < text.find('(')) text.erase(bracket, text.find(']') - bracket + 1);
        Statement statement = parse_statement(Source("table", "CREATE TABLE " + text));
        const auto& create = std::get<CreateTable>(statement.node);
        Declaration found = declared(create, session_);
        EXPECT_TRUE(found.problems.empty()) << text;
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

    std::string answer_to(const std::string& sql) const {
        try {
            Statement statement = parse_statement(Source("query", sql));
            if (const auto* insert = std::get_if<Insert>(&statement.node)) {
                bind_insert(*insert, names_, session_);
                return "=";
            }
            return schema_text(*bind_query(*std::get<QueryPtr>(statement.node), names_, session_));
        } catch (const SqlError& error) {
            return std::string("- ") + error.what();
        }
    }

    void compare(const std::string& word, const std::string& sql,
                 const std::vector<std::string>& answer, size_t number) {
        ++asked_;
        std::string own;
        try {
            own = answer_to(sql);
        } catch (const std::exception& error) {
            own = std::string("? ") + error.what();
        }
        std::string flink = answer.empty() ? "" : with_our_intervals(answer[0]);
        bool is_right = own[0] == '-' ? flink[0] == '-' : own == flink || flink[0] == '!';
        if (word == "stream") is_right = own[0] == flink[0];
        if (!is_right) {
            wrong_.push_back(fmt::format("{}:{}: {} {}\n  flink {}\n  tarn  {}", file_, number,
                                         word, sql, flink, own));
        }
    }

    std::string file_;
    Namespace names_;
    Session session_{.zone = {}, .now = {{1'780'000'000'000, 0}}};
    int asked_ = 0;
    std::vector<std::string> wrong_;
};

constexpr auto Topics =
    std::to_array<std::string_view>({"aggregates", "group_by", "insert", "joins", "order", "over",
                                     "select", "set_operations", "streams", "windows"});

class Golden : public testing::TestWithParam<std::string_view> {};

TEST_P(Golden, TarnAnswersAsFlinkDoes) {
    Player player(folder() / fmt::format("{}.test", GetParam()));
    EXPECT_GT(player.asked(), 0);
    std::string all;
    for (const std::string& each : player.wrong()) all += each + "\n";
    EXPECT_TRUE(player.wrong().empty())
        << all << player.wrong().size() << " of " << player.asked() << " differ";
}

INSTANTIATE_TEST_SUITE_P(Topics, Golden, testing::ValuesIn(Topics),
                         [](const auto& topic) { return std::string(topic.param); });

}  // namespace
}  // namespace tarn::sql
