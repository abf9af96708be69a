// tests/sql/expressions/*.test: expressions with the type and the values that a real Flink gives
// them. tools/oracle asks Flink; here it is Tarn that answers. README.md there has the format.
#include <arrow/array/concatenate.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "sql/expressions/binder.hpp"
#include "sql/expressions/evaluate.hpp"
#include "sql/expressions/known_differences.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/values/value_text.hpp"

namespace tarn::sql {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
    return fs::path(std::getenv("TARN_SOURCE_DIR")) / "tests/sql/expressions";
}

struct Answer {
    std::string line;         // as the file has it: "= INT | 1 | NULL", "! …", "- …"
    std::string explanation;  // why, for what fails
};

// Flink names the unit that an interval is counted in.
std::string with_our_intervals(std::string text) {
    for (auto [theirs, ours] : {std::pair("INTERVAL MONTH", "INTERVAL YEAR TO MONTH"),
                                std::pair("INTERVAL SECOND(3)", "INTERVAL DAY TO SECOND(3)")}) {
        size_t at = text.find(theirs);
        if (at != std::string::npos) text.replace(at, std::string_view(theirs).size(), ours);
    }
    return text;
}

bool agree(const std::string& own, const std::string& flink) {
    if (flink[0] == '=') return own == with_our_intervals(flink);
    // NULL in a column that must have a value: the test's table refuses it, not the expression.
    if (flink.starts_with("! Column 'f0' is NOT NULL")) return own.ends_with(" NOT NULL | NULL");
    // What cannot work for any row may be refused before the first.
    return own[0] == flink[0] || (flink[0] == '!' && own[0] == '-');
}

// A table of a file: its columns' names and types, and their values.
struct Table {
    Scope scope;
    Batch batch{{}, 1};
    std::vector<std::string> rows;
};

class Player {
public:
    explicit Player(const fs::path& file)
        : file_(file.filename().string()),
          differences_(folder() / "differences", file.stem().string()) {
        std::ifstream lines(file);
        int number = 0;
        for (std::string line; std::getline(lines, line);) take(line, ++number);
    }

    std::vector<std::string> wrong() const { return wrong_; }
    int asked() const { return asked_; }
    std::vector<std::string> stale() const { return differences_.stale(); }

private:
    void take(const std::string& line, int number) {
        if (line.empty() || line[0] == '#') return;
        bool is_answer = line.starts_with("= ") || line.starts_with("! ") || line.starts_with("- ");
        if (is_answer && !expression_.empty()) return compare(line, number);
        if (line.starts_with("set ")) return set(line);
        if (line.starts_with("columns")) return begin_table(line.substr(7));
        if (line.starts_with("row ")) {
            table_.rows.push_back(line.substr(4));
            is_filled_ = false;
            return;
        }
        expression_ = line;
    }

    void set(const std::string& line) {
        session_.zone = TimeZone::named(line.substr(line.find('=') + 2));
    }

    void begin_table(const std::string& columns) {
        table_ = {};
        is_filled_ = true;
        if (columns.empty()) return;
        Expression cast = parse_expression(Source("columns", "CAST(NULL AS ROW<" + columns + ">)"));
        Type row = type_of(std::get<Cast>(cast.node).type);
        std::vector<ScopeColumn> found;
        for (const Type::Field& field : row.fields) found.push_back({"t0", field.name, field.type});
        table_.scope = Scope(std::move(found));
    }

    // Each row is a list of expressions, cast to the columns' types.
    void fill() {
        Scope nothing;
        ExpressionBinder binder(nothing, session_);
        std::vector<arrow::ArrayVector> columns(table_.scope.columns().size());
        for (const std::string& row : table_.rows) {
            Expression values = parse_expression(Source("row", "ROW(" + row + ")"));
            const auto& items = std::get<Constructor>(values.node).items;
            for (size_t i = 0; i < columns.size(); ++i) {
                Bound value = binder.cast_to(binder.bind(items[i]), table_.scope.columns()[i].type);
                columns[i].push_back(evaluate(value, {{}, 1}, session_).values);
            }
        }
        table_.batch = {{}, static_cast<int64_t>(table_.rows.size())};
        for (const auto& values : columns) {
            table_.batch.columns.push_back({*arrow::Concatenate(values)});
        }
        is_filled_ = true;
    }

    Answer answer() const {
        Bound bound;
        try {
            Source source("expression", expression_);
            bound = bind_expression(parse_expression(source), table_.scope, session_);
        } catch (const SqlError& error) {
            return {"- ", error.what()};
        }
        try {
            Column column = evaluate(bound, table_.batch, session_);
            std::string line = "= " + text_of(bound->type);
            for (int64_t row = 0; row < table_.batch.rows; ++row) {
                line += " | " + value_text(bound->type, *column.values, column.place(row));
            }
            return {line, {}};
        } catch (const Error& error) {
            return {"! ", error.what()};
        }
    }

    void compare(const std::string& wanted, int number) {
        ++asked_;
        Answer own;
        try {
            if (!is_filled_) fill();
            own = answer();
        } catch (const std::exception& error) {
            own = {"? ", error.what()};
        }
        bool is_right = agree(own.line, wanted) || differences_.has(expression_, own.line);
        if (!is_right) {
            wrong_.push_back(fmt::format("{}:{}: {}\n  flink {}\n  tarn  {}{}", file_, number,
                                         expression_, wanted, own.line, own.explanation));
        }
        expression_.clear();
    }

    std::string file_;
    KnownDifferences differences_;
    std::string expression_;
    Table table_;
    bool is_filled_ = true;
    // Two digits of a year depend on the day.
    Session session_{.zone = {}, .now = {{1'780'000'000'000, 0}}};
    int asked_ = 0;
    std::vector<std::string> wrong_;
};

constexpr auto Topics = std::to_array<std::string_view>(
    {"arithmetic",   "casts_numbers", "casts_text",  "casts_times",    "collections",
     "comparison",   "composed",      "conditional", "hashes",         "json",
     "json_filters", "logic",         "math",        "regex",          "strings",
     "time_formats", "time_spans",    "time_zones",  "time_zones_dst", "times"});

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

TEST(GoldenFiles, AreAllListedHere) {
    for (const auto& entry : fs::directory_iterator(folder())) {
        if (entry.path().extension() != ".test") continue;
        EXPECT_THAT(Topics, testing::Contains(entry.path().stem().string()));
    }
}

INSTANTIATE_TEST_SUITE_P(Topics, Golden, testing::ValuesIn(Topics),
                         [](const auto& topic) { return std::string(topic.param); });

}  // namespace
}  // namespace tarn::sql
