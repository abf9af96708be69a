// Someone sets the wall clock, by days, while the log goes on.
#include "log/partition.hpp"
#include "log/partition_fixture.hpp"

namespace tarn::log {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using testing::a_batch;

class PartitionClock : public PartitionTest {
protected:
    void jump(std::chrono::microseconds by) { clock.jump_to(clock.now() + by); }
    Timestamp now() const { return unix_ms(clock.now()); }
    void set(const PartitionSettings& changed) { log().change_settings(changed); }
};

TEST_F(PartitionClock, finds_records_by_their_time_after_jumps_both_ways) {
    settings.timestamp_type = TimestampType::LogAppendTime;
    settings.segment_bytes_max = 300;
    settings.index_interval_bytes = 1;
    std::vector<Timestamp> times;
    for (auto by : {0 * days(1), days(10), -days(25), days(1), -days(1), days(40)}) {
        jump(by);
        for (int i = 0; i < 4; ++i) {
            clock.advance(1ms);
            append_count(1);
            times.push_back(now());
        }
    }
    auto first_from = [&](Timestamp wanted) {
        auto found = std::ranges::find_if(times, [&](Timestamp each) { return each >= wanted; });
        return found == times.end() ? std::nullopt : std::optional(found - times.begin());
    };
    auto check_all = [&] {
        for (Timestamp time : times) {
            for (Timestamp wanted : {time - 1, time, time + 1}) {
                auto found = log().find_time(wanted, Isolation::Uncommitted);
                auto offset = found ? std::optional(found->offset) : std::nullopt;
                EXPECT_EQ(offset, first_from(wanted)) << wanted;
            }
        }
    };

    check_all();
    kill_and_open();
    check_all();
}

TEST_F(PartitionClock, knows_producers_after_jumps_and_forgets_them_in_time) {
    settings.producer_expiry = 24h;
    for (auto by : {days(30), -days(60)}) {
        append(a_batch().by(7, 0, 0));
        jump(by);
        log().apply_retention();
        EXPECT_TRUE(append(a_batch().by(7, 0, 0)).is_duplicate);
    }

    clock.advance(25h);
    log().apply_retention();

    EXPECT_FALSE(append(a_batch().by(7, 0, 0)).is_duplicate);
}

TEST_F(PartitionClock, ends_segments_without_times_by_their_age_and_not_by_the_wall_clock) {
    settings.segment_age_max = 1h;
    append(a_batch().timed(NoTimestamp));
    for (auto by : {days(10), -days(20)}) {
        jump(by);
        append(a_batch().timed(NoTimestamp));
    }
    EXPECT_EQ(log().sealed_segments().size(), 0u);

    clock.advance(61min);
    append(a_batch().timed(NoTimestamp));

    EXPECT_EQ(log().sealed_segments().size(), 1u);
}

// As Kafka does: time to keep is by the wall clock. Who sets it forwards says that all is old.
TEST_F(PartitionClock, removes_what_is_old_by_a_clock_that_was_set_forwards) {
    settings.retention = days(7);
    append(a_batch().timed(now()));
    jump(days(6));
    EXPECT_EQ(log().apply_retention(), 0);
    jump(days(2));

    EXPECT_EQ(log().apply_retention(), 1);
}

TEST_F(PartitionClock, goes_on_after_a_clock_was_set_forwards_and_back) {
    settings.retention = days(7);
    settings.segment_bytes_max = 1;
    append(a_batch().timed(now()));
    jump(days(3));
    append(a_batch().timed(now()));
    jump(-days(3));
    append(a_batch().timed(now()));
    EXPECT_EQ(log().apply_retention(), 0);
    EXPECT_EQ(offsets_from(0), "0 1 2");

    // What has a time that is still to come holds up those behind it until then, or the size.
    clock.advance(days(8));
    EXPECT_EQ(log().apply_retention(), 1);
    clock.advance(days(3));
    EXPECT_EQ(log().apply_retention(), 2);
    for (int i = 0; i < 3; ++i) append(a_batch().timed(now() + 10'000'000));
    settings.retention_bytes = 0;
    set(settings);
    EXPECT_EQ(log().apply_retention(), 2);
}

}  // namespace
}  // namespace tarn::log
