#include <gmock/gmock.h>

#include <algorithm>

#include "connectors/formats/test_tables.hpp"
#include "connectors/made_up/made_up_source.hpp"

namespace tarn::connectors {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using Lines = std::vector<std::string>;

class Datagen : public testing::Test {
protected:
    std::unique_ptr<MadeUpSource> source(const std::string& columns, const std::string& options,
                                         std::optional<std::vector<size_t>> places = {}) {
        std::string with = options.empty() ? "'connector' = 'datagen'" : options;
        auto table = test_table("t (" + columns + ") WITH (" + with + ")");
        asked = asked_columns(source_of(table, places));
        return std::make_unique<MadeUpSource>(source_of(table, places), value_maker, clock, random);
    }

    Lines read(MadeUpSource& source, int64_t rows_max = 1'000) {
        auto batch = source.read(rows_max);
        if (!batch) return {};
        for (const auto& column : batch->rows.columns) {
            EXPECT_TRUE(column.values->ValidateFull().ok());
        }
        return lines_of(*batch, asked);
    }

    // The first rows of a table with these columns.
    Lines rows(const std::string& columns, const std::string& options, int64_t count = 200) {
        auto rows = source(columns, options);
        EXPECT_EQ(read(*rows, 1).size(), 1u);
        clock.advance(std::chrono::hours(1));
        return read(*rows, count);
    }

