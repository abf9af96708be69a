// The committers of a process, one for each table that is written to. Whoever changes a table of a
// catalog does it by this: ingest, statements, compaction, commands.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "iceberg/table/committer.hpp"
#include "iceberg/table/file_changes.hpp"

namespace tarn::iceberg {

class Committers {
public:
    // More tables than this are not remembered at a time.
    static constexpr size_t TablesMax = 1'000;

    explicit Committers(CommitterParts parts);

    const CommitterParts& parts() const { return parts_; }

    // Blocks; see Committer.
    LoadedTable commit(const TableName& name, TableChange& change);
    LoadedTable commit(const TableName& name, FileChanges changes);

private:
    std::shared_ptr<Committer> of(const TableName& name);
    void forget_idle();

    CommitterParts parts_;
    std::mutex mutex_;
    std::map<TableName, std::shared_ptr<Committer>> committers_;
};

}  // namespace tarn::iceberg
