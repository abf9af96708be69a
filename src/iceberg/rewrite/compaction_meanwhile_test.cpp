#include <map>

#include "iceberg/rewrite/compaction.hpp"
#include "iceberg/rewrite/testing/rewrite_fixture.hpp"
#include "iceberg/table/metadata_change.hpp"
#include "iceberg/write/upsert_writer.hpp"

namespace tarn::iceberg {
namespace {

using testing::HasSubstr;

// Somebody else's commits come first.
class RacedAccess : public TableAccess {
public:
    explicit RacedAccess(Catalog& catalog) : catalog_(catalog) {}

    std::function<void()> before_commit = [] {};

    LoadedTable load_table(const TableName& name) override { return catalog_.load_table(name); }
    LoadedTable commit(const TableCommit& change) override {
        before_commit();
        return catalog_.commit(change);
    }

private:
    Catalog& catalog_;
};

// How the rows of a file may come to lie elsewhere.
struct Way {
    std::string version;
    std::string granularity;
    bool is_sorted;
    bool is_repartitioned;
};

void PrintTo(const Way& way, std::ostream* out) {
    *out << "version " << way.version << " by " << way.granularity
         << (way.is_sorted ? ", sorted" : "") << (way.is_repartitioned ? ", repartitioned" : "");
}

// While a compaction runs by `ours`, others change the table by `committers`.
class CompactingMeanwhile : public RewriteTest, public testing::WithParamInterface<Way> {
protected:
    using Rows = std::map<int64_t, std::string>;

    void create_for_way() {
        create({{"format-version", GetParam().version},
                {"write.delete.granularity", GetParam().granularity}},
               {}, {.id = 1, .fields = {{Transform::identity(), 3}}});
    }
    void repartition_for_way() {
        if (!GetParam().is_repartitioned) return;
        MetadataChange change([](MetadataBuilder& table) {
            table.set_default_spec(
                table.add_spec({.id = 1, .fields = {{2, 1000, "day", Transform::identity()}}}));
        });
        committers.commit(name, change);
    }

    // By position, wherever they lie now.
    void change_rows(const Rows& changed, const std::vector<int64_t>& deleted = {}) {
        TableMetadata now = table();
        UpsertWriter writer(now, files, random, {.key_ids = {1}});
        load(writer, now);
        std::string lines;
        for (const auto& [id, text] : changed) {
            lines += fmt::format("{{\"id\":{},\"day\":{},\"name\":\"{}\"}}\n", id, id % 3, text);
        }
        writer.upsert(*decoded(now.schema(), lines));
        std::string keys;
        for (int64_t id : deleted) keys += fmt::format("{{\"id\":{}}}\n", id);
        auto key = Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long}});
        writer.remove(*decoded(*key, keys));
        RowDelta delta = writer.finish();
        if (delta.is_empty()) return;
        FileChanges changes =
            row_delta(delta.data_files, delta.delete_files, {.since = now.current_snapshot_id});
        changes.removed = delta.replaced_delete_files;
        committers.commit(name, changes);
    }

    Rows names_by_id() {
        Rows found;
        for (const std::string& row : rows({"id", "name"})) {
            size_t space = row.find(' ');
            bool is_new = found.emplace(std::stoll(row), row.substr(space + 1)).second;
            EXPECT_TRUE(is_new) << "twice: " << row;
        }
        return found;
    }

    RacedAccess access{catalog};
    Committers ours{{access, files, clock, random, [](std::chrono::milliseconds) {}}};

private:
    void load(UpsertWriter& writer, const TableMetadata& now) {
        ScanPlan plan = planned();
        ScanReader reader(now, files, plan,
                          {.columns = select_columns(*plan.schema, {"id", "_pos"})});
        for (const FileTask& task : plan.tasks) {
            std::optional<DataFile> vector;
            for (const DeleteFilePtr& deletes : task.deletes) {
                if (deletes->file.is_deletion_vector()) vector = deletes->file;
            }
            TaskReader rows = reader.open(task);
            while (auto batch = rows.next()) {
                const auto& places = static_cast<const arrow::Int64Array&>(*batch->column(1));
                std::vector<int64_t> positions(places.raw_values(),
                                               places.raw_values() + places.length());
                writer.load(task.file, *columns::or_throw(batch->RemoveColumn(1)), positions,
                            vector);
            }
        }
    }
};

