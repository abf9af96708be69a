// What a job finds of an epoch when it starts again and does not know whether that was committed.
#pragma once

#include "connectors/iceberg/prepared_epoch.hpp"
#include "connectors/iceberg_tables/connection.hpp"

namespace tarn::connectors {

// Throws Corrupt when a file of the epoch is gone: the rows in it are lost.
void check_files_are_there(const PreparedEpoch& epoch, const iceberg::TableFiles& files);

// Whether the branch has the files of the epoch, whatever the table's marks say: a file that is
// there twice would be read twice. Throws Conflict when it has some of them.
bool has_files_of(const PreparedEpoch& epoch, const iceberg::TableMetadata& table,
                  const iceberg::TableFiles& files, const std::string& branch);

}  // namespace tarn::connectors
