// Rows with the windows that they are in, not aggregated. Windows that follow from the time of a
// row are told at once, those of sessions when they are over.
#pragma once

#include "engine/windows/session_rows.hpp"

namespace tarn::engine {

class WindowRows final : public Operator {
public:
    WindowRows(const sql::stream::WindowTableFunction& step, const sql::StreamPlan& plan,
               const JobContext& job);

    void take(size_t input, const ChangeBatch& batch, Output& output) override;

private:
    sql::Window window_;
    sql::Type time_type_;
    const JobContext& job_;
    WindowTime time_;
};

class SessionWindowRows final : public Operator {
public:
    SessionWindowRows(const sql::stream::WindowTableFunction& step, const sql::StreamPlan& plan,
                      const JobContext& job);

    void take(size_t input, const ChangeBatch& batch, Output& output) override;
    void advance(EventTime watermark, Output& output) override;
    std::optional<int64_t> wakes_at_ms() const override;
    void wake(int64_t now_ms, Output& output) override;
    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    size_t state_bytes() const override;

private:
    // Packed rows and their changes, in the order in which they came.
    struct Kept {
        std::vector<std::string> rows = {};
        std::vector<Change> changes = {};
    };

    Kept& kept_of(Sessions::Number number);
    void join_rows();
    void fire(Output& output);

    SessionRows rows_;
    std::vector<sql::Type> types_;
    KeyGroups own_keys_;
    WindowTime time_;
    Sessions sessions_;
    std::vector<Kept> kept_;  // by session
};

}  // namespace tarn::engine
