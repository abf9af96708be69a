// The field ids that belong to the format, above FieldIdMax: columns that no table has of its own.
#pragma once

#include <cstdint>
#include <string_view>

namespace tarn::iceberg::reserved {

inline constexpr int32_t File = 2'147'483'646;         // _file
inline constexpr int32_t Pos = 2'147'483'645;          // _pos
inline constexpr int32_t SpecId = 2'147'483'643;       // _spec_id
inline constexpr int32_t DeletePath = 2'147'483'546;   // file_path of position deletes
inline constexpr int32_t DeletePos = 2'147'483'545;    // pos of position deletes
inline constexpr int32_t RowId = 2'147'483'540;        // _row_id
inline constexpr int32_t LastUpdated = 2'147'483'539;  // _last_updated_sequence_number

// Row lineage is read and written by name as well.
inline constexpr std::string_view RowIdName = "_row_id";
inline constexpr std::string_view LastUpdatedName = "_last_updated_sequence_number";

}  // namespace tarn::iceberg::reserved
