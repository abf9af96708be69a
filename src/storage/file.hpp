// A Reader gives any part of a file or object that is complete; a File grows at its end and is what
// the log keeps its segments in. Reading may run beside everything else. Appending and truncating
// are for one caller at a time; sync() may run beside them, and covers what was appended before it
// began.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"

namespace tarn::storage {

class Reader {
public:
    virtual ~Reader() = default;

    virtual int64_t size() const = 0;

    // Fills `into` from `offset` on and answers how many bytes there were: fewer than asked for
    // only at the end, none past it.
    virtual size_t read_at(int64_t offset, std::span<std::byte> into) const = 0;

    // The same as Bytes, cut to what was there.
    Bytes read_at(int64_t offset, int64_t length) const;

    // What sendfile(2) may read from, as long as this Reader lives; nothing when the bytes are not
    // in a file of this machine.
    virtual std::optional<int> descriptor() const { return std::nullopt; }
};

class File : public Reader {
public:
    using Reader::read_at;

    // All of `bytes` or, when it throws, none: what a full disk took of them is cut off again.
    virtual void append(BytesView bytes) = 0;

    // `size` is at most size().
    virtual void truncate(int64_t size) = 0;

    // What was appended before is on the disk when this returns. After a sync has failed, or a
    // failed append could not be undone, the file refuses every further change: the kernel drops
    // what it could not write, so a second sync that succeeds would prove nothing. Recover by
    // opening the file anew and checking what it holds.
    virtual void sync() = 0;
};

}  // namespace tarn::storage
