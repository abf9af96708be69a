// One change of a compaction: the rows of some groups go to new files, and these into the table in
// the place of the old ones. Rows that others delete meanwhile are looked up where they lie since,
// and deleted there by the same commit: a compaction beside a writer of upserts is not in vain.
#pragma once

#include <vector>

#include "iceberg/rewrite/group_copy.hpp"
#include "iceberg/table/committers.hpp"
#include "iceberg/write/delete_files.hpp"

namespace tarn::iceberg {

// So often what others deleted meanwhile is looked for, and the commit tried again.
inline constexpr int CatchUpsMax = 10;

// What one commit takes out and puts in.
struct Replacement {
    // Data files, and the deletes that concern them alone; deletion vectors go with their files.
    std::vector<DataFile> removed = {};
    std::vector<DataFile> added = {};  // without the deletes that came meanwhile
};

// What goes when the files of these tasks go.
std::vector<DataFile> files_with_deletes(const std::vector<FileTask>& tasks);

class GroupRewrite {
public:
    // All outlive this. The groups are of the table as it was read.
    GroupRewrite(Committers& committers, const TableName& name, const CompactionOptions& options,
                 ManifestCache& manifests, const PlannedTable& read,
                 const std::vector<FileGroup>& groups);

    // Throws Conflict when somebody took one of the files away. Whatever it throws, no file is left
    // behind that the table cannot have.
    Replacement run();

private:
    void copy();
    void commit(Replacement& done);
    // Not when it is a conflict.
    bool is_committed_to(const PlannedTable& table, const std::vector<FileTask>& tasks,
                         Replacement& done);
    PlannedTable planned_today() const;
    std::vector<FileTask> tasks_read() const;
    std::vector<FileTask> tasks_in(const PlannedTable& today) const;
    std::vector<DeletedRows> deleted_since(const PlannedTable& today,
                                           const std::vector<FileTask>& tasks) const;

    Committers& committers_;
    const CommitterParts& parts_;
    const TableName& name_;
    const CompactionOptions& options_;
    ManifestCache& manifests_;
    const PlannedTable& read_;
    const std::vector<FileGroup>& groups_;

    GroupCopier copier_;
    std::vector<CopiedGroup> copies_;  // of each group
    std::vector<DataFile> written_;    // of all
};

}  // namespace tarn::iceberg
