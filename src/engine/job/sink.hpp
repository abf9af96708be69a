// Where the rows of a job go. One job has it, and calls it from one thread at a time, but for
// write_of() and while an epoch is completed, where it says so.
//
// A sink that can hold rows back makes them durable when an epoch is prepared and visible in
// commit(), so that each row is there once whatever fails in between. One that cannot writes at
// once, and rows since the last epoch may come twice after a crash.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "engine/operators/operator.hpp"
#include "engine/rows/change_batch.hpp"
#include "engine/state/operator_state.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::engine {

// How far the job has come with the rows that an epoch holds.
struct EpochFacts {
    int64_t number = 0;
    // Of all sources, as they tell it: {"trades-0", "1200"}.
    std::map<std::string, std::string> offsets = {};
    EventTime watermark = NoTimeYet;  // that has come to the sink
};

// Makes durable what a sink has set aside; the answer is kept with the epoch and is all that
// commit() needs. Called once, on a thread of its own, while the sink is given other rows.
using Preparation = std::function<OperatorState()>;

class Sink {
public:
    virtual ~Sink() = default;

    virtual void write(const ChangeBatch& batch) = 0;

    // Asked once, before the first row: whether so many workers may write at once, each on its own
    // thread by write_of(). Otherwise all rows come to one of them.
    virtual bool takes_from(int /*workers*/) { return false; }
    virtual void write_of(int /*worker*/, const ChangeBatch& batch) { write(batch); }

    // When rows that it holds are to go on though no others come. Asked between batches by the
    // thread that has written them, which then calls wake(); not of those that several write to.
    virtual std::optional<Ticks> wakes_at() const { return std::nullopt; }
    virtual void wake() {}

    // Sets aside what was written since the last time, while nobody writes.
    virtual Preparation set_aside(const EpochFacts& epoch) {
        return [prepared = prepare(epoch)] { return prepared; };
    }
    // For those that have it durable at once: the whole job waits for it.
    virtual OperatorState prepare(const EpochFacts& /*epoch*/) { return {}; }

    // Makes what was prepared visible, where the preparation was called. After a crash it is called
    // again for an epoch whose outcome nobody knows: what was committed already must not be
    // committed anew.
    virtual void commit(int64_t /*epoch*/, const OperatorState& /*prepared*/) {}

    // Whether it is given no rows from set_aside() until commit() has returned.
    virtual bool rests_until_commit() const { return false; }
};

using SinkPtr = std::unique_ptr<Sink>;

// Where a job puts what is no row of a table, and rows that it leaves out: all workers write there.
class Rejects : public Sink {
public:
    // Whether it wants rows that operators leave out.
    virtual bool takes_refused() const = 0;
    // `operator_name` is the one that has left them out.
    virtual void write_refused(const sql::Batch& rows, const std::vector<sql::PlanColumn>& columns,
                               std::string_view operator_name, Refusal reason) = 0;
};

using RejectsPtr = std::unique_ptr<Rejects>;

}  // namespace tarn::engine
