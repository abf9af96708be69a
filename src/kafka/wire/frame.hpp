// A frame is what goes over a connection: four bytes of size, a header, one message. Ours is kept
// in pieces, so that record batches can go from the log's files to the socket without passing
// through this process.
#pragma once

#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "log/slice.hpp"

namespace tarn::kafka {

class Frame {
public:
    // Bytes to write, or a part of a file to send.
    using Piece = std::variant<BytesView, log::Slice>;

    // The bytes before `at` go out before the slice.
    struct Insertion {
        size_t at;
        log::Slice slice;
    };

    Frame(Bytes bytes, std::vector<Insertion> insertions)
        : bytes_(std::move(bytes)), insertions_(std::move(insertions)) {}

    // With the four bytes that say it.
    int64_t size() const;

    // In the order in which they go out. Borrows from this frame.
    std::vector<Piece> pieces() const;

    // All of it in memory: for encrypted connections, and for tests.
    Bytes flat() const;

private:
    Bytes bytes_;
    std::vector<Insertion> insertions_;
};

}  // namespace tarn::kafka
