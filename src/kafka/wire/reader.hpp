// Walks over the bytes of a message that someone else wrote. Whatever they claim, nothing outside
// them is read and no more memory is taken than they could fill: what does not fit throws Corrupt
// and names the place.
//
// Text is taken as it is: whether it is UTF-8, or a legal name of a topic, is for those to say who
// know what it is for. Unlike base's ByteReader this header brings no fmt into the many generated
// files that include it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "kafka/wire/records.hpp"
#include "kafka/wire/version.hpp"

namespace tarn {
class Uuid;
}

namespace tarn::kafka {

struct Tag;

class Reader {
public:
    // Borrows the bytes; so do the Records that are read from them.
    explicit Reader(BytesView bytes)
        : start_(bytes.data()), at_(start_), end_(start_ + bytes.size()) {}

    size_t position() const { return static_cast<size_t>(at_ - start_); }
    size_t remaining() const { return static_cast<size_t>(end_ - at_); }
    bool is_at_end() const { return at_ == end_; }
    void check_at_end() const;

    bool take_bool() { return take_int8() != 0; }
    int8_t take_int8() { return static_cast<int8_t>(take_big_endian(1)); }
    int16_t take_int16() { return static_cast<int16_t>(take_big_endian(2)); }
    uint16_t take_uint16() { return static_cast<uint16_t>(take_big_endian(2)); }
    int32_t take_int32() { return static_cast<int32_t>(take_big_endian(4)); }
    int64_t take_int64() { return static_cast<int64_t>(take_big_endian(8)); }
    double take_float64();
    Uuid take_uuid();
    // Seven bits a byte, the lowest first.
    uint32_t take_uvarint();

    std::string take_string(Form form);
    std::optional<std::string> take_nullable_string(Form form);
    Bytes take_bytes(Form form);
    std::optional<Bytes> take_nullable_bytes(Form form);
    Records take_records(Form form);

    // How many elements follow; `list` has room for some of them.
    template <typename T>
    int64_t begin_array(Form form, std::vector<T>& list) {
        int64_t count = take_count(form);
        if (count < 0) fail_null();
        reserve(list, count);
        return count;
    }
    // The same where the array may be null: then none follow.
    template <typename T>
    int64_t begin_array(Form form, std::optional<std::vector<T>>& list) {
        list.reset();
        int64_t count = take_count(form);
        if (count < 0) return 0;
        reserve(list.emplace(), count);
        return count;
    }

    // Whether a struct that may be null follows.
    bool take_presence();

    // The fields at the end of a struct that carry their own number.
    uint32_t take_tag_count(Form form) { return form == Form::Compact ? take_uvarint() : 0; }
    Tag take_tag();
    void skip_tags(Form form);

    // For the caller that sees that a value is null in a version in which it cannot be.
    [[noreturn]] void fail_null() const;

private:
    Reader(const std::byte* start, BytesView part)
        : start_(start), at_(part.data()), end_(at_ + part.size()) {}

    // Every element is a byte at least, but takes more than that in memory: what the claim could
    // make us reserve stays below the size of the message.
    template <typename T>
    void reserve(std::vector<T>& list, int64_t count) {
        size_t room = remaining() / sizeof(T) + 1;
        list.reserve(static_cast<size_t>(count) < room ? static_cast<size_t>(count) : room);
    }

    uint64_t take_big_endian(size_t size);
    BytesView take(int64_t size);
    // -1 is null.
    int64_t take_count(Form form);
    int64_t take_string_size(Form form);
    int64_t checked_size(int64_t size) const;
    [[noreturn]] void fail_short(int64_t size) const;

    const std::byte* start_;
    const std::byte* at_;
    const std::byte* end_;
};

// One field with a number of its own; `value` reads it and nothing else.
struct Tag {
    uint32_t number;
    Reader value;
};

}  // namespace tarn::kafka
