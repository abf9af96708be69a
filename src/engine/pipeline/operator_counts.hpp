// What an operator has done since its job was opened. Its worker counts, others look.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>

#include "engine/operators/operator.hpp"

namespace tarn::engine {

struct OperatorCounts {
    int64_t rows_in = 0;
    int64_t rows_out = 0;
    int64_t rows_refused = 0;
    std::chrono::nanoseconds busy{0};  // without the time of those that its rows go to
    int64_t state_bytes = 0;           // at the last epoch, roughly
    EventTime watermark = NoTimeYet;   // that it has passed on

    // Of another worker, too.
    OperatorCounts& operator+=(const OperatorCounts& other) {
        rows_in += other.rows_in;
        rows_out += other.rows_out;
        rows_refused += other.rows_refused;
        busy += other.busy;
        state_bytes += other.state_bytes;
        watermark = std::min(watermark, other.watermark);
        return *this;
    }
};

// That of one worker; one thread writes.
class OperatorTally {
public:
    void add_rows_in(int64_t rows) { add(rows_in_, rows); }
    void add_rows_out(int64_t rows) { add(rows_out_, rows); }
    void add_refused(Refusal reason, int64_t rows) { add(refused_[index(reason)], rows); }
    void add_busy(std::chrono::nanoseconds time) { add(busy_ns_, time.count()); }
    void set_state_bytes(int64_t bytes) { state_bytes_.store(bytes, std::memory_order_relaxed); }
    void set_watermark(EventTime time) { watermark_.store(time, std::memory_order_relaxed); }

    int64_t refused(Refusal reason) const { return refused_[index(reason)]; }
    OperatorCounts counts() const {
        return {.rows_in = rows_in_,
                .rows_out = rows_out_,
                .rows_refused = refused(Refusal::Late) + refused(Refusal::NullTime),
                .busy = std::chrono::nanoseconds(busy_ns_),
                .state_bytes = state_bytes_,
                .watermark = watermark_};
    }

private:
    using Count = std::atomic<int64_t>;

    static size_t index(Refusal reason) { return static_cast<size_t>(reason); }
    static void add(Count& count, int64_t more) {
        count.store(count.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }

    Count rows_in_ = 0;
    Count rows_out_ = 0;
    std::array<Count, 2> refused_{};
    Count busy_ns_ = 0;
    Count state_bytes_ = 0;
    std::atomic<EventTime> watermark_ = NoTimeYet;
};

}  // namespace tarn::engine
