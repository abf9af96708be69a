#include "iceberg/catalog/table_files.hpp"

#include "base/error.hpp"
#include "iceberg/catalog/gzip.hpp"

namespace tarn::iceberg {
namespace {

// Two ways of naming a packed file are in use.
bool is_packed(std::string_view location) {
    return location.ends_with(".gz.metadata.json") || location.ends_with(".metadata.json.gz");
}

}  // namespace

TableFiles::TableFiles(std::vector<storage::FileSystem*> roots, size_t cache_bytes_max)
    : cache_bytes_max_(cache_bytes_max) {
    for (storage::FileSystem* root : roots) names_.push_back({root->root(), root});
}

void TableFiles::name_also(storage::FileSystem& root, storage::Uri name) {
    names_.push_back({std::move(name), &root});
}

TableFiles::Place TableFiles::at(std::string_view location) const {
    storage::Uri uri = storage::Uri::parse(location);
    for (const Name& name : names_) {
        if (auto path = uri.path_below(name.uri); path && !path->empty()) return {name.root, *path};
    }
    throw Error(ErrorCode::Forbidden, "{} is not below any place that tables may lie in", location)
        .with_hint("see the setting iceberg.warehouse");
}

StoredMetadataPtr TableFiles::metadata(const std::string& location) {
    // Someone may have taken the file away: on a local disk it costs little to say so.
    if (auto stored = find(location); stored && is_still_there(location)) return stored;
    auto stored = std::make_shared<StoredMetadata>();
    stored->text = read_text(location);
    try {
        stored->metadata = parse_metadata(stored->text, location);
    } catch (const Error& error) {
        throw Error(ErrorCode::Corrupt, "{}", error.what());
    }
    keep(location, stored);
    return stored;
}

bool TableFiles::is_still_there(const std::string& location) const {
    Place place = at(location);
    return place.files->root().scheme() != storage::Scheme::File || place.files->exists(place.path);
}

StoredMetadataPtr TableFiles::write_metadata(const std::string& location, TableMetadata metadata) {
    auto stored = std::make_shared<StoredMetadata>();
    stored->text = to_json_text(metadata);
    stored->metadata = std::move(metadata);
    write_text(location, stored->text);
    keep(location, stored);
    return stored;
}

std::string TableFiles::read_text(const std::string& location) const {
    Place place = at(location);
    auto entry = place.files->stat(place.path);
    if (!entry || entry->is_folder) {
        // The words that clients look for.
        throw Error(ErrorCode::NotFound, "Failed to open input stream for file: {}", location);
    }
    if (static_cast<uint64_t>(entry->size) > MetadataBytesMax) {
        throw Error(ErrorCode::TooLarge, "{} has {} bytes, {} are the most", location, entry->size,
                    MetadataBytesMax);
    }
    Bytes bytes = place.files->read(place.path);
    if (is_packed(location)) return gunzipped(bytes, MetadataBytesMax, location);
    return std::string(as_text(bytes));
}

void TableFiles::write_text(const std::string& location, std::string_view text) const {
    Place place = at(location);
    bool is_new = is_packed(location) ? place.files->create(place.path, gzipped(as_bytes(text)))
                                      : place.files->create(place.path, as_bytes(text));
    if (!is_new) throw Error(ErrorCode::Conflict, "{} is there already", location);
}

void TableFiles::remove(const std::string& location) const {
    Place place = at(location);
    place.files->remove(place.path);
}

StoredMetadataPtr TableFiles::find(const std::string& location) {
    std::scoped_lock lock(mutex_);
    auto found = places_.find(location);
    if (found == places_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found->second);
    return found->second->stored;
}

void TableFiles::keep(const std::string& location, StoredMetadataPtr stored) {
    std::scoped_lock lock(mutex_);
    if (places_.contains(location) || stored->text.size() > cache_bytes_max_) return;
    kept_bytes_ += stored->text.size();
    kept_.push_front({location, std::move(stored)});
    places_[location] = kept_.begin();
    while (kept_bytes_ > cache_bytes_max_) {
        kept_bytes_ -= kept_.back().stored->text.size();
        places_.erase(kept_.back().location);
        kept_.pop_back();
    }
}

}  // namespace tarn::iceberg
