#include "storage/open.hpp"

#include "storage/local_disk.hpp"

namespace tarn::storage {

std::unique_ptr<FileSystem> open_file_system(std::string_view location, S3Library& library,
                                             const S3Settings& settings) {
    Uri root = Uri::parse(location);
    if (root.scheme() == Scheme::S3) return S3FileSystem::open(library, root, settings);
    return LocalDisk::open(root);
}

}  // namespace tarn::storage
