#include "engine/windows/slices.hpp"

#include <algorithm>
#include <numeric>

namespace tarn::engine {
namespace {

int64_t length_of(const sql::Window& window) {
    switch (window.kind) {
        case sql::WindowKind::Hop:
            return std::gcd(window.size_ms, window.step_ms);
        case sql::WindowKind::Cumulate:
            return window.step_ms;
        default:
            return window.size_ms;
    }
}

}  // namespace

Slices::Slices(const sql::Window& window) : window_(window), length_(length_of(window)) {}

std::vector<sql::TimeWindow> Slices::windows_of(const sql::TimeWindow& slice) const {
    sql::RowWindows found;
    found.add(0, slice.start, window_);
    std::ranges::sort(found.windows, {}, &sql::TimeWindow::end);
    return std::move(found.windows);
}

bool Slices::is_done(const sql::TimeWindow& slice, const sql::TimeWindow& window) const {
    if (window_.kind == sql::WindowKind::Hop) {
        return slice.end <= window.start + window_.step_ms;
    }
    return window.end == window.start + window_.size_ms;
}

}  // namespace tarn::engine
