// The statements of tests/sql/syntax: which of them are taken, and that their trees say the same
// when they are written and read again.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sql/syntax/parser.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

struct Line {
    std::string verdict;
    std::string sql;
};

std::vector<Line> lines_of(const std::string& file) {
    const char* root = std::getenv("TARN_SOURCE_DIR");
    std::ifstream in(std::filesystem::path(root ? root : ".") / "tests/sql/syntax" / file);
    std::vector<Line> lines;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        size_t space = line.find(' ');
        lines.push_back({line.substr(0, space), line.substr(line.find_first_not_of(' ', space))});
    }
    return lines;
}

// Empty when it is taken.
std::string refusal_of(const Source& source) {
    try {
        Statement statement = parse_statement(source);
        if (const auto* refused = std::get_if<Refused>(&statement.node)) return refused->because;
        return "";
    } catch (const SqlError& error) {
        return text_of(source, error.problem());
    }
}

class Corpus : public ::testing::TestWithParam<std::string> {};

TEST_P(Corpus, is_taken_and_refused_as_it_says) {
    auto lines = lines_of(GetParam());
    ASSERT_FALSE(lines.empty());
    for (const Line& line : lines) {
        std::string refusal = refusal_of(Source("line", line.sql));
        bool is_to_be_refused = line.verdict == "refuse" || line.verdict == "flink-only";
        EXPECT_EQ(!refusal.empty(), is_to_be_refused) << line.sql << "\n" << refusal;
    }
}

TEST_P(Corpus, says_the_same_when_it_is_written_and_read_again) {
    for (const Line& line : lines_of(GetParam())) {
        Source source("line", line.sql);
        if (!refusal_of(source).empty()) continue;
        Source written("written", text_of(parse_statement(source)));
        EXPECT_EQ(refusal_of(written), "") << line.sql;
        if (refusal_of(written).empty()) {
            EXPECT_EQ(text_of(parse_statement(written)), written.text());
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Files, Corpus,
                         ::testing::Values("expressions.test", "queries.test", "definitions.test",
                                           "statements.test"),
                         [](const auto& file) {
                             return file.param.substr(0, file.param.find('.'));
                         });

}  // namespace
}  // namespace tarn::sql
