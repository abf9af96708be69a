// FOR SYSTEM_TIME AS OF: each left row with the right row as it was at the left row's time.
#include <algorithm>

#include "sql/bounded/join_condition.hpp"
#include "sql/bounded/steps.hpp"
#include "sql/values/sort_key.hpp"

namespace tarn::sql {
namespace {

// Which column of the right says from when on a version is valid; none for a table that is looked
// up, which only has its rows as they are now.
std::optional<size_t> version_time(const JoinVersion& step) {
    if (step.left->columns[step.time].time == TimeRole::Proctime) return std::nullopt;
    const std::vector<PlanColumn>& columns = step.right->columns;
    auto found = std::ranges::find(columns, TimeRole::Rowtime, &PlanColumn::time);
    if (found == columns.end()) return std::nullopt;
    return static_cast<size_t>(found - columns.begin());
}

// A version for each left row, or none: the last of those with its key that is not later. A left
// row without a time has none.
class Versions {
public:
    Versions(const JoinCondition& condition, const JoinSides& sides, size_t left_time,
             size_t right_time)
        : left_times_(sort_keys({&sides.left.columns[left_time], 1}, sides.left.rows)),
          right_times_(sort_keys({&sides.right.columns[right_time], 1}, sides.right.rows)),
          left_time_(sides.left.columns[left_time]),
          counterparts_(condition, sides, in_time(sides.right.columns[right_time])) {}

    int64_t of(int64_t left_row) const {
        if (left_time_.is_null(left_row)) return NoRow;
        const RowList& rows = counterparts_.of(left_row);
        auto later = std::ranges::upper_bound(rows, left_times_[static_cast<size_t>(left_row)], {},
                                              [this](int64_t row) { return time_of(row); });
        return later == rows.begin() ? NoRow : *std::prev(later);
    }

private:
    const std::string& time_of(int64_t row) const { return right_times_[static_cast<size_t>(row)]; }

    // Rows without a time are no version. Of two with the same time the later row is the later
    // version.
    RowList in_time(const Column& time) const {
        RowList rows;
        for (int64_t row = 0; row < static_cast<int64_t>(right_times_.size()); ++row) {
            if (!time.is_null(row)) rows.push_back(row);
        }
        std::ranges::sort(rows, {}, [this](int64_t row) {
            return std::pair<std::string_view, int64_t>(time_of(row), row);
        });
        return rows;
    }

    std::vector<std::string> left_times_;
    std::vector<std::string> right_times_;
    Column left_time_;
    Counterparts counterparts_;
};

}  // namespace

Batch rows_of(const JoinVersion& step, const Batch& left, const Batch& right,
              const Around& around) {
    auto right_time = version_time(step);
    if (!right_time) {
        return rows_of(JoinRows{step.kind, step.left, step.right, step.condition}, left, right,
                       around);
    }
    JoinSides sides{left, right, around.session};
    JoinCondition condition = parted(step.condition, left.columns.size());
    Versions versions(condition, sides, step.time, *right_time);
    RowPairs candidates;
    for (int64_t row = 0; row < left.rows; ++row) {
        if (int64_t version = versions.of(row); version != NoRow) candidates.add(row, version);
    }
    RowPairs pairs = fitting(candidates, condition, sides);
    if (step.kind == JoinKind::Left) {
        RowList version_of(static_cast<size_t>(left.rows), NoRow);
        for (size_t i = 0; i < pairs.size(); ++i) {
            version_of[static_cast<size_t>(pairs.left[i])] = pairs.right[i];
        }
        pairs = {all_rows(left.rows), std::move(version_of)};
    }
    return beside(taken_or_null(left, pairs.left), taken_or_null(right, pairs.right));
}

}  // namespace tarn::sql
