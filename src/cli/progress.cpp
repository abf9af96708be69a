#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.hpp"

namespace tarn::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto QuietFor = 500ms;
constexpr auto DrawEvery = 250ms;
constexpr std::string_view ClearLine = "\r\x1b[K";

}  // namespace

Progress::Progress(Terminal& terminal, const Clock& clock, std::string what, int64_t total)
    : terminal_(terminal),
      clock_(clock),
      what_(std::move(what)),
      total_(total),
      started_(clock.ticks()),
      next_draw_(started_ + QuietFor) {}

Progress::~Progress() {
    if (is_drawn_) std::fwrite(ClearLine.data(), 1, ClearLine.size(), stderr);
}

void Progress::advance_to(int64_t done) {
    if (!terminal_.is_watched() || clock_.ticks() < next_draw_) return;
    next_draw_ = clock_.ticks() + DrawEvery;
    draw(done);
}

void Progress::draw(int64_t done) {
    auto spent = std::chrono::duration_cast<std::chrono::microseconds>(clock_.ticks() - started_);
    std::string line = fmt::format("{}{} ", ClearLine, what_);
    if (total_ > 0) {
        line += bar_of(done, total_);
        if (done > 0)
            line += fmt::format("  {} left", to_human_duration(spent * (total_ - done) / done));
    } else {
        line += fmt::format("{} done", done);
    }
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
    is_drawn_ = true;
}

std::string bar_of(int64_t done, int64_t total) {
    constexpr int64_t cells = 10;
    done = std::clamp<int64_t>(done, 0, total);
    auto filled = static_cast<size_t>(done * cells / total);
    return fmt::format("[{}{}] {:3} %", std::string(filled, '#'), std::string(cells - filled, '-'),
                       done * 100 / total);
}

}  // namespace tarn::cli
