// What a change added and removed, in the numbers that other engines plan and show by.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "iceberg/format/data_file.hpp"
#include "iceberg/table/partition_key.hpp"

namespace tarn::iceberg {

// A count of a snapshot's summary; nothing where its writer did not count.
std::optional<int64_t> summary_number(const Snapshot& snapshot, const std::string& name);

class ChangeSummary {
public:
    void add(const DataFile& file) { count(file, added_); }
    void remove(const DataFile& file) { count(file, removed_); }

    // The members of a snapshot's summary, with the totals after the parent's; null has none.
    std::map<std::string, std::string> texts(const Snapshot* parent) const;

private:
    struct Counts {
        int64_t data_files = 0;
        int64_t records = 0;
        int64_t bytes = 0;
        int64_t delete_files = 0;
        int64_t position_delete_files = 0;
        int64_t equality_delete_files = 0;
        int64_t deletion_vectors = 0;
        int64_t position_deletes = 0;
        int64_t equality_deletes = 0;
    };

    void count(const DataFile& file, Counts& counts);

    Counts added_;
    Counts removed_;
    PartitionSet partitions_;
};

}  // namespace tarn::iceberg
