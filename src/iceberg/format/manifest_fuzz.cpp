// Any bytes are a manifest or refused. What reads as entries and is written again reads back to the
// same entries, and asking for less gives the same of what is left.
#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/format/manifest_writer.hpp"

namespace {

using namespace tarn;
using namespace tarn::iceberg;

// That of the seeds.
SchemaPtr schema() {
    static const SchemaPtr schema =
        Schema::make(7, {{.id = 1, .name = "id", .is_required = true, .type = TypeKind::Long},
                         {.id = 2, .name = "ts", .type = TypeKind::TimestampTz},
                         {.id = 3, .name = "symbol", .type = TypeKind::String},
                         {.id = 4, .name = "price", .type = Type::decimal(9, 2)}});
    return schema;
}

PartitionSpec spec() {
    return {.id = 3,
            .fields = {{2, 1000, "ts_day", Transform::day()},
                       {4, 1001, "price", Transform::identity()},
                       {3, 1002, "symbol", Transform::identity()}}};
}

std::vector<ManifestEntry> read(std::string_view bytes, const ManifestFile& manifest,
                                ManifestColumns columns) {
    ManifestReader reader(arrow::Buffer::FromString(std::string(bytes)), manifest,
                          spec().partition_type(*schema()), std::move(columns));
    std::vector<ManifestEntry> entries;
    while (auto batch = reader.next()) {
        for (int64_t i = 0; i < batch->size(); ++i) entries.push_back(batch->entry(i));
    }
    return entries;
}

bool is_refusal(const Error& error) {
    return error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::InvalidInput ||
           error.code() == ErrorCode::TooLarge;
}

// What a writer may be given: a number for everything but what is new, values that fit the spec.
bool can_be_written(const ManifestEntry& entry) {
    return entry.file.content == FileContent::Data &&
           (entry.status == EntryStatus::Added ||
            (entry.sequence_number && entry.file_sequence_number));
}

void check_written_again(const std::vector<ManifestEntry>& entries) {
    SeededRandom random(1);
    ManifestWriter writer(
        {.format_version = 3, .schema = schema(), .spec = spec(), .snapshot_id = 1}, random);
    std::vector<const ManifestEntry*> kept;
    for (const ManifestEntry& entry : entries) {
        if (!can_be_written(entry)) continue;
        if (entry.status == EntryStatus::Added) {
            writer.add(entry.file, entry.sequence_number);
        } else if (entry.status == EntryStatus::Existing) {
            writer.keep(entry);
        } else {
            writer.remove(entry);
        }
        kept.push_back(&entry);
    }
    if (kept.empty()) return;
    auto written = writer.finish();
    auto again = read(as_text(written.bytes), written.manifest, ManifestColumns::all());
    TARN_ASSERT(again.size() == kept.size());
    for (size_t i = 0; i < kept.size(); ++i) {
        TARN_ASSERT(again[i].status == kept[i]->status);
        TARN_ASSERT(again[i].file == kept[i]->file);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view file(reinterpret_cast<const char*>(data), size);
    ManifestFile manifest{.path = "m",
                          .spec_id = 3,
                          .sequence_number = 5,
                          .added_snapshot_id = 6,
                          .first_row_id = 1000};
    std::vector<ManifestEntry> entries;
    try {
        entries = read(file, manifest, ManifestColumns::all());
    } catch (const Error& error) {
        TARN_ASSERT(is_refusal(error));
        return 0;
    }
    auto fewer = read(file, manifest, ManifestColumns::with_metrics_of({3}));
    TARN_ASSERT(fewer.size() == entries.size());
    for (size_t i = 0; i < entries.size(); ++i) {
        TARN_ASSERT(fewer[i].file.path == entries[i].file.path);
        TARN_ASSERT(fewer[i].file.metrics.lower_bounds.contains(3) ==
                    entries[i].file.metrics.lower_bounds.contains(3));
    }
    check_written_again(entries);
    return 0;
}
