#include "iceberg/lint/rules.hpp"

#include <array>

namespace tarn::iceberg {
namespace {

using enum LintRule;
using enum LintSeverity;

constexpr std::array Rules = {
    LintRuleText{Readable, "readable", Error, "every file is there and can be read",
                 "all: the table cannot be read"},
    LintRuleText{RecordNames, "record-names", Error,
                 "Avro records are called manifest_file, manifest_entry, r2, r102, k117_v118",
                 "Spark with an older Iceberg casts by name"},
    LintRuleText{FieldIds, "field-ids", Error,
                 "Avro fields have a field-id, arrays an element-id, maps by id a logicalType map",
                 "PyIceberg and DuckDB fail, without the logicalType Java too"},
    LintRuleText{OptionalUnions, "optional-unions", Error,
                 "optional Avro fields are [null, T] with default null, required ones are there "
                 "and are not nullable",
                 "Spark refuses nullable ones; PyIceberg and DuckDB miss counts"},
    LintRuleText{ManifestKeys, "manifest-keys", Error,
                 "manifests say schema (as the table has it), schema-id, partition-spec (an "
                 "array), partition-spec-id, format-version and content",
                 "ClickHouse and Snowflake fail without schema or partition-spec"},
    LintRuleText{Codec, "codec", Error, "Avro files are packed with deflate or not at all",
                 "Java and PyIceberg need more jars for snappy, DuckDB fails on zstandard"},
    LintRuleText{PartitionRecord, "partition-record", Error,
                 "each entry has a partition record, an empty one where nothing is partitioned",
                 "Java, PyIceberg"},
    LintRuleText{DayPartition, "day-partition", Warning,
                 "the day of a partition is an int with logicalType date", "iceberg-rust, DuckDB"},
    LintRuleText{FixedPartition, "fixed-partition", Error,
                 "decimal partitions are fixed of the fewest bytes, uuid ones fixed of 16",
                 "PyIceberg fails or crashes, DuckDB aborts"},
    LintRuleText{TimestampPartition, "timestamp-partition", Error,
                 "timestamp partitions are timestamp-micros (-nanos) with adjust-to-utc", "Java"},
    LintRuleText{PartitionNames, "partition-names", Error,
                 "partition fields have names that Avro allows, spelled as Java spells them",
                 "Avro libraries of Java and Python refuse others"},
    LintRuleText{PartitionSummaries, "partition-summaries", Warning,
                 "manifest lists summarise each partition field, and the summary covers its files",
                 "files go missing where a reader prunes by it; older DuckDB needs them"},
    LintRuleText{ExactSizes, "exact-sizes", Error,
                 "lengths, sizes, counts and split offsets are exactly those of the files",
                 "Trino and Presto open by size, ClickHouse counts by record_count"},
    LintRuleText{EntryNumbers, "entry-numbers", Error,
                 "entries have snapshot_id, sequence_number and file_sequence_number, the last two "
                 "null for added files only",
                 "ClickHouse wants the columns; deletes are applied by the numbers"},
    LintRuleText{EntrySnapshots, "entry-snapshots", Warning,
                 "what a manifest adds or deletes belongs to the snapshot that added the manifest",
                 "ClickHouse looks up the schema there"},
    LintRuleText{EqualityIds, "equality-ids", Warning,
                 "equality_ids are ints, and every equality delete has some", "Java"},
    LintRuleText{Bounds, "bounds", Error,
                 "bounds are values of their column's type that hold all of the file's, text cut "
                 "at code points, decimals in the fewest bytes",
                 "PyIceberg and DuckDB fail on bad UTF-8; rows go missing from filters"},
    LintRuleText{NanCounts, "nan-counts", Warning,
                 "NaN is in no bound, and is counted in float and double columns",
                 "filters may lose rows in readers that trust bounds"},
    LintRuleText{ParquetFieldIds, "parquet-field-ids", Error,
                 "every node of a Parquet schema has its field_id",
                 "PyIceberg fails, DuckDB reads nulls"},
    LintRuleText{ParquetLists, "parquet-lists", Error,
                 "lists are list.element, maps key_value.key and .value, in three levels",
                 "Spark, Trino"},
    LintRuleText{ParquetNumbers, "parquet-numbers", Warning,
                 "timestamps are micros (or nanos where the type says so) with the right "
                 "isAdjustedToUTC, never INT96; decimals up to 18 digits are integers",
                 "Spark's fast reader, Trino"},
    LintRuleText{ParquetUuid, "parquet-uuid", Error, "uuid columns have the UUID annotation",
                 "Spark fails"},
    LintRuleText{ParquetText, "parquet-text", Error, "string columns are annotated as strings",
                 "PyIceberg fails on filters, DuckDB's find nothing"},
    LintRuleText{ParquetPages, "parquet-pages", Warning,
                 "data pages of version 1 in PLAIN, RLE_DICTIONARY and RLE",
                 "Spark's fast reader before 1.11"},
    LintRuleText{ParquetCodec, "parquet-codec", Warning,
                 "columns are packed with zstd, snappy, gzip or not at all",
                 "readers without LZ4 or brotli"},
    LintRuleText{ParquetRequired, "parquet-required", Warning,
                 "required columns are REQUIRED, optional ones OPTIONAL", "Spark, Flink"},
    LintRuleText{ParquetColumns, "parquet-columns", Warning,
                 "files have every column of the schema that they were written with",
                 "readers of partition columns before identity values were filled in"},
    LintRuleText{PositionDeletes, "position-deletes", Error,
                 "position deletes have both columns, required and with ids, sorted, and name "
                 "files byte for byte as manifests do",
                 "deleted rows come back"},
    LintRuleText{MetadataMembers, "metadata-members", Error,
                 "metadata has every member that its version requires, snapshots too",
                 "Java, DuckDB and ClickHouse fail"},
    LintRuleText{SummaryTotals, "summary-totals", Warning,
                 "summaries have the totals, and they are those of the manifests",
                 "Redshift and Athena plan by them"},
    LintRuleText{CurrentSnapshotMember, "current-snapshot-member", Warning,
                 "current-snapshot-id is there, also in an empty table", "older Trino"},
    LintRuleText{SnapshotLog, "snapshot-log", Error,
                 "the snapshot log ascends and names snapshots that are there",
                 "Java refuses more than a minute; time travel goes wrong"},
    LintRuleText{MainBranch, "main-branch", Error, "the branch main is at the current snapshot",
                 "Java, Spark"},
    LintRuleText{Locations, "locations", Warning,
                 "locations have a scheme and one spelling: file:/// and s3://",
                 "ClickHouse and DuckDB go by the scheme; orphan removal compares texts"},
    LintRuleText{JsonIntegers, "json-integers", Error, "numbers are integers without exponents",
                 "Java, Go; snapshot ids lose digits as floating point numbers"},
    LintRuleText{PackedName, "packed-name", Error,
                 "packed metadata ends in .gz.metadata.json, and only that", "Java, DuckDB"},
    LintRuleText{DuplicateFiles, "duplicate-files", Error, "no file is twice in one snapshot",
                 "Java, PyIceberg and ClickHouse return its rows twice"},
    LintRuleText{DeletionVectors, "deletion-vectors", Error,
                 "each data file has one deletion vector at most, each at a place of its own",
                 "StarRocks lost deletes; rows come back"},
    LintRuleText{RowLineage, "row-lineage", Error,
                 "next-row-id is above every row id given, delete manifests have none",
                 "rows share an id"},
    LintRuleText{IdentifierFields, "identifier-fields", Error,
                 "identifier fields are required, primitive and no floats",
                 "Flink and PyIceberg refuse the schema"},
    LintRuleText{Transforms, "transforms", Warning,
                 "no unknown transform, and no void in a spec of version 2",
                 "several engines refuse to write"},
    LintRuleText{NamesByCase, "names-by-case", Warning,
                 "no two columns differ by upper and lower case only", "Trino, Athena"},
    LintRuleText{ShreddedVariants, "shredded-variants", Warning, "variants are not shredded",
                 "Trino"},
    LintRuleText{EmptyManifests, "empty-manifests", Error, "every manifest has an entry",
                 "PyIceberg fails"},
    LintRuleText{SchemaIds, "schema-ids", Error,
                 "one id is one schema, and equal schemas share theirs", "ClickHouse"},
};

}  // namespace

std::span<const LintRuleText> lint_rules() {
    return Rules;
}

const LintRuleText& text_of(LintRule rule) {
    return Rules.at(static_cast<size_t>(rule));
}

}  // namespace tarn::iceberg
