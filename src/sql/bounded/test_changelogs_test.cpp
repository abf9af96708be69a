#include "sql/bounded/test_changelogs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sql/bounded/test_queries.hpp"

namespace tarn::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Changelog changelog_of(const std::vector<std::string>& lines) {
    return Changelog::parse(lines);
}

TEST(Changelog, keeps_the_order_of_its_changes_and_their_steps) {
    Changelog changelog = changelog_of({"@ 2", "-U | 1 | 'a'", "+U | 2 | 'a'", "@ end", "-D | 2"});

    EXPECT_EQ(changelog.text(), "@ 2\n-U | 1 | 'a'\n+U | 2 | 'a'\n@ end\n-D | 2\n");
    EXPECT_EQ(changelog.steps().at(2).at(1), (Change{"+U", "2 | 'a'"}));
    EXPECT_EQ(changelog.steps().at(Changelog::End).size(), 1);
}

TEST(Changelog, is_the_same_sorted_when_only_the_order_within_a_step_differs) {
    Changelog changelog = changelog_of({"@ 1", "+I | 1", "+I | 2", "@ 2", "-U | 1", "+U | 1"});

    EXPECT_NE(changelog, changelog_of({"@ 1", "+I | 2", "+I | 1", "@ 2", "-U | 1", "+U | 1"}));
    EXPECT_EQ(changelog.sorted(),
              changelog_of({"@ 1", "+I | 2", "+I | 1", "@ 2", "+U | 1", "-U | 1"}).sorted());
    EXPECT_NE(changelog.sorted(), changelog_of({"@ 1", "+I | 1", "@ 2", "+I | 2"}).sorted());
}

TEST(Changelog, has_as_its_net_what_a_step_does_not_take_back_itself) {
    Changelog changelog =
        changelog_of({"@ 1", "+I | 1", "-D | 1", "+I | 2", "+I | 2", "@ 2", "-U | 2", "+U | 2"});

    EXPECT_EQ(changelog.net().text(), "@ 1\n+ | 2\n+ | 2\n");
}

TEST(Changelog, leaves_the_rows_that_nobody_took_back) {
    Changelog changelog = changelog_of({"@ 1", "+I | 1", "+I | 1", "+I | 2", "@ 3", "-D | 1"});

    EXPECT_THAT(changelog.rows(), ElementsAre("1", "2"));
    EXPECT_EQ(changelog.missing_row(), "");
}

TEST(Changelog, replaces_rows_by_their_key_when_updates_take_none_back) {
    Changelog changelog = changelog_of(
        {"@ 1", "+I | 'a' | 1", "+I | 'b' | 1", "@ 2", "+U | 'a' | 2", "@ end", "-D | 'b' | NULL"});

    EXPECT_THAT(changelog.rows(std::vector<size_t>{0}), ElementsAre("'a' | 2"));
}

TEST(Changelog, names_a_row_that_is_taken_back_before_it_is_there) {
    EXPECT_EQ(changelog_of({"@ 1", "+I | 1", "@ 2", "-D | 2", "+I | 2"}).missing_row(), "2");
}

TEST(Changelog, refuses_lines_that_are_no_changes) {
    EXPECT_THROW(changelog_of({"+I | 1"}), std::invalid_argument);
    EXPECT_THROW(changelog_of({"@ -1", "+I | 1"}), std::invalid_argument);
    EXPECT_THROW(changelog_of({"@ 2x"}), std::invalid_argument);
    EXPECT_THROW(changelog_of({"@ 1", "+I 1"}), std::invalid_argument);
}

TEST(QueryFile, reads_the_script_of_a_changelog) {
    std::istringstream text(
        "set table.exec.state.ttl = 1 d\n"
        "table t (id INT, name STRING, twice AS id * 2)\n"
        "changing c[I,UA,D] (id INT, PRIMARY KEY (id) NOT ENFORCED)\n"
        "rows\n"
        "    t 1, 'a, b'\n"
        "    c +U 2\n"
        "changelog SELECT id\n"
        "    FROM t\n"
        "= id INT\n"
        "@ 1\n"
        "+I | 1\n"
        "rows\n"
        "    c -D 3\n"
        "changelog SELECT id FROM c\n"
        "- no\n");
    std::vector<std::string> seen;
    QueryFile::play_text(text, "some.test", [&](const TestQuery& query) {
        std::string line = fmt::format("{} {}:", query.place, query.sql);
        for (const ScriptRow& each : *query.script) {
            std::vector<PlanColumn> columns =
                columns_of(each.table == "t" ? "a INT, b STRING" : "a INT NOT NULL");
            line +=
                fmt::format(" {} {} {};", each.table, each.kind, lines_of(each.row, columns).at(0));
        }
        seen.push_back(line + fmt::format(" {}", query.flink.size()));
        EXPECT_EQ(query.settings->at("table.exec.state.ttl"), "1 d");
        EXPECT_EQ(query.kinds->at("c"), "changing[I,UA,D]");
    });

    EXPECT_THAT(seen, ElementsAre("some.test:7 SELECT id FROM t: t +I 1 | 'a, b'; c +U 2; 3",
                                  "some.test:14 SELECT id FROM c: c -D 3; 1"));
}

// Every file can be read: each answer, and each statement that Flink takes.
TEST(QueryFile, reads_every_changelog_there_is) {
    int read = 0;
    for (const auto& file : std::filesystem::directory_iterator(changelogs_folder())) {
        if (file.path().extension() != ".test") continue;
        QueryFile::play_changelogs(file.path().stem().string(), [&](const TestQuery& query) {
            ++read;
            ASSERT_FALSE(query.flink.empty()) << query.place;
            if (!query.flink[0].starts_with("= ")) return;
            std::span<const std::string> lines(query.flink);
            EXPECT_NO_THROW(Changelog::parse(lines.subspan(1))) << query.place;
        });
    }
    EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace tarn::sql
