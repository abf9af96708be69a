// The deletes of a snapshot by the data files that they concern, so that a plan finds those of each
// file without looking at all of them.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "iceberg/scan/plan.hpp"

namespace tarn::iceberg {

class DeleteIndex {
public:
    // `is_global` for equality deletes of a spec without partitions, which concern all files.
    void add(DeleteFilePtr file, bool is_global);

    bool is_empty() const { return count_ == 0; }
    int64_t count() const { return count_; }

    // A deletion vector stands for all position deletes of its file. Equality deletes concern older
    // rows only, position deletes also those of their own commit.
    std::vector<DeleteFilePtr> deletes_of(const DataFile& file, int64_t sequence_number) const;

private:
    using Files = std::vector<DeleteFilePtr>;

    std::unordered_map<std::string, DeleteFilePtr> vectors_;  // by data file
    std::unordered_map<std::string, Files> by_path_;          // positions, by data file
    std::unordered_map<std::string, Files> by_partition_;     // positions
    std::unordered_map<std::string, Files> equality_;         // by partition
    Files global_equality_;
    int64_t count_ = 0;
};

}  // namespace tarn::iceberg
