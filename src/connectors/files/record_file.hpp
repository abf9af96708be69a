// The records of one file, one by one, each with the place where it begins.
#pragma once

#include <memory>

#include "connectors/formats/format.hpp"
#include "storage/file.hpp"

namespace tarn::connectors {

class RecordFile {
public:
    struct Record {
        std::string_view text;  // good until the next one is read
        int64_t begin;
    };

    // Begins at the offset, where a record begins. The format outlives this.
    RecordFile(std::unique_ptr<storage::Reader> file, const Format& format, int64_t offset)
        : file_(std::move(file)), format_(format), buffer_begin_(offset) {}

    // Nothing at the end. Throws TooLarge for a record that does not end.
    std::optional<Record> next();

    // Where the next record begins.
    int64_t offset() const { return buffer_begin_ + static_cast<int64_t>(used_); }

private:
    void read_on();

    std::unique_ptr<storage::Reader> file_;
    const Format& format_;
    std::string buffer_;
    size_t used_ = 0;         // of the buffer
    int64_t buffer_begin_;    // in the file
    bool is_at_end_ = false;  // nothing follows the buffer
};

}  // namespace tarn::connectors
