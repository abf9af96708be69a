// From one version of a table to the next as a request wants it: the part of a commit that is the
// same in every catalog that writes metadata itself.
#pragma once

#include <string_view>
#include <vector>

#include "iceberg/catalog/table_access.hpp"
#include "iceberg/format/metadata_builder.hpp"

namespace tarn::iceberg {

// The table with the updates applied; `base` is null when there is none yet. Throws CommitFailed
// when a condition does not hold or others took a number meanwhile, AlreadyExists when the request
// makes a table that is there, NoSuchTable when it changes one that is not.
MetadataBuilder changed(const TableCommit& change, const TableMetadata* base, int64_t now_ms);

// The objects of "requirements" and "updates"; null is none.
std::vector<JsonObject> objects_of(const boost::json::value& array, std::string_view name);

}  // namespace tarn::iceberg
