// From the settings to what the S3 face is built with.
#pragma once

#include <filesystem>

#include "base/config.hpp"
#include "s3/face.hpp"
#include "storage/uri.hpp"

namespace tarn::cli {

// The folder whose folders are buckets.
storage::Uri s3_root(const Config& config, const std::filesystem::path& data_folder);

// Throws InvalidInput for keys that cannot be used.
s3::FaceSettings s3_settings(const Config& config);

}  // namespace tarn::cli
