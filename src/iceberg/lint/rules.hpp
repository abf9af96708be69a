// The rules that a table is checked by, each with who trips over a breach of it. Their numbers are
// part of what `tarn iceberg lint` prints: they stay as they are, and new ones go to the end.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tarn::iceberg {

enum class LintRule : uint8_t {
    Readable = 0,
    RecordNames,
    FieldIds,
    OptionalUnions,
    ManifestKeys,
    Codec,
    PartitionRecord,
    DayPartition,
    FixedPartition,
    TimestampPartition,
    PartitionNames,
    PartitionSummaries,
    ExactSizes,
    EntryNumbers,
    EntrySnapshots,
    EqualityIds,
    Bounds,
    NanCounts,
    ParquetFieldIds,
    ParquetLists,
    ParquetNumbers,
    ParquetUuid,
    ParquetText,
    ParquetPages,
    ParquetCodec,
    ParquetRequired,
    ParquetColumns,
    PositionDeletes,
    MetadataMembers,
    SummaryTotals,
    CurrentSnapshotMember,
    SnapshotLog,
    MainBranch,
    Locations,
    JsonIntegers,
    PackedName,
    DuplicateFiles,
    DeletionVectors,
    RowLineage,
    IdentifierFields,
    Transforms,
    NamesByCase,
    ShreddedVariants,
    EmptyManifests,
    SchemaIds,
};

enum class LintSeverity : uint8_t {
    Error,   // some reader fails, or reads something else
    Warning  // some reader may, or reads more slowly
};

struct LintRuleText {
    LintRule rule;
    // Short and stable: "record-names".
    std::string_view name;
    LintSeverity severity;
    // What should be.
    std::string_view wanted;
    // Who needs it, and what happens there otherwise.
    std::string_view readers;
};

// In the order of their numbers.
std::span<const LintRuleText> lint_rules();
const LintRuleText& text_of(LintRule rule);

}  // namespace tarn::iceberg
