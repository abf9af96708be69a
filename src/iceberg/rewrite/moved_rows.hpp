// Where the rows of one file came to lie when they were copied: runs of rows that stayed together,
// since most do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "iceberg/write/partitioned_files.hpp"

namespace tarn::iceberg {

class MovedRows {
public:
    // Positions ascend.
    void add(int64_t position, RowPlace to);

    // Nothing for a row that was not copied.
    std::optional<RowPlace> place_of(int64_t position) const;
    size_t run_count() const { return runs_.size(); }

private:
    struct Run {
        int64_t position = 0;
        int64_t row = 0;
        int64_t count = 0;
        uint32_t partition = 0;
    };

    std::vector<Run> runs_;
};

}  // namespace tarn::iceberg
