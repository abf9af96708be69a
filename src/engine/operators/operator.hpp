// An operator of a running job: what one step of a plan does with rows and time, on one worker.
// Nobody else calls it at the same time, and it waits for nothing.
//
// Event time is the watermark: rows at or below it may still come, but they are late. Processing
// time is the clock of the job; an operator that has something to do later says when to wake it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "engine/operators/lookup.hpp"
#include "engine/rows/change_batch.hpp"
#include "engine/state/operator_state.hpp"
#include "sql/functions/kernel.hpp"

namespace tarn::engine {

// Milliseconds since 1970, of rowtimes without a zone as if their clock stood in UTC.
using EventTime = int64_t;
inline constexpr EventTime NoTimeYet = INT64_MIN;
inline constexpr EventTime EndOfTime = INT64_MAX;

// Why rows do not count.
enum class Refusal { Late, NullTime };

// What becomes of a row that has NULL where its table wants a value.
enum class NullInNotNull { Fails, IsDropped };

// Where rows and time go.
class Receiver {
public:
    virtual ~Receiver() = default;
    // A batch has at least one row.
    virtual void take(const ChangeBatch& batch) = 0;
    virtual void advance(EventTime watermark) = 0;
    // Nothing comes for a while: nobody waits for the time of what comes from here.
    virtual void be_idle() {}
};

class Output : public Receiver {
public:
    // Rows of the operator's input that it leaves out, so that they are counted and can be kept.
    virtual void refuse(const ChangeBatch& rows, Refusal reason) = 0;
};

// What operators know of the job around them.
struct JobContext {
    const Clock& clock;
    sql::TimeZone zone;
    // How long state is kept that nobody touches; zero for ever. table.exec.state.ttl.
    std::chrono::milliseconds state_ttl{0};
    // Whether several changes of a key may come out as one. table.exec.mini-batch.enabled.
    bool may_collapse = false;
    // Only what there is at the end counts: an aggregate of no rows is a row, too.
    // execution.runtime-mode.
    bool is_batch = false;
    NullInNotNull null_in_not_null = NullInNotNull::Fails;  // table.exec.sink.not-null-enforcer
    KeyGroups keys = {};
    OpenLookup open_lookup = nullptr;  // for joins with tables that are looked up

    int64_t now_ms() const { return unix_ms(clock.now()); }
    // For the expressions of a batch that comes now.
    sql::Session session() const { return {zone, {{now_ms(), 0}}}; }
};

class Operator {
public:
    virtual ~Operator() = default;

    // Rows of an input, in the order in which they came.
    virtual void take(size_t input, const ChangeBatch& batch, Output& output) = 0;

    // The least watermark of all inputs has risen to this; EndOfTime when all have ended. It is
    // passed on with all that it makes complete before it.
    virtual void advance(EventTime watermark, Output& output) { output.advance(watermark); }

    virtual std::optional<int64_t> wakes_at_ms() const { return std::nullopt; }
    virtual void wake(int64_t /*now_ms*/, Output& /*output*/) {}

    // Called between batches. A new operator of the same plan that restores what another saved
    // goes on where that one stood; of keyed state it takes the context's keys. What is saved
    // counts as known: where the state wants changes they are those since the last time.
    virtual void save(OperatorState& /*state*/) {}
    virtual void restore(const OperatorState& /*state*/) {}

    // What it remembers, roughly.
    virtual size_t state_bytes() const { return 0; }
};

using OperatorPtr = std::unique_ptr<Operator>;

}  // namespace tarn::engine
