#include "iceberg/maintenance/orphans.hpp"

#include <set>

#include "base/error.hpp"
#include "base/log.hpp"
#include "iceberg/catalog/reachable_files.hpp"

namespace tarn::iceberg {
namespace {

struct Listed {
    std::string location;
    int64_t bytes = 0;
    WallTime modified_at{};
};

std::vector<Listed> files_below(const TableMetadata& table, const TableFiles& files) {
    TableFiles::Place place = files.at(table.location);
    std::vector<Listed> listed;
    for (const storage::Entry& entry : place.files->list(place.path, storage::Depth::AllBelow)) {
        if (entry.is_folder) continue;
        listed.push_back({place.files->uri_of(entry.path), entry.size, entry.modified_at});
    }
    return listed;
}

// Every file of the table in the one spelling that listings have.
std::set<std::string> files_in_use(const LoadedTable& loaded, const TableFiles& files) {
    ReachableFiles found =
        reachable_files(loaded.metadata(), files, WhenUnreadable::Throw, WhichEntries::Live);
    storage::Scheme scheme = storage::Uri::parse(loaded.metadata().location).scheme();
    std::set<std::string> used;
    auto use = [&](const std::string& location) {
        storage::Uri uri = storage::Uri::parse(location);
        if (uri.scheme() != scheme) {
            throw Error(ErrorCode::InvalidInput, "{} is named by another scheme than the table {}",
                        location, loaded.metadata().location)
                .with_hint("nothing was deleted, since listed files cannot be told from used ones");
        }
        used.insert(uri.text());
    };
    for (const auto* kind : {&found.data_files, &found.manifests, &found.manifest_lists,
                             &found.statistics_files, &found.metadata_files}) {
        for (const std::string& location : *kind) use(location);
    }
    use(loaded.metadata_location);
    return used;
}

// Another table's files would all look like orphans. Looks through the namespaces inside `space`.
void check_alone(const MaintainedTable& table, const storage::Uri& own, const Namespace& space) {
    for (const Namespace& inner : table.catalog.namespaces_in(space)) {
        for (const std::string& name : table.catalog.names_in(inner, EntryKind::Table)) {
            TableName other{inner, name};
            if (other == table.name) continue;
            std::string theirs = table.catalog.load_table(other).metadata().location;
            if (storage::Uri::parse(theirs).path_below(own)) {
                throw Error(ErrorCode::InvalidInput, "{} lies within {}, the location of {}",
                            to_text(other), own.text(), to_text(table.name));
            }
        }
        check_alone(table, own, inner);
    }
}

// Written for those who open a folder without a catalog; no metadata names it.
bool is_version_hint(const std::string& location) {
    return location.ends_with("/metadata/version-hint.text");
}

}  // namespace

OrphanResult remove_orphans(const MaintainedTable& table, const OrphanOptions& options) {
    if (options.grace < OrphanGraceMin) {
        throw Error(ErrorCode::InvalidInput, "a grace period below {} hours",
                    OrphanGraceMin.count())
            .with_hint("a writer may take that long from its first file to its commit");
    }
    LoadedTable loaded = table.catalog.load_table(table.name);
    if (loaded.metadata().property("gc.enabled", "true") != "true") {
        throw Error(ErrorCode::InvalidInput, "{} says gc.enabled=false", to_text(table.name));
    }
    check_alone(table, storage::Uri::parse(loaded.metadata().location), {});
    WallTime now = table.clock.now();
    std::vector<Listed> listed = files_below(loaded.metadata(), table.files);
    // Read after the listing: what was committed meanwhile is in use.
    std::set<std::string> used = files_in_use(table.catalog.load_table(table.name), table.files);

    OrphanResult result;
    for (const Listed& file : listed) {
        if (used.contains(file.location) || is_version_hint(file.location)) continue;
        if (now - file.modified_at < options.grace) {
            ++result.young_files;
            continue;
        }
        result.files.push_back(file.location);
        result.bytes += file.bytes;
    }
    if (options.is_dry_run) return result;
    for (const std::string& file : result.files) {
        try {
            table.files.remove(file);
        } catch (const Error& error) {
            ++result.failures;
            TARN_LOG_WARN("an orphan stays: {}", error.what());
        }
    }
    return result;
}

}  // namespace tarn::iceberg
