// The Avro schemas of manifests and manifest lists. Their record names, field ids and defaults are
// exactly those that Java writes, because readers insist on one or another of them.
#pragma once

#include <string>
#include <string_view>

#include "iceberg/format/type.hpp"

namespace tarn::iceberg {

// `partition` is a struct: PartitionSpec::partition_type(). Versions 1 to 3. Throws InvalidInput
// for a partition field of a type that no partition can have.
std::string manifest_schema(int format_version, const Type& partition);

std::string manifest_list_schema(int format_version);

// A name that Avro allows; what it does not is spelled out: "a-b" becomes "a_x2Db".
std::string avro_name(std::string_view name);

// The ids of the fields, for those who find them by it.
namespace manifest_field {
inline constexpr int32_t Status = 0;
inline constexpr int32_t EntrySnapshotId = 1;
inline constexpr int32_t File = 2;
inline constexpr int32_t SequenceNumber = 3;
inline constexpr int32_t FileSequenceNumber = 4;
inline constexpr int32_t Path = 100;
inline constexpr int32_t Format = 101;
inline constexpr int32_t Partition = 102;
inline constexpr int32_t RecordCount = 103;
inline constexpr int32_t FileBytes = 104;
inline constexpr int32_t BlockBytes = 105;
inline constexpr int32_t ColumnBytes = 108;
inline constexpr int32_t ValueCounts = 109;
inline constexpr int32_t NullCounts = 110;
inline constexpr int32_t LowerBounds = 125;
inline constexpr int32_t UpperBounds = 128;
inline constexpr int32_t KeyMetadata = 131;
inline constexpr int32_t SplitOffsets = 132;
inline constexpr int32_t Content = 134;
inline constexpr int32_t EqualityIds = 135;
inline constexpr int32_t NanCounts = 137;
inline constexpr int32_t SortOrderId = 140;
inline constexpr int32_t FirstRowId = 142;
inline constexpr int32_t ReferencedDataFile = 143;
inline constexpr int32_t ContentOffset = 144;
inline constexpr int32_t ContentBytes = 145;
}  // namespace manifest_field

namespace manifest_list_field {
inline constexpr int32_t Path = 500;
inline constexpr int32_t Length = 501;
inline constexpr int32_t SpecId = 502;
inline constexpr int32_t AddedSnapshotId = 503;
inline constexpr int32_t AddedFiles = 504;
inline constexpr int32_t ExistingFiles = 505;
inline constexpr int32_t DeletedFiles = 506;
inline constexpr int32_t Partitions = 507;
inline constexpr int32_t ContainsNull = 509;
inline constexpr int32_t LowerBound = 510;
inline constexpr int32_t UpperBound = 511;
inline constexpr int32_t AddedRows = 512;
inline constexpr int32_t ExistingRows = 513;
inline constexpr int32_t DeletedRows = 514;
inline constexpr int32_t SequenceNumber = 515;
inline constexpr int32_t MinSequenceNumber = 516;
inline constexpr int32_t Content = 517;
inline constexpr int32_t ContainsNan = 518;
inline constexpr int32_t KeyMetadata = 519;
inline constexpr int32_t FirstRowId = 520;
}  // namespace manifest_list_field

}  // namespace tarn::iceberg
