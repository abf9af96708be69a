// Every file that some version of a table needs: what may be deleted is what is not among them.
#pragma once

#include <set>
#include <string>

#include "iceberg/catalog/table_files.hpp"

namespace tarn::iceberg {

// By their locations, as metadata and manifests spell them.
struct ReachableFiles {
    // Data files and delete files.
    std::set<std::string> data_files;
    std::set<std::string> manifests;
    std::set<std::string> manifest_lists;
    std::set<std::string> statistics_files;
    // Of the versions before this one, as far as the table remembers them.
    std::set<std::string> metadata_files;
};

// GoOn leaves out what only an unreadable manifest or list could tell, with a line in the log.
enum class WhenUnreadable { Throw, GoOn };
// Live leaves out what snapshots only say of files that they removed.
enum class WhichEntries { Live, All, None };

ReachableFiles reachable_files(const TableMetadata& table, const TableFiles& files,
                               WhenUnreadable when_unreadable, WhichEntries which);

}  // namespace tarn::iceberg
