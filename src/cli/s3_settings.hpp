// From the settings to what the S3 face is built with, and to how a server elsewhere is reached.
#pragma once

#include <filesystem>
#include <optional>

#include "base/config.hpp"
#include "s3/face.hpp"
#include "storage/s3_settings.hpp"
#include "storage/uri.hpp"

namespace tarn::cli {

// The folder whose folders are buckets.
storage::Uri s3_root(const Config& config, const std::filesystem::path& data_folder);

// Throws InvalidInput for keys that cannot be used.
s3::FaceSettings s3_settings(const Config& config);

// Of the server that has the warehouse, when it is not our own face. Throws InvalidInput for what
// cannot be used; keys that neither a setting nor a variable has stay empty.
std::optional<storage::S3Settings> outside_s3_settings(const Config& config);

// A variable of the environment; one that is empty counts as none, as it does for AWS's tools.
std::string variable_or(const char* name, std::string fallback);

}  // namespace tarn::cli
