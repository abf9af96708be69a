#include "cli/record_loop.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "cli/interrupt.hpp"

namespace tarn::cli {
namespace {

using std::chrono::milliseconds;

// How long a round may wait: no more than a person waits after Ctrl+C without wondering.
constexpr milliseconds RoundMax(500);

bool has_reached(const kafka::client::Consumer& consumer, const LoopLimits& limits) {
    if (!limits.ends) return false;
    auto positions = consumer.positions();
    return std::ranges::all_of(
        positions, [&](const auto& entry) { return entry.second >= limits.ends->at(entry.first); });
}

}  // namespace

LoopResult read_records(kafka::client::Consumer& consumer, const LoopLimits& limits,
                        Terminal& terminal, const PrintRecord& print,
                        const std::function<void()>& between_rounds) {
    SystemClock clock;
    Interrupt interrupt;
    int64_t records = 0;
    std::string out;
    Ticks heard = clock.ticks();
    auto take = [&](const kafka::client::ReceivedRecord& record) {
        bool is_too_late = limits.ends && record.record.offset >=
                                              limits.ends->at({record.topic, record.partition});
        if (is_too_late) return true;
        print(out, record);
        ++records;
        return !limits.records_max || records < *limits.records_max;
    };
    while (!limits.records_max || records < *limits.records_max) {
        if (interrupt.is_asked()) return {LoopEnd::Interrupted, records};
        if (has_reached(consumer, limits)) return {LoopEnd::AtEnd, records};
        if (between_rounds) between_rounds();
        int64_t before = records;
        milliseconds wait = std::min(RoundMax, limits.silence_max.value_or(RoundMax));
        consumer.poll(wait, take);
        terminal.print(out);
        out.clear();
        if (records > before) {
            heard = clock.ticks();
        } else if (limits.ends && consumer.is_at_end()) {
            // An open transaction: what it wrote is behind the end that we may read to.
            return {LoopEnd::AtEnd, records};
        } else if (limits.silence_max && clock.ticks() - heard >= *limits.silence_max) {
            return {LoopEnd::Silence, records};
        }
    }
    return {LoopEnd::Enough, records};
}

}  // namespace tarn::cli
