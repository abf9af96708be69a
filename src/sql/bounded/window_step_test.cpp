#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/bounded/test_tables.hpp"

namespace tarn::sql {
namespace {

using testing::ElementsAre;

class Windows : public testing::Test {
protected:
    // Of rows with a time `ts` and a name: "name: window_start, window_end" for each.
    std::vector<std::string> assigned(Window window) const {
        PlanPtr plan = windowed(std::move(window));
        return tables.lines(
            made({}, columns_of("s STRING, a TIMESTAMP(3), b TIMESTAMP(3)"),
                 Project{plan,
                         {tables.value(plan, "name"), tables.value(plan, "window_start"),
                          tables.value(plan, "window_end")}}));
    }

    PlanPtr windowed(Window window) const {
        PlanPtr input = tables.scan("t");
        std::vector<PlanColumn> added =
            columns_of("window_start TIMESTAMP(3) NOT NULL, window_end TIMESTAMP(3) NOT NULL");
        added.push_back({"window_time", input->columns[0].type});
        return made({}, together(input->columns, added), AssignWindows{input, std::move(window)});
    }

    static std::string at(const std::string& time, const std::string& name) {
        return "TIMESTAMP '2024-01-01 " + time + "', '" + name + "'";
    }

    void fill(const std::vector<std::string>& rows) {
        tables.add("t", "ts TIMESTAMP(3), name STRING", rows);
    }

    TestTables tables;
};

constexpr int64_t Minute = MillisPerMinute;

std::string line(const std::string& name, const std::string& from, const std::string& to) {
    return "'" + name + "' | 2024-01-01 " + from + " | 2024-01-01 " + to;
}

TEST_F(Windows, TumblingOnesFollowEachOther) {
    fill({at("10:00:00", "a"), at("10:04:59.999", "b"), "NULL, 'none'", at("10:05:00", "c")});

    EXPECT_THAT(assigned({WindowKind::Tumble, 0, 5 * Minute}),
                ElementsAre(line("a", "10:00:00", "10:05:00"), line("b", "10:00:00", "10:05:00"),
                            line("c", "10:05:00", "10:10:00")));
    EXPECT_THAT(assigned({WindowKind::Tumble, 0, 5 * Minute, 0, 2 * Minute}),
                ElementsAre(line("a", "09:57:00", "10:02:00"), line("b", "10:02:00", "10:07:00"),
                            line("c", "10:02:00", "10:07:00")));
}

TEST_F(Windows, AlignBelowTheEpochAsAboveIt) {
    fill({"TIMESTAMP '1969-12-31 23:59:59', 'a'"});

    EXPECT_THAT(assigned({WindowKind::Tumble, 0, 5 * Minute}),
                ElementsAre("'a' | 1969-12-31 23:55:00 | 1970-01-01 00:00:00"));
}

TEST_F(Windows, HoppingOnesOverlapOrLeaveGaps) {
    fill({at("10:06:00", "a"), at("10:01:00", "b")});

    EXPECT_THAT(assigned({WindowKind::Hop, 0, 10 * Minute, 5 * Minute}),
                ElementsAre(line("a", "10:05:00", "10:15:00"), line("a", "10:00:00", "10:10:00"),
                            line("b", "10:00:00", "10:10:00"), line("b", "09:55:00", "10:05:00")));
    EXPECT_THAT(assigned({WindowKind::Hop, 0, 2 * Minute, 4 * Minute}),
                ElementsAre(line("b", "10:00:00", "10:02:00")));
}

TEST_F(Windows, CumulatingOnesGrowFromOneStart) {
    fill({at("10:06:00", "a")});

    EXPECT_THAT(assigned({WindowKind::Cumulate, 0, 15 * Minute, 5 * Minute}),
                ElementsAre(line("a", "10:00:00", "10:10:00"), line("a", "10:00:00", "10:15:00")));
}

TEST_F(Windows, SessionsGoOnWhileRowsComeWithinTheGap) {
    fill({at("10:06:00", "a"), at("10:00:00", "a"), at("10:03:00", "b"), at("10:02:00", "a"),
          at("10:04:00", "a")});

    EXPECT_THAT(assigned({WindowKind::Session, 0, 2 * Minute, 0, 0, {1}}),
                ElementsAre(line("a", "10:00:00", "10:08:00"), line("a", "10:00:00", "10:08:00"),
                            line("b", "10:03:00", "10:05:00"), line("a", "10:00:00", "10:08:00"),
                            line("a", "10:00:00", "10:08:00")));
    EXPECT_THAT(assigned({WindowKind::Session, 0, Minute - 1, 0, 0, {}})[0],
                line("a", "10:06:00", "10:06:59.999"));
}

TEST_F(Windows, OfMomentsAreAlignedInTheZoneOfTheSession) {
    tables.session.zone = TimeZone::named("Europe/Berlin");
    // Berlin's clocks skip an hour on that day, so it has but 23.
    tables.add("t", "ts TIMESTAMP_LTZ(3), name STRING",
               {"TIMESTAMP '2024-03-31 00:30:00', 'a'", "TIMESTAMP '2024-03-31 23:30:00', 'b'"});

    EXPECT_THAT(tables.lines(windowed({WindowKind::Tumble, 0, MillisPerDay})),
                ElementsAre("2024-03-30 23:30:00Z | 'a' | 2024-03-31 00:00:00 | "
                            "2024-04-01 00:00:00 | 2024-03-31 21:59:59.999Z",
                            "2024-03-31 21:30:00Z | 'b' | 2024-03-31 00:00:00 | "
                            "2024-04-01 00:00:00 | 2024-03-31 21:59:59.999Z"));
}

TEST_F(Windows, EndAMillisecondAfterTheirTime) {
    fill({at("10:00:00", "a")});

    EXPECT_THAT(tables.lines(windowed({WindowKind::Tumble, 0, Minute})),
                ElementsAre("2024-01-01 10:00:00 | 'a' | 2024-01-01 10:00:00 | "
                            "2024-01-01 10:01:00 | 2024-01-01 10:00:59.999"));
}

}  // namespace
}  // namespace tarn::sql
