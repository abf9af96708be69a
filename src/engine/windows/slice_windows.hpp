// Aggregates of windows that follow from the time of the rows alone, or that stand in them. State
// belongs to slices of time, so nothing is looked up or kept for each key and window: a window that
// is over takes its slices, and with the last of its windows a slice is gone at once.
#pragma once

#include <map>
#include <set>
#include <tuple>

#include "engine/rows/key_table.hpp"
#include "engine/windows/slices.hpp"
#include "engine/windows/window_groups.hpp"

namespace tarn::engine {

class SliceWindows final : public Operator {
public:
    SliceWindows(const sql::stream::WindowAggregate& step, const sql::StreamPlan& plan,
                 const JobContext& job);

    void take(size_t input, const ChangeBatch& batch, Output& output) override;
    void advance(EventTime watermark, Output& output) override;
    std::optional<int64_t> wakes_at_ms() const override;
    void wake(int64_t now_ms, Output& output) override;
    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    size_t state_bytes() const override;

private:
    using Group = GroupCalls::Group;

    // The groups of one slice, by its keys in the order in which they first came.
    struct Slice {
        KeyTable keys = {};
        std::vector<Group> groups = {};

        Group group_of(std::string_view key, GroupCalls& calls) {
            KeyTable::Numbered numbered = keys.add(key);
            if (numbered.is_new) groups.push_back(calls.new_group());
            keys.touch(numbered.number);
            return groups[numbered.number];
        }
    };
    struct ByEnd {
        bool operator()(const sql::TimeWindow& left, const sql::TimeWindow& right) const {
            return std::tie(left.end, left.start) < std::tie(right.end, right.start);
        }
    };
    using SliceMap = std::map<sql::TimeWindow, Slice, ByEnd>;

    // Where a row goes; nowhere when it is too late, or between two windows.
    struct Place {
        Slice* slice = nullptr;
        bool is_late = false;
    };
    struct PlacedRows {
        std::vector<Slice*> slices;  // null for rows that count nowhere
        sql::RowList late = {};
        sql::RowList without_time = {};
        bool all_count = true;
    };

    PlacedRows placed(const ChangeBatch& batch);
    template <typename IsNull, typename SliceAt>
    PlacedRows placed_by(int64_t rows, IsNull is_null, SliceAt slice_at);
    Place place_of(const sql::TimeWindow& slice);
    std::vector<sql::TimeWindow> windows_of(const sql::TimeWindow& slice) const;
    Slice& opened(const sql::TimeWindow& slice, const std::vector<sql::TimeWindow>& windows);
    void add(const ChangeBatch& batch, const std::vector<Slice*>& slices);

    void fire(Output& output);
    void give(const sql::TimeWindow& window, Output& output);
    void give_hop(const sql::TimeWindow& window, Output& output);
    void give_grown(const sql::TimeWindow& window, Output& output);
    void give(const Slice& slice, const sql::TimeWindow& window, Output& output) const;
    void merge(const Slice& from, Slice& into);
    void drop(SliceMap::iterator slice);

    sql::WindowKind kind_;
    Slices slices_;
    std::optional<sql::stream::WindowPlaces> of_rows_;
    size_t time_column_;
    sql::Type time_type_;
    const JobContext& job_;
    WindowGroups groups_;
    SliceMap state_;
    std::set<sql::TimeWindow, ByEnd> open_;  // those that have slices and are not over
};

}  // namespace tarn::engine
