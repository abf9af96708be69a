#include "iceberg/lint/lint.hpp"

#include <arrow/buffer.h>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "columns/avro_reader.hpp"
#include "iceberg/catalog/gzip.hpp"
#include "iceberg/catalog/table_files.hpp"
#include "iceberg/format/manifest_list.hpp"
#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/lint/avro_checks.hpp"
#include "iceberg/lint/manifest_checks.hpp"
#include "iceberg/lint/metadata_checks.hpp"
#include "iceberg/lint/parquet_checks.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// Schemas nest through several levels of JSON each.
constexpr size_t JsonDepthMax = 256;

class Linter {
public:
    Linter(const OpenLocation& open, LintOptions options, LintReport& report)
        : open_(open), options_(options), report_(report), findings_(report.findings) {}

    void run(const std::string& metadata_location) {
        attempt(metadata_location, [&] { read_metadata(metadata_location); });
        if (!table_) return;
        check_metadata(*table_, metadata_location, findings_);
        for (const SnapshotPtr& snapshot : table_->snapshots) {
            ++report_.snapshot_count;
            attempt(snapshot->manifest_list, [&] { look_through(*snapshot); });
        }
        if (!options_.opens_data_files) return;
        for (const auto& [path, file] : files_) {
            attempt(path, [&] { check_file(file); });
        }
    }

private:
    // A file as some manifest names it, with the schema of the snapshot that added it.
    struct SeenFile {
        const DataFile* file;
        SchemaPtr schema;
    };
    struct SeenManifest {
        std::string path;
        std::vector<ManifestEntry> entries;
    };

    // A failure that a rule has named already is not reported as one more.
    template <typename Work>
    void attempt(const std::string& place, const Work& work) {
        size_t before = findings_.kept().size();
        try {
            work();
        } catch (const std::exception& error) {
            if (findings_.kept().size() == before) {
                findings_.add(LintRule::Readable, place, "{}", error.what());
            }
        }
    }

    Bytes bytes_of(const std::string& location) const {
        auto reader = open_(location);
        return reader->read_at(0, reader->size());
    }

    void read_metadata(const std::string& location) {
        Bytes bytes = bytes_of(location);
        bool is_packed =
            bytes.size() >= 2 && bytes[0] == std::byte{0x1F} && bytes[1] == std::byte{0x8B};
        bool is_called_packed =
            location.ends_with(".gz.metadata.json") || location.ends_with(".metadata.json.gz");
        if (is_packed != is_called_packed) {
            findings_.add(LintRule::PackedName, location, "the file {} packed",
                          is_packed ? "is" : "is not");
        }
        std::string text =
            is_packed ? gunzipped(bytes, MetadataBytesMax, location) : std::string(as_text(bytes));
        json::parse_options depth;
        depth.max_depth = JsonDepthMax;
        json::value value = json::parse(text, {}, depth);
        if (const json::object* object = value.if_object()) {
            check_metadata_json(*object, location, findings_);
        }
        table_ = metadata_from_json(value, location);
    }

    void look_through(const Snapshot& snapshot) {
        std::vector<LiveFile> live;
        bool is_whole = true;
        for (const ManifestFile& manifest : manifests_of(snapshot)) {
            const SeenManifest* seen = look_into(manifest);
            is_whole = is_whole && seen;
            if (!seen) continue;
            for (const ManifestEntry& entry : seen->entries) {
                if (entry.is_live()) live.push_back({&entry, &seen->path});
            }
        }
        if (is_whole) check_live_files(live, snapshot, findings_);
    }

    std::vector<ManifestFile> manifests_of(const Snapshot& snapshot) {
        if (snapshot.manifest_list.empty()) {
            std::vector<ManifestFile> manifests;
            for (const std::string& path : snapshot.manifests) manifests.push_back({.path = path});
            return manifests;
        }
        auto buffer = arrow::Buffer::FromVector(bytes_of(snapshot.manifest_list));
        check_manifest_list_header(header_of(buffer, snapshot.manifest_list), *table_,
                                   snapshot.manifest_list, findings_);
        return read_manifest_list(buffer);
    }