TEST_P(CompactingMeanwhile, deletes_rows_of_new_files_that_were_deleted_of_the_old) {
    create_for_way();
    change_rows({{1, "f"}, {2, "e"}, {3, "d"}});
    change_rows({{4, "c"}, {5, "b"}, {6, "a"}});
    change_rows({}, {2});
    repartition_for_way();
    int commits = 0;
    access.before_commit = [&] {
        ++commits;
        if (commits == 1) change_rows({{7, "x"}}, {4});
        if (commits == 2) change_rows({{1, "y"}});
    };

    auto result =
        compact(ours, name, {.groups = {.files_min = 2}, .is_sorted = GetParam().is_sorted});

    EXPECT_EQ(names_by_id(), (Rows{{1, "y"}, {3, "d"}, {5, "b"}, {6, "a"}, {7, "x"}}));
    EXPECT_EQ(result.rewritten_files, 2);
    EXPECT_EQ(last_operation(), "replace");
    expect_whole();
}

TEST_P(CompactingMeanwhile, equals_a_map_whoever_changes_rows) {
    for (uint64_t seed = 1; seed <= 2; ++seed) {
        SCOPED_TRACE(seed);
        SeededRandom dice(seed);
        Rows expected;
        auto change = [&] {
            Rows changed;
            for (uint64_t i = dice.below(20); i > 0; --i) {
                changed[static_cast<int64_t>(dice.below(60))] = fmt::format("n{}", dice.below(100));
            }
            auto gone = static_cast<int64_t>(dice.below(60));
            change_rows(changed, {gone});
            for (const auto& [id, text] : changed) expected[id] = text;
            expected.erase(gone);
        };
        int left = 0;
        auto change_perhaps = [&] {
            if (left > 0 && dice.below(3) == 0) {
                --left;
                change();
            }
            return false;
        };
        create_for_way();
        for (int round = 0; round < 4; ++round) {
            left = 0;
            for (int i = 0; i < 4; ++i) change();
            if (round == 2) repartition_for_way();
            left = 4;
            access.before_commit = change_perhaps;

            auto result = compact(ours, name,
                                  {.groups = {.files_min = 2},
                                   .is_sorted = GetParam().is_sorted,
                                   .commits_each_group = dice.below(2) == 0,
                                   .is_stopped = change_perhaps});

            EXPECT_GT(result.rewritten_files, 0);
            ASSERT_THAT(result.failures, testing::IsEmpty());
            ASSERT_EQ(names_by_id(), expected) << "round " << round;
        }
        expect_whole();
        catalog.drop_table(name, DroppedFiles::Go);
    }
}

INSTANTIATE_TEST_SUITE_P(Ways, CompactingMeanwhile,
                         testing::Values(Way{"2", "partition", false, false},
                                         Way{"2", "file", true, true},
                                         Way{"2", "partition", false, true},
                                         Way{"3", "file", false, false},
                                         Way{"3", "file", true, true}));

class CompactingAlways : public CompactingMeanwhile {};

TEST_P(CompactingAlways, gives_up_when_rows_are_deleted_before_each_commit) {
    create_for_way();
    Rows many;
    for (int64_t id = 0; id < 40; ++id) many[id] = "n";
    change_rows(many);
    change_rows({{100, "n"}});
    access.before_commit = [&, id = int64_t{0}]() mutable { change_rows({}, {id++}); };

    EXPECT_THAT(refusal_of([&] { compact(ours, name, {.groups = {.files_min = 2}}); }),
                HasSubstr("again and again"));

    EXPECT_EQ(last_operation(), "delete");
    expect_whole();
}

INSTANTIATE_TEST_SUITE_P(Ways, CompactingAlways,
                         testing::Values(Way{"2", "partition", false, false}));

}  // namespace
}  // namespace tarn::iceberg
