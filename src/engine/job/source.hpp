// Where a job reads the rows of a table. One job has it, and calls it from one thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/rows/change_batch.hpp"
#include "engine/state/operator_state.hpp"

namespace tarn::engine {

// Which of several sources of one table, each with some of its partitions.
struct SourceShare {
    int index = 0;
    int count = 1;
};

class Source {
public:
    virtual ~Source() = default;

    // Those that there are by now: whose rows keep their order, and whose time is told apart.
    virtual std::vector<int32_t> partitions() = 0;

    // The next rows of one partition, not many more than asked for; nothing when there are none at
    // the moment. The columns are the table's physical and metadata columns.
    virtual std::optional<ChangeBatch> read(int64_t rows_max) = 0;

    // What was read since the last time and is no row, as the sink of rejected records takes it
    // that belongs to this source (see OpenRejects).
    virtual std::optional<ChangeBatch> take_rejected() { return std::nullopt; }

    // Whether it will have ended one day.
    virtual bool has_end() const { return true; }

    // No row will ever come any more.
    virtual bool is_ended() const = 0;

    // How far it has been read; a new source that seeks there reads what follows.
    virtual OperatorState position() const = 0;
    virtual void seek(const OperatorState& position) = 0;

    // The same for others to read: {"trades-0", "1200"}.
    virtual std::map<std::string, std::string> offsets() const { return {}; }

    // An epoch that ends at the position is complete: what is told about it elsewhere may be told.
    virtual void complete(const OperatorState& /*position*/) {}
};

using SourcePtr = std::unique_ptr<Source>;

}  // namespace tarn::engine
