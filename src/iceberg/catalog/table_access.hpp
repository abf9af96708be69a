// A catalog as the writers of tables need it: what a table is now, and the one step that changes
// it. Our own catalog is one; so is a client of a catalog elsewhere. Calls block and may come from
// several threads.
#pragma once

#include <boost/json/value.hpp>

#include <string>

#include "iceberg/catalog/catalog_error.hpp"
#include "iceberg/catalog/names.hpp"
#include "iceberg/catalog/table_files.hpp"

namespace tarn::iceberg {

struct LoadedTable {
    // Empty for a table that is staged: its first commit makes it.
    std::string metadata_location;
    StoredMetadataPtr stored;

    const TableMetadata& metadata() const { return stored->metadata; }
};

// A change to one table as requests describe it: conditions, and what to do if they hold.
struct TableCommit {
    TableName name;
    boost::json::value requirements;
    boost::json::value updates;
};

class TableAccess {
public:
    virtual ~TableAccess() = default;

    // Throws NoSuchTable.
    virtual LoadedTable load_table(const TableName& name) = 0;
    // Answers what the table is after it. Throws CommitFailed when a condition does not hold, and
    // CommitStateUnknown when the change may be there or may still come; after any other error
    // nothing is changed, nor will be.
    virtual LoadedTable commit(const TableCommit& change) = 0;
};

}  // namespace tarn::iceberg
