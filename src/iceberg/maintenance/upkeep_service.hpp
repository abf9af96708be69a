// The upkeep of all tables of a catalog that ask for it, in the background of a running Tarn: one
// table after the other, so that queries and writers keep most of the machine.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>

#include "base/metrics.hpp"
#include "iceberg/maintenance/upkeep.hpp"
#include "runtime/blocking.hpp"
#include "runtime/task_group.hpp"

namespace tarn::iceberg {

class UpkeepService {
public:
    struct Needs {
        AnyCatalog& catalog;
        Committers& committers;
        runtime::BlockingPool& blocking;
        Metrics& metrics;
    };

    explicit UpkeepService(Needs needs);

    // Rounds follow each other at this interval, on the blocking pool.
    void start(Executor executor, std::chrono::milliseconds interval);
    // A compaction that is under way is given up.
    awaitable<void> stop();

    // One over all tables; blocks. What fails is logged and counted, and keeps no other table
    // waiting.
    void round();

private:
    awaitable<void> run(std::chrono::milliseconds interval);
    void visit(const Namespace& space, std::map<TableName, Upkeep>& still_there);
    void keep(const TableName& name, Upkeep& upkeep);

    Needs needs_;
    Counter& compacted_files_;
    Counter& removed_delete_files_;
    Counter& expired_snapshots_;
    Counter& removed_orphans_;
    Counter& failures_;
    // Only of the thread that makes a round.
    std::map<TableName, Upkeep> tables_;
    std::atomic<bool> is_stopping_ = false;
    std::unique_ptr<runtime::TaskGroup> tasks_;
};

}  // namespace tarn::iceberg
