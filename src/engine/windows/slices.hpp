// How time is cut up for windows that follow from it alone: into slices, of which windows are made.
// Windows that overlap share slices, so that each row is added once.
#pragma once

#include "sql/bounded/time_windows.hpp"

namespace tarn::engine {

class Slices {
public:
    explicit Slices(const sql::Window& window);

    sql::TimeWindow slice_of(int64_t time) const {
        int64_t start = sql::aligned(time, window_.offset_ms, length_);
        return {start, start + length_};
    }
    // The windows that the slice is part of, by their ends. There are none where windows leave
    // gaps.
    std::vector<sql::TimeWindow> windows_of(const sql::TimeWindow& slice) const;

    // The first slice of a window.
    sql::TimeWindow first_of(const sql::TimeWindow& window) const {
        return {window.start, window.start + length_};
    }
    // Whether no window that ends later than this one has the slice.
    bool is_done(const sql::TimeWindow& slice, const sql::TimeWindow& window) const;

private:
    sql::Window window_;
    int64_t length_;
};

}  // namespace tarn::engine