    ManualClock clock{WallTime(std::chrono::milliseconds(1'780'000'000'123))};
    SeededRandom random{7};
    StoredColumns asked;
};

TEST_F(Datagen, ends_with_its_shortest_sequence) {
    auto rows = source("a INT, b STRING, c DECIMAL(5, 1), d DOUBLE",
                       "'fields.a.kind' = 'sequence', 'fields.a.start' = '5', "
                       "'fields.a.end' = '7', 'fields.b.kind' = 'sequence', "
                       "'fields.b.start' = '-1', 'fields.b.end' = '100', "
                       "'fields.c.kind' = 'sequence', 'fields.c.start' = '1', "
                       "'fields.c.end' = '100', 'fields.d.kind' = 'sequence', "
                       "'fields.d.start' = '1', 'fields.d.end' = '100'");
    EXPECT_THAT(read(*rows), ElementsAre("+I 5 | '-1' | 1.0 | 1.0"));
    EXPECT_FALSE(rows->is_ended());

    clock.advance(std::chrono::seconds(1));
    EXPECT_THAT(read(*rows), ElementsAre("+I 6 | '0' | 2.0 | 2.0", "+I 7 | '1' | 3.0 | 3.0"));
    EXPECT_TRUE(rows->is_ended());
    EXPECT_THAT(read(*rows), ElementsAre());
}

TEST_F(Datagen, keeps_its_rate_without_waiting) {
    auto rows = source("a INT", "'rows-per-second' = '10'");

    EXPECT_EQ(read(*rows).size(), 1u);
    EXPECT_EQ(read(*rows).size(), 0u);
    clock.advance(std::chrono::milliseconds(350));
    EXPECT_EQ(read(*rows).size(), 3u);
    clock.advance(std::chrono::seconds(10));
    EXPECT_EQ(read(*rows, 40).size(), 40u);
    EXPECT_EQ(read(*rows).size(), 60u);
}

TEST_F(Datagen, goes_on_with_the_rows_that_would_have_come) {
    std::string columns =
        "a BIGINT, b STRING, c ARRAY<DOUBLE>, d ROW<e BOOLEAN, f DECIMAL(10, 2)>, g BYTES";
    std::string options =
        "'number-of-rows' = '50', 'fields.b.null-rate' = '0.5', "
        "'fields.b.var-len' = 'true', 'fields.c.length' = '3'";
    auto whole = source(columns, options);
    whole->read(1);
    engine::OperatorState begin = whole->position();
    clock.advance(std::chrono::seconds(1));
    Lines all = read(*whole);
    ASSERT_EQ(all.size(), 49u);

    for (int64_t count : {1, 17, 49}) {
        auto first = source(columns, options);
        first->seek(begin);
        first->read(1);
        clock.advance(std::chrono::seconds(1));
        Lines lines(all.begin(), all.begin() + 1);
        for (std::string& line : read(*first, count - 1)) lines.push_back(std::move(line));
        auto second = source(columns, options);
        second->seek(first->position());
        for (std::string& line : read(*second)) lines.push_back(std::move(line));
        clock.advance(std::chrono::seconds(1));
        for (std::string& line : read(*second)) lines.push_back(std::move(line));

        EXPECT_EQ(lines, all) << "after " << count;
        EXPECT_TRUE(second->is_ended());
    }
}

TEST_F(Datagen, makes_other_rows_for_each_job) {
    EXPECT_NE(rows("a BIGINT", ""), rows("a BIGINT", ""));
}

TEST_F(Datagen, keeps_to_bounds_and_lengths) {
    Lines numbers = rows("a TINYINT, b INT",
                         "'fields.a.min' = '-1', 'fields.a.max' = '1', 'fields.b.min' = '5', "
                         "'fields.b.max' = '5'");
    EXPECT_THAT(numbers, Each(MatchesRegex("\\+I (-1|0|1) \\| 5")));
    for (const std::string value : {"+I -1 | 5", "+I 0 | 5", "+I 1 | 5"}) {
        EXPECT_GT(std::ranges::count(numbers, value), 30) << value;
    }
    EXPECT_THAT(rows("a STRING, b CHAR(3), c VARCHAR(2)", "'fields.a.length' = '5'"),
                Each(MatchesRegex("\\+I '[0-9a-f]{5}' \\| '[0-9a-f]{3}' \\| '[0-9a-f]{2}'")));
    EXPECT_THAT(rows("a STRING", "'fields.a.length' = '2', 'fields.a.var-len' = 'true'"),
                Each(MatchesRegex("\\+I '[0-9a-f]{1,2}'")));
    EXPECT_THAT(rows("a DECIMAL(4, 2)", "'fields.a.min' = '2', 'fields.a.max' = '3'"),
                Each(MatchesRegex("\\+I (2\\.[0-9]{2}|3\\.00)")));
}

TEST_F(Datagen, makes_the_parts_of_nested_columns) {
    EXPECT_THAT(rows("a ROW<b INT, c STRING>, d ARRAY<INT>, m MAP<STRING, INT>",
                     "'fields.a.b.min' = '1', 'fields.a.b.max' = '1', 'fields.a.c.length' = '1', "
                     "'fields.d.length' = '2', 'fields.d.element.min' = '7', "
                     "'fields.d.element.max' = '7', 'fields.m.length' = '1', "
                     "'fields.m.key.length' = '1', 'fields.m.value.min' = '3', "
                     "'fields.m.value.max' = '3'"),
                Each(MatchesRegex("\\+I \\(1, '.'\\) \\| \\[7, 7\\] \\| \\{'.'=3\\}")));
}

TEST_F(Datagen, makes_times_of_now_or_of_the_past) {
    auto now = source("a TIMESTAMP(3), b TIMESTAMP_LTZ(6), c DATE, d TIME", "");
    EXPECT_THAT(read(*now), ElementsAre("+I 2026-05-28 20:26:40.123 | 2026-05-28 20:26:40.123Z | "
                                        "2026-05-28 | 20:26:40.123"));

    Lines past = rows("a TIMESTAMP(3)", "'fields.a.max-past' = '10s'");
    EXPECT_THAT(past, Each(MatchesRegex("\\+I 2026-05-28 21:26:3[0-9].*|\\+I 2026-05-28 "
                                        "21:26:40.*")));
    EXPECT_NE(past.front(), past.back());
}

TEST_F(Datagen, makes_the_share_of_nulls_that_is_asked_for) {
    Lines lines = rows("a INT", "'fields.a.null-rate' = '0.25'", 2'000);

    auto nulls = std::ranges::count(lines, "+I NULL");
    EXPECT_GT(nulls, 400);
    EXPECT_LT(nulls, 600);
}

TEST_F(Datagen, gives_the_columns_that_are_asked_for) {
    std::string options =
        "'fields.b.kind' = 'sequence', 'fields.b.start' = '1', "
        "'fields.b.end' = '1', 'fields.a.min' = '3', 'fields.a.max' = '3'";
    EXPECT_THAT(read(*source("a INT, b INT", options, {{1, 0}})), ElementsAre("+I 1 | 3"));

    auto only_a = source("a INT, b INT", options, {{0}});
    EXPECT_THAT(read(*only_a), ElementsAre("+I 3"));
    EXPECT_TRUE(only_a->is_ended());
    EXPECT_THAT(read(*source("a INT, b INT", options, {{}})), ElementsAre("+I "));
}

TEST_F(Datagen, refuses_options_that_do_not_go_with_a_column) {
    auto refusal = [&](const std::string& columns, const std::string& options) {
        return refusal_of([&] { source(columns, options); });
    };
    EXPECT_THAT(refusal("a TINYINT", "'fields.a.max' = '1000'"),
                HasSubstr("'fields.a.min' and 'fields.a.max' leave no TINYINT between them"));
    EXPECT_THAT(refusal("a INT", "'fields.a.kind' = 'sequence', 'fields.a.start' = '1'"),
                HasSubstr("the option 'fields.a.end' is missing"));
    EXPECT_THAT(refusal("a TINYINT",
                        "'fields.a.kind' = 'sequence', 'fields.a.start' = '-128', "
                        "'fields.a.end' = '128'"),
                HasSubstr("'fields.a.start' and 'fields.a.end' go beyond what TINYINT holds"));
    EXPECT_THAT(refusal("a DECIMAL(3, 1)",
                        "'fields.a.kind' = 'sequence', "
                        "'fields.a.start' = '0', 'fields.a.end' = '100'"),
                HasSubstr("go beyond what DECIMAL(3, 1) holds"));
    EXPECT_THAT(refusal("a DATE", "'fields.a.kind' = 'sequence'"),
                HasSubstr("column 'a': DATE has no sequence"));
    EXPECT_THAT(refusal("a CHAR(3)", "'fields.a.length' = '4'"),
                HasSubstr("the option 'fields.a.length' is 4, and the column is CHAR(3)"));
    EXPECT_THAT(refusal("a INT", "'rows-per-second' = '0'"),
                HasSubstr("the option 'rows-per-second' is 0, not above 0"));
}

}  // namespace
}  // namespace tarn::connectors