    AvroHeader header_of(const std::shared_ptr<arrow::Buffer>& file, const std::string& place) {
        try {
            columns::AvroReader reader(file);
            return {.schema = reader.schema().text(), .metadata = reader.metadata()};
        } catch (const Error& error) {
            // The one thing in a header that is refused although it is well-formed.
            if (error.code() == ErrorCode::InvalidInput) {
                findings_.add(LintRule::Codec, place, "{}", error.what());
            }
            throw;
        }
    }

    // Null for one that cannot be read.
    const SeenManifest* look_into(const ManifestFile& manifest) {
        auto [found, is_new] = manifests_.try_emplace(manifest.path);
        if (!is_new) return found->second ? &*found->second : nullptr;
        ++report_.manifest_count;
        attempt(manifest.path, [&] {
            auto buffer = arrow::Buffer::FromVector(bytes_of(manifest.path));
            const PartitionSpec* known = table_->find_spec(manifest.spec_id);
            if (!known) {
                throw Error(ErrorCode::Corrupt, "the table has no partition spec {}",
                            manifest.spec_id);
            }
            check_manifest_header(header_of(buffer, manifest.path), *table_, *known, manifest.path,
                                  findings_);
            Type partition = known->partition_type(table_->schema());
            found->second = {manifest.path, read_manifest(buffer, manifest, partition)};
            check_manifest(manifest, found->second->entries, buffer->size(), *table_, findings_);
            remember_files(*found->second);
        });
        return found->second ? &*found->second : nullptr;
    }

    void remember_files(const SeenManifest& manifest) {
        for (const ManifestEntry& entry : manifest.entries) {
            if (entry.file.content == FileContent::Data) data_files_.insert(entry.file.path);
            // What was deleted may be gone by now.
            if (!entry.is_live()) continue;
            auto [seen, is_new] = files_.try_emplace(entry.file.path, SeenFile{&entry.file, {}});
            if (!seen->second.schema) seen->second.schema = schema_of(entry);
        }
    }

    SchemaPtr schema_of(const ManifestEntry& entry) const {
        auto snapshot = entry.snapshot_id ? table_->find_snapshot(*entry.snapshot_id) : nullptr;
        return snapshot && snapshot->schema_id ? table_->find_schema(*snapshot->schema_id)
                                               : nullptr;
    }

    void check_file(const SeenFile& seen) {
        ++report_.file_count;
        auto reader = open_(seen.file->path);
        if (reader->size() != seen.file->file_bytes) {
            findings_.add(LintRule::ExactSizes, seen.file->path,
                          "file_size_in_bytes is {}, the file has {}", seen.file->file_bytes,
                          reader->size());
        }
        if (seen.file->format != FileFormat::Parquet) return;
        check_parquet({.table = *table_,
                       .file = *seen.file,
                       .schema = seen.schema,
                       .data_files = data_files_},
                      std::move(reader), findings_);
    }

    const OpenLocation& open_;
    LintOptions options_;
    LintReport& report_;
    LintFindings& findings_;
    std::optional<TableMetadata> table_;
    std::map<std::string, std::optional<SeenManifest>> manifests_;
    std::map<std::string, SeenFile> files_;
    std::set<std::string> data_files_;
};

}  // namespace

bool LintReport::has_errors() const {
    return std::ranges::any_of(findings.kept(), [](const LintFinding& finding) {
        return finding.severity == LintSeverity::Error;
    });
}

LintReport lint(const std::string& metadata_location, const OpenLocation& open,
                LintOptions options) {
    LintReport report;
    Linter(open, options, report).run(metadata_location);
    return report;
}

std::string to_text(const LintReport& report) {
    std::string text;
    for (const LintFinding& finding : report.findings.kept()) {
        text += fmt::format("{} {}: {}: {}\n", static_cast<int>(finding.rule),
                            text_of(finding.rule).name, finding.place, finding.what);
    }
    return text;
}

}  // namespace tarn::iceberg
