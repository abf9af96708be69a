// Removes the files of a table that no catalog names any more.
#pragma once

#include "iceberg/catalog/catalog.hpp"

namespace tarn::iceberg {

// Every file that any of its snapshots reaches: data (unless the table says `gc.enabled=false`),
// deletes, manifests, lists, statistics and metadata. What cannot be read or removed is logged and
// left: the table is gone already, and what stays behind is only an orphan.
void purge(const LoadedTable& dropped, TableFiles& files);

}  // namespace tarn::iceberg
