// Content that goes from one object to another inside this server, a step at a time so that a large
// one does not hold a thread for long.
#pragma once

#include <memory>
#include <optional>

#include "s3/payload.hpp"
#include "storage/file_system.hpp"

namespace tarn::s3 {

class Copying {
public:
    // The bytes from `offset` on; the checksum is taken if a kind is given.
    Copying(std::unique_ptr<storage::Reader> from, int64_t offset, int64_t length,
            storage::Writer& to, std::optional<HashKind> checksum);

    // Copies some more; false once all is copied.
    bool step();
    // Of all that was copied; called once.
    Payload::Facts facts();

private:
    std::unique_ptr<storage::Reader> from_;
    int64_t offset_;
    int64_t left_;
    uint64_t bytes_;
    storage::Writer& to_;
    RunningHash md5_{HashKind::Md5};
    std::optional<RunningHash> checksum_;
};

}  // namespace tarn::s3
