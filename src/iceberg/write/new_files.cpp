#include "iceberg/write/new_files.hpp"

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "storage/arrow_io.hpp"

namespace tarn::iceberg {
namespace {

void remove_file(const TableFiles& files, const std::string& location) noexcept {
    try {
        files.remove(location);
    } catch (const std::exception& error) {
        TARN_LOG_WARN("{} stays behind as an orphan: {}", location, error.what());
    }
}

}  // namespace

NewFiles::NewFiles(const TableFiles& files, const TableMetadata& table, Random& random)
    : files_(&files),
      location_(DataLocation::of_table(table)),
      writer_id_(Uuid::random(random).text()) {}

NewFiles::~NewFiles() {
    remove_all();
}

std::string NewFiles::next_location(std::string_view partition_path, std::string_view ending) {
    std::string name = fmt::format("{:05}-{}{}", next_number_++, writer_id_, ending);
    // Kept before it is there, so that nothing is forgotten.
    return locations_.emplace_back(location_.of_file(partition_path, name));
}

NewFiles::Opened NewFiles::open(std::string_view partition_path, std::string_view ending) {
    std::string location = next_location(partition_path, ending);
    TableFiles::Place place = files_->at(location);
    return {std::move(location), storage::arrow_output(place.files->open_writer(place.path))};
}

std::string NewFiles::write(std::string_view partition_path, std::string_view ending,
                            BytesView content) {
    std::string location = next_location(partition_path, ending);
    TableFiles::Place place = files_->at(location);
    place.files->write(place.path, content);
    return location;
}

void NewFiles::remove_all() noexcept {
    for (const std::string& location : locations_) remove_file(*files_, location);
    locations_.clear();
}

void remove_files(const TableFiles& files, const std::vector<DataFile>& written) noexcept {
    for (const DataFile& file : written) remove_file(files, file.path);
}

}  // namespace tarn::iceberg
