// Rows to the sessions that they belong to.
#pragma once

#include "engine/windows/sessions.hpp"

namespace tarn::engine {

class SessionRows {
public:
    // The places are those of columns of `input`.
    SessionRows(const sql::Window& window, std::vector<size_t> keys, const sql::StreamPlan& input,
                const JobContext& job);

    struct Placed {
        ChangeBatch rows;                       // those that count
        std::vector<Sessions::Number> numbers;  // of each of them the session, with all it joined
    };
    Placed placed(const ChangeBatch& batch, Sessions& sessions, const WindowTime& time,
                  Output& output) const;

private:
    std::vector<size_t> keys_;
    size_t time_column_;
    int64_t gap_ms_;
    sql::Type time_type_;
    const JobContext& job_;
};

}  // namespace tarn::engine
