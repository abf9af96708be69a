// tests/sql/queries/*.test: queries with what a real Flink makes of them. tools/oracle asks Flink;
// here it is Tarn that answers.
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "sql/bounded/test_queries.hpp"
#include "sql/expressions/known_differences.hpp"

namespace tarn::sql {
namespace {

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

// Asks the queries of one file, and compares.
class Judge {
public:
    explicit Judge(std::string_view topic) : differences_(queries_folder() / "differences", topic) {
        QueryFile::play(topic, [this](const TestQuery& query) {
            if (query.word != "stream") compare(query);
        });
    }

    std::vector<std::string> wrong() const { return wrong_; }
    int asked() const { return asked_; }
    std::vector<std::string> stale() const { return differences_.stale(); }

private:
    static std::vector<std::string> answer_to(const TestQuery& query) {
        if (!query.plan) return {"- " + query.refusal};
        std::vector<std::string> answer;
        try {
            Batch batch = sql::answer(*query.plan, query.tables, query.session);
            for (std::string& line : lines_of(batch, query.plan->columns)) {
                answer.push_back("| " + line);
            }
        } catch (const Error& error) {
            return {std::string("! ") + error.what()};
        }
        if (query.word == "query") std::ranges::sort(answer);
        answer.insert(answer.begin(), schema_text(*query.plan));
        return answer;
    }

    void compare(const TestQuery& query) {
        ++asked_;
        std::vector<std::string> flink = query.flink;
        std::vector<std::string> own;
        try {
            own = answer_to(query);
        } catch (const std::exception& error) {
            own = {std::string("? ") + error.what()};
        }
        if (query.word == "query") std::sort(flink.begin() + 1, flink.end());
        flink[0] = with_our_intervals(flink[0]);
        // What cannot work for any row may be refused before the first.
        bool is_right = flink[0][0] == '='
                            ? own == flink
                            : own[0][0] == flink[0][0] || (flink[0][0] == '!' && own[0][0] == '-');
        if (is_right || differences_.has(query.sql, fmt::format("{}", fmt::join(own, " ")))) return;
        wrong_.push_back(fmt::format("{}: {} {}\n  flink {}\n  tarn  {}", query.place, query.word,
                                     query.sql, fmt::join(flink, "\n        "),
                                     fmt::join(own, "\n        ")));
    }

    KnownDifferences differences_;
    int asked_ = 0;
    std::vector<std::string> wrong_;
};

class Golden : public testing::TestWithParam<std::string_view> {};

TEST_P(Golden, TarnAnswersAsFlinkDoes) {
    Judge judge(GetParam());
    EXPECT_GT(judge.asked(), 0);
    std::string all;
    for (const std::string& each : judge.wrong()) all += each + "\n";
    EXPECT_TRUE(judge.wrong().empty())
        << all << judge.wrong().size() << " of " << judge.asked() << " differ";
    EXPECT_THAT(judge.stale(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Topics, Golden, testing::ValuesIn(QueryTopics),
                         [](const auto& topic) { return std::string(topic.param); });

}  // namespace
}  // namespace tarn::sql
