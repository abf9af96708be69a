// What a table may know of the file that a row is from: its metadata columns.
#pragma once

#include "connectors/formats/stored_columns.hpp"
#include "storage/file_system.hpp"

namespace tarn::connectors {

class FileColumns {
public:
    // Throws InvalidInput for a metadata column that files do not have, or not in that type.
    explicit FileColumns(const sql::stream::TableSource& table);

    // Those of the columns that are in the file itself, without fields that nobody reads.
    const StoredColumns& physical() const { return physical_; }

    // The columns that are asked for, of rows that have the physical ones.
    sql::Batch together(sql::Batch physical, const storage::Entry& file,
                        const std::string& location) const;

private:
    StoredColumns asked_;
    StoredColumns physical_;
};

}  // namespace tarn::connectors
