// Steps from header to header through a file of batches that has been checked before, so a header
// that makes no sense now means that the disk has spoiled it.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "log/record_batch.hpp"
#include "storage/file.hpp"

namespace tarn::log {

struct BatchAt {
    int64_t position = 0;
    BatchHeader header;

    int64_t end() const { return position + header.size(); }
};

class BatchWalk {
public:
    // From the batch that starts at `from` to those that end by `to`. File and name are borrowed;
    // the name is for messages.
    BatchWalk(const storage::Reader& file, std::string_view name, int64_t from, int64_t to)
        : file_(file), name_(name), position_(from), to_(to) {}

    // Nothing at the end; throws Corrupt.
    std::optional<BatchAt> next();

private:
    BytesView header_bytes();

    const storage::Reader& file_;
    std::string_view name_;
    int64_t position_;
    int64_t to_;
    int64_t last_size_ = 0;
    // What was read ahead: small batches share one read.
    std::array<std::byte, 4096> ahead_;
    int64_t ahead_position_ = 0;
    int64_t ahead_size_ = 0;
};

// The whole batch; throws Corrupt when it is cut short.
Bytes read_batch(const storage::Reader& file, std::string_view name, const BatchAt& batch);

}  // namespace tarn::log
