// The places that tables may lie in, as the settings name them: folders of this machine, buckets of
// our own S3 face, which are folders too, or buckets of an S3 server elsewhere.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "storage/file_system.hpp"
#include "storage/s3.hpp"

namespace tarn::cli {

class TablePlaces {
public:
    // Opens them all; throws what the first one says that cannot be opened, and what to do.
    // The library outlives this.
    TablePlaces(const Config& config, const std::filesystem::path& data_folder,
                storage::S3Library& s3_library);

    // The first is the warehouse.
    std::vector<storage::FileSystem*> all() const;
    // As tables are told: by the name that the setting has for it.
    const std::string& warehouse_name() const { return warehouse_name_; }

    struct OtherName {
        storage::FileSystem* place;
        storage::Uri name;
    };
    // By what names clients of the S3 face know folders; those that they cannot reach have none.
    // Where a server elsewhere has the buckets, names in s3:// mean that one only.
    std::vector<OtherName> names_in_s3() const;

    // The server that names in s3:// mean; nothing when that is our own face.
    const std::optional<storage::S3Settings>& server() const { return server_; }

private:
    storage::Uri buckets_;
    std::optional<storage::S3Settings> server_;
    std::vector<std::unique_ptr<storage::FileSystem>> opened_;
    std::string warehouse_name_;
};

}  // namespace tarn::cli
