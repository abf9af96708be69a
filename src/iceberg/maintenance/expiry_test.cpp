#include "iceberg/maintenance/expiry.hpp"

#include "iceberg/maintenance/maintenance_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr int64_t HourMs = 3'600'000;
constexpr int64_t Always = INT64_MAX;

class Expiry : public MaintenanceTest {
protected:
    ExpiryResult expire(const ExpiryOptions& options = {}) {
        auto result = expire_snapshots(maintained(), options);
        expect_whole();
        return result;
    }
    ExpiryResult expire_all_but(int count) {
        return expire({.older_than_ms = Always, .retain_last = count});
    }
    std::string refusal(const ExpiryOptions& options) {
        try {
            expire(options);
        } catch (const Error& error) {
            return error.what();
        }
        return "none";
    }
};

TEST_F(Expiry, deletes_only_what_no_snapshot_that_stays_has) {
    commit({"a", "b"});
    commit({"c"}, {"a"});
    SnapshotId last = commit({"d"}, {"c"});

    auto result = expire_all_but(1);

    EXPECT_THAT(snapshots(), ElementsAre(last));
    EXPECT_THAT(data_files(), UnorderedElementsAre("b", "d"));
    EXPECT_EQ(result.plan.snapshots.size(), 2U);
    EXPECT_EQ(result.files.manifest_lists.size(), 2U);
    EXPECT_EQ(result.failures, 0);
}

TEST_F(Expiry, keeps_five_days_unless_the_table_says_otherwise) {
    SnapshotId first = commit({"a"});
    SnapshotId second = commit({"b"});
    EXPECT_TRUE(expire().plan.is_empty());

    set_property("history.expire.max-snapshot-age-ms", std::to_string(HourMs / 2));
    set_property("history.expire.min-snapshots-to-keep", "2");
    EXPECT_TRUE(expire().plan.is_empty());

    SnapshotId third = commit({"c"});
    EXPECT_THAT(expire().plan.snapshots, ElementsAre(first));
    EXPECT_THAT(snapshots(), UnorderedElementsAre(second, third));
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "b", "c"));
}

TEST_F(Expiry, leaves_what_tags_and_branches_are_at) {
    SnapshotId first = commit({"a"});
    SnapshotId second = commit({}, {"a"});
    SnapshotId third = commit({"b"});
    tag("month", {.snapshot_id = first, .kind = RefKind::Tag});
    SnapshotId other = commit({"x"}, {}, "audit");

    expire_all_but(1);

    EXPECT_THAT(snapshots(), UnorderedElementsAre(first, third, other));
    EXPECT_FALSE(snapshots().contains(second));
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "b", "x"));
}

TEST_F(Expiry, keeps_of_a_branch_as_many_as_the_branch_says) {
    commit({"a"});
    SnapshotId second = commit({"b"});
    SnapshotId third = commit({"c"});
    tag("main", {.snapshot_id = third, .min_snapshots_to_keep = 2});

    expire_all_but(1);

    EXPECT_THAT(snapshots(), UnorderedElementsAre(second, third));
}

TEST_F(Expiry, drops_a_tag_that_has_reached_its_age_but_never_main) {
    SnapshotId first = commit({"a"});
    SnapshotId second = commit({}, {"a"});
    tag("old", {.snapshot_id = first, .kind = RefKind::Tag, .max_ref_age_ms = HourMs / 2});
    set_property("history.expire.max-ref-age-ms", "1");
    clock.advance(std::chrono::hours(1));

    auto result = expire_all_but(1);

    EXPECT_THAT(result.plan.refs, ElementsAre("old"));
    EXPECT_THAT(snapshots(), ElementsAre(second));
    EXPECT_THAT(data_files(), ElementsAre());
}

TEST_F(Expiry, of_single_snapshots_touches_no_other) {
    commit({"a"});
    SnapshotId second = commit({"b"}, {"a"});
    SnapshotId third = commit({"c"}, {"b"});
    clock.advance(std::chrono::hours(1000));

    expire({.ids = {second}});

    EXPECT_EQ(snapshots().size(), 2U);
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "c"));
    EXPECT_THAT(refusal({.ids = {third}}), HasSubstr("cannot expire: main is at it"));
    EXPECT_THAT(refusal({.ids = {7}}), HasSubstr("has no snapshot 7"));
}

TEST_F(Expiry, changes_nothing_on_a_dry_run) {
    commit({"a"});
    commit({"b"}, {"a"});

    auto result = expire({.older_than_ms = Always, .is_dry_run = true});

    EXPECT_EQ(result.files.data_files.size(), 1U);
    EXPECT_EQ(snapshots().size(), 2U);
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "b"));
}

TEST_F(Expiry, leaves_the_files_where_it_is_asked_to) {
    commit({"a"});
    commit({"b"}, {"a"});

    expire({.older_than_ms = Always, .deletes_files = false});

    EXPECT_EQ(snapshots().size(), 1U);
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "b"));
}

TEST_F(Expiry, refuses_a_table_whose_files_may_be_anothers) {
    commit({"a"});
    set_property("gc.enabled", "false");

    EXPECT_THAT(refusal({}), HasSubstr("gc.enabled=false"));
}

TEST_F(Expiry, deletes_nothing_when_a_file_that_stays_cannot_be_read) {
    commit({"a"});
    commit({"b"}, {"a"});
    SnapshotId last = commit({"c"});
    disk.remove(disk.path_of(table().find_snapshot(last)->manifest_list));

    EXPECT_THROW(expire_snapshots(maintained(), {.older_than_ms = Always}), Error);

    EXPECT_EQ(snapshots().size(), 3U);
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "b", "c"));
}

struct Killed {};

TEST_F(Expiry, that_is_killed_at_any_step_leaves_a_whole_table) {
    commit({"a", "b"});
    commit({"c"}, {"a"});
    for (int step = 1;; ++step) {
        commit({fmt::format("next-{}", step)}, {fmt::format("next-{}", step - 1)});
        int calls = 0;
        disk.before_each_call([&](storage::Call, std::string_view) {
            if (++calls == step) throw Killed();
        });
        bool was_killed = false;
        try {
            expire_snapshots(maintained(), {.older_than_ms = Always});
        } catch (const Killed&) {
            was_killed = true;
        }
        disk.before_each_call({});
        expect_whole();
        if (!was_killed) break;
        expire_all_but(1);
    }
    EXPECT_EQ(snapshots().size(), 1U);
}

TEST_F(Expiry, spares_a_table_that_another_changed_meanwhile) {
    commit({"a"});
    commit({"b"}, {"a"});
    bool has_come = false;
    disk.before_each_call([&](storage::Call call, std::string_view path) {
        bool is_read = call == storage::Call::Read || call == storage::Call::Open;
        if (has_come || !is_read || path.find("snap-") == std::string_view::npos) return;
        has_come = true;
        commit({"c"});
    });

    EXPECT_THROW(expire_snapshots(maintained(), {.older_than_ms = Always}), CatalogError);

    disk.before_each_call({});
    EXPECT_TRUE(has_come);
    EXPECT_EQ(snapshots().size(), 3U);
    EXPECT_THAT(data_files(), UnorderedElementsAre("a", "b", "c"));
    expect_whole();
}

}  // namespace
}  // namespace tarn::iceberg
