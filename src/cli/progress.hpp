// A bar on stderr for work that takes longer than a moment. It appears only after half a second and
// only where someone watches, redraws at most four times a second, and is gone when the work is
// done.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "cli/terminal.hpp"

namespace tarn::cli {

class Progress {
public:
    // `total` of 0 means that nobody knows how much there is.
    Progress(Terminal& terminal, const Clock& clock, std::string what, int64_t total);
    ~Progress();

    void advance_to(int64_t done);

private:
    void draw(int64_t done);

    Terminal& terminal_;
    const Clock& clock_;
    std::string what_;
    int64_t total_;
    Ticks started_;
    Ticks next_draw_;
    bool is_drawn_ = false;
};

// "[#####-----]  50 %", ten cells wide.
std::string bar_of(int64_t done, int64_t total);

}  // namespace tarn::cli
