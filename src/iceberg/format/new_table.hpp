// A table that nobody has written to.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "iceberg/format/metadata_builder.hpp"

namespace tarn::iceberg {

struct NewTable {
    SchemaPtr schema;
    PartitionSpec spec = {};
    SortOrder sort_order = {};
    std::string location;
    // "format-version" among them chooses the version.
    std::map<std::string, std::string> properties = {};
};

// The metadata of a table without rows. Its columns and partition fields get ids of their own, as
// the specification wants of catalogs.
MetadataBuilder new_table(const NewTable& table, const std::string& uuid, int64_t now_ms);

}  // namespace tarn::iceberg
