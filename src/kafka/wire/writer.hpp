// Builds a message, or a whole frame with its size in front. What is put in is copied, save for
// records that lie in the log's files: those are remembered as a place and a slice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "kafka/wire/frame.hpp"
#include "kafka/wire/records.hpp"
#include "kafka/wire/version.hpp"

namespace tarn {
class Uuid;
}

namespace tarn::kafka {

class Tags;

class Writer {
public:
    Writer() = default;
    // One that ends in finish_frame(); the size is filled in there.
    static Writer for_frame();

    void put_bool(bool value) { put_int8(value ? 1 : 0); }
    void put_int8(int8_t value) { put_big_endian(static_cast<uint64_t>(value), 1); }
    void put_int16(int16_t value) { put_big_endian(static_cast<uint64_t>(value), 2); }
    void put_uint16(uint16_t value) { put_big_endian(value, 2); }
    void put_int32(int32_t value) { put_big_endian(static_cast<uint64_t>(value), 4); }
    void put_int64(int64_t value) { put_big_endian(static_cast<uint64_t>(value), 8); }
    void put_float64(double value);
    void put_uuid(const Uuid& value);
    void put_uvarint(uint32_t value);

    void put_string(Form form, std::string_view text);
    void put_nullable_string(Form form, const std::optional<std::string>& text);
    void put_bytes(Form form, BytesView bytes);
    void put_nullable_bytes(Form form, const std::optional<Bytes>& bytes);
    void put_records(Form form, const Records& records);

    // In front of that many elements.
    void put_count(Form form, size_t count);
    void put_null_array(Form form);

    // In front of a struct that may be null, or in its place.
    void put_presence(bool is_there) { put_int8(is_there ? 1 : -1); }

    // At the end of each struct.
    void put_tags(Form form, const Tags& tags);
    void put_no_tags(Form form);

    // The message that was built; it holds no slices.
    Bytes finish() &&;
    Frame finish_frame() &&;

private:
    void put_big_endian(uint64_t value, int size);
    void put_raw(BytesView bytes);

    bool is_frame_ = false;
    Bytes bytes_;
    std::vector<Frame::Insertion> insertions_;
};

// Collects the fields of a struct that carry a number of their own, lowest first; those that have
// their default are not written at all.
class Tags {
public:
    Writer& begin(uint32_t number) { return tags_.emplace_back(number, Writer()).second; }

private:
    friend class Writer;
    std::vector<std::pair<uint32_t, Writer>> tags_;
};

}  // namespace tarn::kafka
