#include "iceberg/scan/delete_index.hpp"

#include "iceberg/format/partition_text.hpp"
#include "iceberg/format/position_deletes.hpp"

namespace tarn::iceberg {
namespace {

std::string key_of(const DataFile& file) {
    return partition_text(file.spec_id, file.partition);
}

}  // namespace

void DeleteIndex::add(DeleteFilePtr file, bool is_global) {
    ++count_;
    if (file->file.is_deletion_vector()) {
        DeleteFilePtr& newest = vectors_[file->file.referenced_data_file.value_or("")];
        if (!newest || newest->sequence_number < file->sequence_number) newest = std::move(file);
        return;
    }
    if (file->file.content == FileContent::EqualityDeletes) {
        Files& place = is_global ? global_equality_ : equality_[key_of(file->file)];
        place.push_back(std::move(file));
        return;
    }
    auto data_file = only_data_file_of(file->file);
    Files& place = data_file ? by_path_[*data_file] : by_partition_[key_of(file->file)];
    place.push_back(std::move(file));
}

std::vector<DeleteFilePtr> DeleteIndex::deletes_of(const DataFile& file,
                                                   int64_t sequence_number) const {
    Files found;
    auto take = [&](const Files& files, int64_t oldest) {
        for (const DeleteFilePtr& each : files) {
            if (each->sequence_number >= oldest) found.push_back(each);
        }
    };
    auto take_of = [&](const auto& index, const std::string& key, int64_t oldest) {
        if (auto place = index.find(key); place != index.end()) take(place->second, oldest);
    };
    take(global_equality_, sequence_number + 1);
    std::string partition =
        equality_.empty() && by_partition_.empty() ? std::string() : key_of(file);
    take_of(equality_, partition, sequence_number + 1);
    auto vector = vectors_.find(file.path);
    if (vector != vectors_.end() && vector->second->sequence_number >= sequence_number) {
        found.push_back(vector->second);
        return found;
    }
    take_of(by_path_, file.path, sequence_number);
    take_of(by_partition_, partition, sequence_number);
    return found;
}

}  // namespace tarn::iceberg
