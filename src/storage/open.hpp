// From a location to the FileSystem that serves it.
#pragma once

#include <memory>
#include <string_view>

#include "storage/file_system.hpp"
#include "storage/s3.hpp"

namespace tarn::storage {

// Throws InvalidInput for what is no location, and what the kind of storage says when it cannot be
// reached. `library` outlives the answer.
std::unique_ptr<FileSystem> open_file_system(std::string_view location, S3Library& library,
                                             const S3Settings& settings);

}  // namespace tarn::storage
