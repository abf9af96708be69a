// The files of tables by their full locations, as metadata names them. Only what lies below the
// roots that it is given can be reached: a request cannot make the catalog read or write elsewhere.
//
// Metadata files never change, so what was read once is kept.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "iceberg/format/table_metadata.hpp"
#include "storage/file_system.hpp"

namespace tarn::iceberg {

// Metadata with the text that it was read from: to those who ask for the table it goes as it is.
struct StoredMetadata {
    TableMetadata metadata;
    std::string text;
};
using StoredMetadataPtr = std::shared_ptr<const StoredMetadata>;

// More than this is no metadata file, packed or not.
inline constexpr size_t MetadataBytesMax = 512 << 20;

class TableFiles {
public:
    struct Place {
        storage::FileSystem* files;
        std::string path;
    };

    // The roots outlive this.
    TableFiles(std::vector<storage::FileSystem*> roots, size_t cache_bytes_max);

    // From now on locations below `name` are taken for those below the root: a folder that clients
    // reach as a bucket of the S3 face has tables by either name.
    void name_also(storage::FileSystem& root, storage::Uri name);

    // Throws Forbidden for what is below none of the roots, InvalidInput for what is no location.
    Place at(std::string_view location) const;
    // Throws NotFound, or Corrupt with the place in the file.
    StoredMetadataPtr metadata(const std::string& location);
    // A new file; throws Conflict when there is one.
    StoredMetadataPtr write_metadata(const std::string& location, TableMetadata metadata);

    std::string read_text(const std::string& location) const;
    void write_text(const std::string& location, std::string_view text) const;
    void remove(const std::string& location) const;

private:
    StoredMetadataPtr find(const std::string& location);
    bool is_still_there(const std::string& location) const;
    void keep(const std::string& location, StoredMetadataPtr stored);

    struct Name {
        storage::Uri uri;
        storage::FileSystem* root;
    };
    std::vector<Name> names_;
    size_t cache_bytes_max_;

    // The newest use is at the front.
    struct Kept {
        std::string location;
        StoredMetadataPtr stored;
    };
    std::mutex mutex_;
    std::list<Kept> kept_;
    std::unordered_map<std::string, std::list<Kept>::iterator> places_;
    size_t kept_bytes_ = 0;
};

}  // namespace tarn::iceberg
