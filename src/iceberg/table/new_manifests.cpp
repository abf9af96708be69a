#include "iceberg/table/new_manifests.hpp"

#include <map>

#include "base/error.hpp"
#include "base/log.hpp"
#include "iceberg/table/commit_settings.hpp"
#include "iceberg/table/partition_key.hpp"

namespace tarn::iceberg {
namespace {

std::string folder_of(const TableMetadata& table) {
    return table.property("write.metadata.path", table.location + "/metadata");
}

ManifestContent content_of(const DataFile& file) {
    return file.content == FileContent::Data ? ManifestContent::Data : ManifestContent::Deletes;
}

}  // namespace

ManifestWriter NewManifests::writer(const TableMetadata& table, int32_t spec_id,
                                    ManifestContent content, Random& random) const {
    const PartitionSpec* spec = table.find_spec(spec_id);
    if (!spec) {
        throw Error(ErrorCode::InvalidInput, "the table has no partition spec {}", spec_id);
    }
    return {{.format_version = table.format_version,
             .content = content,
             .schema = schema_of(*spec, table),
             .spec = *spec,
             .snapshot_id = snapshot_id_},
            random};
}

ManifestFile NewManifests::write(ManifestWriter& writer, const TableMetadata& table,
                                 TableFiles& files) {
    WrittenManifest written = writer.finish();
    written.manifest.path = fmt::format("{}/{}-m{}.avro", folder_of(table), id_, manifest_count_++);
    write_file(written.manifest.path, written.bytes, files);
    return std::move(written.manifest);
}

std::string NewManifests::write_list(BytesView list, const TableMetadata& table,
                                     TableFiles& files) {
    std::string location =
        fmt::format("{}/snap-{}-{}-{}.avro", folder_of(table), snapshot_id_, ++list_count_, id_);
    write_file(location, list, files);
    return location;
}

void NewManifests::write_file(const std::string& location, BytesView content, TableFiles& files) {
    TableFiles::Place place = files.at(location);
    // First: it may be there also when the call fails.
    written_.push_back(location);
    if (!place.files->create(place.path, content)) {
        written_.pop_back();
        throw Error(ErrorCode::Conflict, "{} is there already", location);
    }
}

void NewManifests::remove_unused(const std::set<std::string>& used, TableFiles& files) {
    for (const std::string& location : written_) {
        if (used.contains(location)) continue;
        try {
            files.remove(location);
        } catch (const Error& error) {
            TARN_LOG_WARN("{} stays: {}", location, error.what());
        }
    }
    written_.clear();
}

std::vector<ManifestFile> write_added(const std::vector<DataFile>& added,
                                      std::optional<int64_t> sequence_number,
                                      const TableMetadata& table, NewManifests& manifests,
                                      const ChangeContext& context) {
    int64_t bytes_max = CommitSettings::of(table).manifest_target_bytes;
    std::map<std::pair<ManifestContent, int32_t>, ManifestWriter> writers;
    std::vector<ManifestFile> written;
    for (const DataFile& file : added) {
        ManifestContent content = content_of(file);
        auto key = std::pair(content, file.spec_id);
        auto writer = writers.find(key);
        if (writer != writers.end() &&
            static_cast<int64_t>(writer->second.estimated_bytes()) >= bytes_max) {
            written.push_back(manifests.write(writer->second, table, context.files));
            writers.erase(writer);
            writer = writers.end();
        }
        if (writer == writers.end()) {
            auto fresh = manifests.writer(table, file.spec_id, content, context.random);
            writer = writers.emplace(key, std::move(fresh)).first;
        }
        bool is_data = content == ManifestContent::Data;
        writer->second.add(file, is_data ? sequence_number : std::nullopt);
    }
    for (auto& [key, writer] : writers) {
        written.push_back(manifests.write(writer, table, context.files));
    }
    return written;
}

}  // namespace tarn::iceberg
