// The record batches inside a Produce request or a Fetch response. They are the bulk of all
// traffic, so they are not copied here: what was read is a view into the frame it came in, and what
// is to be written may stay in the log's files until the connection sends it.
#pragma once

#include <vector>

#include "base/bytes.hpp"
#include "log/slice.hpp"

namespace tarn::kafka {

class Records {
public:
    // Empty, which is not null: some clients refuse a Fetch response whose records are null.
    Records() = default;
    // Borrows; the bytes outlive this.
    explicit Records(BytesView bytes) : bytes_(bytes) {}
    explicit Records(std::vector<log::Slice> slices) : slices_(std::move(slices)) {}

    static Records null() {
        Records records;
        records.is_null_ = true;
        return records;
    }

    bool is_null() const { return is_null_; }
    int64_t size() const;

    // One of the two is empty.
    BytesView bytes() const { return bytes_; }
    const std::vector<log::Slice>& slices() const { return slices_; }

    // The same bytes, or the same pieces of the same files.
    bool operator==(const Records& other) const;

private:
    bool is_null_ = false;
    BytesView bytes_;
    std::vector<log::Slice> slices_;
};

}  // namespace tarn::kafka
