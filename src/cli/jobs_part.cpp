#include "cli/jobs_part.hpp"

#include <iostream>

#include "base/error.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {
namespace {

// The file system of a place on this machine; a place that is a file lies in its folder.
std::shared_ptr<storage::FileSystem> opened(const storage::Uri& place) {
    if (place.scheme() != storage::Scheme::File) {
        throw Error(ErrorCode::InvalidInput, "{} is no place on this machine", place.text())
            .with_hint("jobs read and write files of this machine so far");
    }
    bool is_file = std::filesystem::is_regular_file(place.path());
    return storage::LocalDisk::open(is_file ? place.parent() : place);
}

}  // namespace

JobsPart::JobsPart(const std::filesystem::path& data_folder, Parts parts)
    : blocking_(parts.blocking),
      folder_(storage::LocalDisk::open(storage::Uri::parse((data_folder / "jobs").string()))),
      surroundings_{
          .clock = parts.clock,
          .random = parts.random,
          .consoles = {std::cout, std::cerr},
          .files = {.open = opened, .base_folder = std::filesystem::current_path().string()},
          .writer = {}} {}

void JobsPart::start() {
    jobs_ = std::make_unique<jobs::JobService>(folder_, surroundings_);
    queries_ = std::make_unique<jobs::QueryService>(surroundings_);
    jobs_->resume();
}

void JobsPart::stop() {
    queries_.reset();
    jobs_.reset();
}

}  // namespace tarn::cli
