// Aggregates of sessions. Rows that join two sessions make one of them and of all that was
// accumulated for both.
#pragma once

#include "engine/windows/session_rows.hpp"
#include "engine/windows/window_groups.hpp"

namespace tarn::engine {

class SessionWindows final : public Operator {
public:
    SessionWindows(const sql::stream::WindowAggregate& step, const sql::StreamPlan& plan,
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
    static constexpr Group NoGroup = UINT32_MAX;

    Group group_of(Sessions::Number number);
    void join_groups();
    void forget(std::span<const Sessions::Number> numbers);
    void fire(Output& output);
    std::vector<WindowGroups::Entry> entries_of(std::span<const Sessions::Number> numbers) const;

    SessionRows rows_;
    WindowGroups groups_;
    Sessions sessions_;
    std::vector<Group> group_of_session_;
};

}  // namespace tarn::engine
