// Where the files of a table are: the option `path`, and who reaches it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sql/catalog/catalog.hpp"
#include "storage/file_system.hpp"

namespace tarn::connectors {

struct FileAccess {
    // Its root is the place or stands above it; a place may be a file.
    std::function<std::shared_ptr<storage::FileSystem>(const storage::Uri& place)> open;
    // What paths without a scheme start from.
    std::string base_folder;
};

struct FilePlace {
    std::shared_ptr<storage::FileSystem> files;
    std::string path;  // below their root; empty for the root itself
    storage::Uri uri;

    // The path of a file of that name in this folder.
    std::string path_of(std::string_view name) const;
    // In this folder and below, but for what begins with a dot or _.
    std::vector<storage::Entry> row_files() const;
};

// Throws InvalidInput for tables that are not laid out as one folder.
FilePlace file_place(const sql::StoredTable& table, const sql::Options& options,
                     const FileAccess& access);

}  // namespace tarn::connectors
