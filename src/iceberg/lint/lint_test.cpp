// Each rule has a table that is good but for the one thing that the rule is about.
#include "iceberg/lint/lint.hpp"

#include <arrow/array/concatenate.h>
#include <arrow/array/util.h>
#include <arrow/extension_type.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "columns/avro_writer.hpp"
#include "columns/field_ids.hpp"
#include "iceberg/format/manifest_schema.hpp"
#include "iceberg/lint/lint_fixture.hpp"

namespace tarn::iceberg {
namespace {

namespace json = boost::json;

using Replacements = std::map<std::string, std::string>;

TEST(Lint, finds_nothing_in_a_good_table) {
    LintReport report = LintedTable().lint();

    EXPECT_EQ(to_text(report), "");
    EXPECT_EQ(report.snapshot_count, 2);
    EXPECT_EQ(report.manifest_count, 2);
    EXPECT_EQ(report.file_count, 2);
}

TEST(Lint, finds_nothing_in_a_good_table_of_version_3) {
    EXPECT_EQ(to_text(LintedTable({.format_version = 3}).lint()), "");
}

struct Breach {
    LintRule rule;
    std::function<void(Spoiled&)> make;
};

std::function<Bytes(Bytes)> schema_with(Replacements replacements) {
    return [replacements](Bytes file) { return with_schema(file, replacements); };
}

std::function<Bytes(Bytes)> key_set_to(std::string key, std::optional<std::string> value) {
    return [key, value](Bytes file) {
        auto metadata = columns::AvroReader(buffer_of(file)).metadata();
        metadata.erase(key);
        if (value) metadata[key] = *value;
        return with_header(file, metadata);
    };
}

// The fields of these ids go, from the schema and from the rows.
void erase_fields(json::value& type, const std::set<int64_t>& ids) {
    if (json::object* object = type.if_object()) {
        if (json::value* fields = object->if_contains("fields")) {
            json::array kept;
            for (json::value& field : fields->as_array()) {
                if (!ids.contains(field.at("field-id").as_int64())) kept.push_back(field);
            }
            *fields = std::move(kept);
        }
        for (auto& member : *object) erase_fields(member.value(), ids);
    } else if (json::array* array = type.if_array()) {
        for (json::value& item : *array) erase_fields(item, ids);
    }
}

std::function<Bytes(Bytes)> without_fields(std::set<int64_t> ids) {
    return [ids](Bytes file) {
        columns::AvroReader reader(buffer_of(file));
        json::value schema = json::parse(reader.schema().text());
        erase_fields(schema, ids);
        columns::AvroWriterOptions options;
        for (const auto& [key, value] : reader.metadata()) {
            if (!key.starts_with("avro.")) options.metadata.emplace_back(key, value);
        }
        SeededRandom random(2);
        columns::AvroWriter writer(columns::AvroSchema::parse(json::serialize(schema)), random,
                                   options);
        while (auto batch = reader.next()) writer.append(*batch);
        return writer.finish();
    };
}

// The column `index` as another type, over the same values.
std::function<RowsPointer(RowsPointer)> column_as(
    int index,
    std::function<std::shared_ptr<arrow::Field>(const std::shared_ptr<arrow::Field>&)> change) {
    return [index, change](RowsPointer rows) {
        auto field = change(rows->schema()->field(index));
        auto schema = columns::or_throw(rows->schema()->SetField(index, field));
        auto column = columns::or_throw(rows->column(index)->View(field->type()));
        return columns::or_throw(rows->SetColumn(index, field, column));
    };
}

std::function<void(json::object&)> without_member(std::string name) {
    return [name](json::object& metadata) { metadata.erase(name); };
}

// Column 14 is a variant: two binaries and, shredded, a third.
void add_variant(Spoiled& spoiled) {
    spoiled.format_version = 3;
    spoiled.fields = [](std::vector<Field>& fields) {
        fields.push_back({.id = 15, .name = "doc", .type = TypeKind::Variant});
    };
    spoiled.rows = [](RowsPointer rows) {
        std::vector<std::shared_ptr<arrow::Field>> parts;
        std::vector<std::shared_ptr<arrow::Array>> columns;
        for (const char* name : {"metadata", "value", "typed_value"}) {
            parts.push_back(arrow::field(name, arrow::binary()));
            columns.push_back(
                columns::or_throw(arrow::MakeArrayOfNull(arrow::binary(), rows->num_rows())));
        }
        auto column = columns::or_throw(arrow::StructArray::Make(columns, parts));
        auto field = columns::with_field_id(arrow::field("doc", column->type()), 15);
        return columns::or_throw(rows->AddColumn(rows->num_columns(), field, column));
    };
}

std::vector<Breach> breaches() {
    using enum LintRule;
    auto price_bounds = [](Bytes bytes) {
        return [bytes](DataFile& file) { file.metrics.lower_bounds[4] = bytes; };
    };
    return {
        {Readable, [](Spoiled& t) { t.delete_file = [](DataFile& f) { f.path += ".gone"; }; }},
        {RecordNames, [](Spoiled& t) { t.manifest = schema_with({{"\"r2\"", "\"data_file\""}}); }},
        {FieldIds, [](Spoiled& t) { t.manifest = schema_with({{",\"field-id\":103", ""}}); }},
        {FieldIds, [](Spoiled& t) { t.list_file = schema_with({{",\"element-id\":508", ""}}); }},
        {FieldIds,
         [](Spoiled& t) { t.manifest = schema_with({{",\"logicalType\":\"map\"", ""}}); }},
        {OptionalUnions,
         [](Spoiled& t) {
             t.manifest = schema_with({{"\"default\":null,\"field-id\":140", "\"field-id\":140"}});
         }},
        {OptionalUnions, [](Spoiled& t) { t.list_file = without_fields({504, 505, 506}); }},
        {ManifestKeys, [](Spoiled& t) { t.manifest = key_set_to("partition-spec", {}); }},
        {ManifestKeys, [](Spoiled& t) { t.manifest = key_set_to("schema-id", {}); }},
        {ManifestKeys,
         [](Spoiled& t) { t.manifest = key_set_to("partition-spec", "{\"spec-id\":0}"); }},
        {ManifestKeys,
         [](Spoiled& t) {
             t.manifest = key_set_to(
                 "schema", R"({"type":"struct","schema-id":0,"fields":[)"
                           R"({"id":2,"name":"ts","type":"timestamp","required":false}]})");
         }},
        {Codec, [](Spoiled& t) { t.manifest = key_set_to("avro.codec", "snappy"); }},
        {PartitionRecord, [](Spoiled& t) { t.manifest = without_fields({102}); }},
        {DayPartition,
         [](Spoiled& t) { t.manifest = schema_with({{",\"logicalType\":\"date\"", ""}}); }},
        {FixedPartition,
         [](Spoiled& t) {
             t.manifest = schema_with({{"\"size\":4,\"logicalType\":\"decimal\"",
                                        "\"size\":4,\"logicalType\":\"none\""}});
         }},
        {TimestampPartition,
         [](Spoiled& t) { t.manifest = schema_with({{",\"adjust-to-utc\":false", ""}}); }},
        {PartitionNames,
         [](Spoiled& t) { t.manifest = schema_with({{"\"price_x2Dpart\"", "\"price_part\""}}); }},
        {PartitionSummaries, [](Spoiled& t) { t.listed = [](auto& m) { m.partitions.reset(); }; }},
        {PartitionSummaries,
         [](Spoiled& t) {
             t.listed = [](auto& m) { (*m.partitions)[0].upper_bound = to_bytes(int32_t{7}); };
         }},
        {ExactSizes, [](Spoiled& t) { t.listed = [](auto& m) { m.length = 7; }; }},
        {ExactSizes, [](Spoiled& t) { t.listed = [](auto& m) { m.added_files = 2; }; }},
        {ExactSizes, [](Spoiled& t) { t.file = [](DataFile& f) { f.file_bytes += 1; }; }},
        {ExactSizes, [](Spoiled& t) { t.file = [](DataFile& f) { f.split_offsets = {7}; }; }},
        {EntryNumbers, [](Spoiled& t) { t.manifest = without_fields({3, 4}); }},
        {EntrySnapshots, [](Spoiled& t) { t.listed = [](auto& m) { m.added_snapshot_id = 7; }; }},
        {EqualityIds,
         [](Spoiled& t) {
             t.manifest = schema_with({{"\"items\":\"int\",\"element-id\":136",
                                        "\"items\":\"long\",\"element-id\":136"}});
         }},
        {Bounds,
         [](Spoiled& t) {
             t.file = [](DataFile& f) { f.metrics.lower_bounds[3] = bytes_of("a \xE2\x80"); };
         }},
        {Bounds, [=](Spoiled& t) { t.file = price_bounds(Bytes(4, std::byte{0})); }},
        {Bounds, [=](Spoiled& t) { t.file = price_bounds(to_bytes(Int128{9999})); }},
        {NanCounts, [](Spoiled& t) { t.file = [](DataFile& f) { f.metrics.nan_counts = {}; }; }},
        {NanCounts,
         [](Spoiled& t) {
             t.file = [](DataFile& f) { f.metrics.lower_bounds[6] = to_bytes(std::nan("")); };
         }},
        {ParquetFieldIds,
         [](Spoiled& t) {
             t.rows = column_as(5, [](const auto& f) { return f->RemoveMetadata(); });
         }},
        {ParquetLists,
         [](Spoiled& t) {
             t.rows = column_as(7, [](const auto& field) {
                 auto item = field->type()->field(0)->WithName("item");
                 return field->WithType(arrow::list(item));
             });
             t.parquet = [](auto&, auto& arrow) { arrow.disable_compliant_nested_types(); };
         }},
        {ParquetNumbers,
         [](Spoiled& t) {
             t.rows = column_as(4, [](const auto& f) {
                 return f->WithType(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"));
             });
         }},
        {ParquetNumbers,
         [](Spoiled& t) {
             t.parquet = [](auto& file, auto&) { file.disable_store_decimal_as_integer(); };
         }},
        {ParquetUuid,
         [](Spoiled& t) {
             t.rows = [](RowsPointer rows) {
                 auto plain = std::static_pointer_cast<arrow::ExtensionArray>(rows->column(6));
                 auto field = rows->schema()->field(6)->WithType(arrow::fixed_size_binary(16));
                 return columns::or_throw(rows->SetColumn(6, field, plain->storage()));
             };
         }},
        {ParquetText,
         [](Spoiled& t) {
             t.rows = column_as(2, [](const auto& f) { return f->WithType(arrow::binary()); });
         }},
        {ParquetPages,
         [](Spoiled& t) {
             t.parquet = [](auto& file, auto&) {
                 file.disable_dictionary()->encoding("id", parquet::Encoding::DELTA_BINARY_PACKED);
             };
         }},
        {ParquetCodec,
         [](Spoiled& t) {
             t.parquet = [](auto& file, auto&) { file.compression(parquet::Compression::LZ4); };
         }},
        {ParquetRequired,
         [](Spoiled& t) {
             t.rows = column_as(0, [](const auto& f) { return f->WithNullable(true); });
         }},
        {ParquetColumns,
         [](Spoiled& t) {
             t.rows = [](RowsPointer rows) { return columns::or_throw(rows->RemoveColumn(5)); };
         }},
        {PositionDeletes,
         [](Spoiled& t) {
             t.deletes = [](RowsPointer rows) {
                 auto upside_down =
                     arrow::ConcatenateRecordBatches({rows->Slice(1), rows->Slice(0, 1)});
                 return columns::or_throw(upside_down);
             };
         }},
        {PositionDeletes,
         [](Spoiled& t) {
             t.deletes = [](RowsPointer) {
                 PositionBitmap positions;
                 positions.add(1);
                 positions.add(2);
                 return position_delete_rows({{"file:/lake/t/data/a.parquet", positions}});
             };
         }},
        {MetadataMembers, [](Spoiled& t) { t.metadata = without_member("table-uuid"); }},
        {MetadataMembers, [](Spoiled& t) { t.metadata = without_member("sort-orders"); }},
        {MetadataMembers, [](Spoiled& t) { t.metadata = without_member("last-partition-id"); }},
        {MetadataMembers, [](Spoiled& t) { t.metadata = without_member("last-sequence-number"); }},
        {MetadataMembers,
         [](Spoiled& t) {
             t.metadata = [](json::object& metadata) {
                 metadata.at("snapshots").at(0).as_object().erase("schema-id");
             };
         }},
        {SummaryTotals,
         [](Spoiled& t) {
             t.metadata = [](json::object& metadata) {
                 json::value& summary = metadata.at("snapshots").at(1).at("summary");
                 summary.as_object()["total-records"] = "5";
             };
         }},
        {CurrentSnapshotMember,
         [](Spoiled& t) {
             t.table = [](TableMetadata& table) {
                 table.current_snapshot_id.reset();
                 table.refs.clear();
             };
             t.metadata = without_member("current-snapshot-id");
         }},
        {SnapshotLog,
         [](Spoiled& t) {
             t.table = [](TableMetadata& table) { table.snapshot_log[0].timestamp_ms += 100; };
         }},
        {MainBranch,
         [](Spoiled& t) {
             t.metadata = [](json::object& metadata) {
                 metadata.at("refs").at("main").as_object()["snapshot-id"] = 100;
             };
         }},
        {Locations,
         [](Spoiled& t) { t.table = [](TableMetadata& table) { table.location = "/lake/t"; }; }},
        {JsonIntegers,
         [](Spoiled& t) { t.metadata = [](json::object& metadata) { metadata["later"] = 1e3; }; }},
        {PackedName, [](Spoiled& t) { t.metadata_name = "00001-a.gz.metadata.json"; }},
        {DuplicateFiles,
         [](Spoiled& t) {
             t.files = [](const DataFile& file) { return std::vector<DataFile>{file, file}; };
             t.metadata = [](json::object& metadata) {
                 for (size_t i = 0; i < 2; ++i) {
                     json::value& summary = metadata.at("snapshots").at(i).at("summary");
                     summary.as_object()["total-records"] = "8";
                     summary.as_object()["total-data-files"] = "2";
                 }
             };
         }},
        {DeletionVectors,
         [](Spoiled& t) {
             t.format_version = 3;
             t.delete_file = [](DataFile& file) { file.referenced_data_file.reset(); };
         }},
        {RowLineage,
         [](Spoiled& t) {
             t.format_version = 3;
             t.table = [](TableMetadata& table) { table.next_row_id = 2; };
         }},
        {RowLineage,
         [](Spoiled& t) {
             t.format_version = 3;
             t.list = [](auto& manifests) { manifests[1].first_row_id = 0; };
         }},
        {IdentifierFields,
         [](Spoiled& t) {
             t.metadata = [](json::object& metadata) {
                 json::value& schema = metadata.at("schemas").at(0);
                 schema.as_object()["identifier-field-ids"] = json::array{3};
             };
         }},
        {Transforms,
         [](Spoiled& t) {
             t.table = [](TableMetadata& table) {
                 table.specs.push_back(
                     {.id = 1, .fields = {{2, 1003, "gone", Transform::nothing()}}});
                 table.default_spec_id = 1;
             };
         }},
        {NamesByCase,
         [](Spoiled& t) {
             t.table = [](TableMetadata& table) {
                 auto fields = table.schema().fields();
                 fields.push_back({.id = 20, .name = "Price", .type = TypeKind::Long});
                 table.schemas.push_back(Schema::make(1, fields));
                 table.current_schema_id = 1;
                 table.last_column_id = 20;
             };
         }},
        {ShreddedVariants, add_variant},
        {EmptyManifests, [](Spoiled& t) { t.has_empty_manifest = true; }},
        {SchemaIds,
         [](Spoiled& t) {
             t.metadata = [](json::object& metadata) {
                 json::value copy = metadata.at("schemas").at(0);
                 copy.as_object()["schema-id"] = 1;
                 metadata.at("schemas").as_array().push_back(copy);
             };
         }},
    };
}

// One spoiled table at a time, so that a failure names the rule.
class LintFinds : public testing::TestWithParam<size_t> {};

TEST_P(LintFinds, exactly_what_was_spoiled) {
    Breach breach = breaches()[GetParam()];
    Spoiled spoiled;
    breach.make(spoiled);

    LintReport report = LintedTable(std::move(spoiled)).lint();

    std::set<std::string_view> found;
    for (const LintFinding& finding : report.findings.kept()) {
        found.insert(text_of(finding.rule).name);
    }
    EXPECT_EQ(found, std::set{text_of(breach.rule).name}) << to_text(report);
}

std::string name_of_case(const testing::TestParamInfo<size_t>& info) {
    std::string name(text_of(breaches()[info.param].rule).name);
    std::ranges::replace(name, '-', '_');
    return fmt::format("{}_{}", name, info.param);
}

INSTANTIATE_TEST_SUITE_P(Rules, LintFinds, testing::Range(size_t{0}, breaches().size()),
                         name_of_case);

TEST(Lint, has_a_spoiled_table_for_every_rule) {
    std::set<LintRule> spoiled;
    for (const Breach& breach : breaches()) spoiled.insert(breach.rule);

    for (const LintRuleText& rule : lint_rules()) {
        EXPECT_TRUE(spoiled.contains(rule.rule)) << rule.name;
        EXPECT_EQ(text_of(rule.rule).name, rule.name);
    }
}

TEST(Lint, tells_what_readers_fail_on_from_what_they_bear) {
    EXPECT_TRUE(LintedTable({.manifest = key_set_to("schema", {})}).lint().has_errors());

    LintReport borne = LintedTable({.manifest = key_set_to("schema-id", {})}).lint();
    EXPECT_FALSE(borne.is_clean());
    EXPECT_FALSE(borne.has_errors());
}

TEST(Lint, keeps_only_the_first_findings_of_a_rule_and_counts_all) {
    LintFindings findings;
    for (int i = 0; i < 50; ++i) findings.add(LintRule::Bounds, "somewhere", "number {}", i);

    EXPECT_EQ(std::ssize(findings.kept()), FindingsOfRuleMax);
    EXPECT_EQ(findings.count(LintRule::Bounds), 50);
}

}  // namespace
}  // namespace tarn::iceberg
