#include "kafka/wire/writer.hpp"

#include <gtest/gtest.h>

#include "base/ids.hpp"
#include "kafka/wire/testing/hex.hpp"
#include "kafka/wire/testing/refusal.hpp"

namespace tarn::kafka {
namespace {

template <typename Write>
std::string hex_of(Write write) {
    Writer out;
    write(out);
    return to_hex(std::move(out).finish());
}

// A log file of the bytes 0, 1, 2 and so on.
class CountingFile : public storage::Reader {
public:
    explicit CountingFile(int64_t size) : size_(size) {}

    int64_t size() const override { return size_; }

    size_t read_at(int64_t offset, std::span<std::byte> into) const override {
        size_t count = 0;
        for (; count < into.size() && offset < size_; ++count, ++offset)
            into[count] = static_cast<std::byte>(offset);
        return count;
    }

private:
    int64_t size_;
};

log::Slice slice(int64_t offset, int64_t size) {
    static auto file = std::make_shared<CountingFile>(100);
    return {.file = file, .offset = offset, .size = size};
}

TEST(WireWriter, writes_numbers_with_the_highest_byte_first) {
    auto write = [](Writer& out) {
        out.put_bool(true);
        out.put_int8(-128);
        out.put_int16(-2);
        out.put_uint16(65535);
        out.put_int32(0x01020304);
        out.put_int64(-1);
        out.put_float64(1.5);
    };

    EXPECT_EQ(hex_of(write), "0180fffeffff01020304ffffffffffffffff3ff8000000000000");
}

TEST(WireWriter, writes_numbers_of_variable_length) {
    auto write = [](Writer& out) {
        for (uint32_t value : {0u, 127u, 128u, 300u, 0xFFFFFFFFu}) out.put_uvarint(value);
    };

    EXPECT_EQ(hex_of(write), "007f8001ac02ffffffff0f");
}

TEST(WireWriter, writes_text_bytes_and_null_in_both_forms) {
    auto write_in = [](Form form) {
        return hex_of([form](Writer& out) {
            out.put_string(form, "hi");
            out.put_nullable_string(form, std::nullopt);
            out.put_nullable_string(form, "");
            out.put_bytes(form, from_hex("aa"));
            out.put_nullable_bytes(form, std::nullopt);
            out.put_records(form, Records());
            out.put_records(form, Records::null());
            out.put_null_array(form);
        });
    };

    EXPECT_EQ(write_in(Form::Plain), "00026869ffff000000000001aaffffffff00000000ffffffffffffffff");
    EXPECT_EQ(write_in(Form::Compact), "036869000102aa00010000");
}

TEST(WireWriter, refuses_a_text_that_its_length_has_no_room_for) {
    std::string longest(32767, 'a');

    EXPECT_EQ(hex_of([&](Writer& out) { out.put_string(Form::Plain, longest); }).substr(0, 8),
              "7fff6161");
    EXPECT_EQ(refusal_of([&] { Writer().put_string(Form::Compact, longest + "a"); }),
              "invalid_input: kafka: a text of 32768 bytes, 32767 is the most");
}

TEST(WireWriter, writes_tagged_fields_with_number_and_size) {
    Tags tags;
    tags.begin(0).put_int16(0x1234);
    tags.begin(129).put_string(Form::Compact, "x");

    EXPECT_EQ(hex_of([&](Writer& out) { out.put_tags(Form::Compact, tags); }),
              "02"
              "00021234"
              "8101020278");
    EXPECT_EQ(hex_of([&](Writer& out) { out.put_tags(Form::Compact, Tags()); }), "00");
    EXPECT_EQ(hex_of([&](Writer& out) { out.put_tags(Form::Plain, Tags()); }), "");
    EXPECT_EQ(hex_of([&](Writer& out) { out.put_no_tags(Form::Compact); }), "00");
}

TEST(WireWriter, puts_the_size_in_front_of_a_frame) {
    Writer out = Writer::for_frame();
    out.put_int16(7);

    Frame frame = std::move(out).finish_frame();

    EXPECT_EQ(frame.size(), 6);
    EXPECT_EQ(to_hex(frame.flat()), "000000020007");
}

TEST(WireWriter, leaves_slices_of_the_log_where_they_are) {
    Writer out = Writer::for_frame();
    out.put_int8(1);
    out.put_records(Form::Plain, Records({slice(10, 3), slice(50, 2)}));
    out.put_int8(2);
    out.put_records(Form::Plain, Records({slice(99, 1)}));

    Frame frame = std::move(out).finish_frame();

    EXPECT_EQ(to_hex(frame.flat()),
              "00000010"
              "01"
              "00000005"
              "0a0b0c"
              "3233"
              "02"
              "00000001"
              "63");
    auto pieces = frame.pieces();
    ASSERT_EQ(pieces.size(), 5u);
    EXPECT_EQ(to_hex(std::get<BytesView>(pieces[0])), "000000100100000005");
    EXPECT_EQ(std::get<log::Slice>(pieces[1]).offset, 10);
    EXPECT_EQ(std::get<log::Slice>(pieces[2]).offset, 50);
    EXPECT_EQ(to_hex(std::get<BytesView>(pieces[3])), "0200000001");
    EXPECT_EQ(std::get<log::Slice>(pieces[4]).size, 1);
}

TEST(WireWriter, refuses_a_log_file_that_ends_before_its_slice) {
    Writer out = Writer::for_frame();
    out.put_records(Form::Plain, Records({slice(98, 5)}));

    Frame frame = std::move(out).finish_frame();

    EXPECT_EQ(refusal_of([&] { frame.flat(); }), "corrupt: kafka: a log file ends 3 bytes early");
}

TEST(WireWriter, refuses_a_frame_whose_size_has_no_room_for_it) {
    Writer out = Writer::for_frame();
    out.put_records(Form::Plain, Records({slice(0, int64_t{1} << 30)}));
    out.put_records(Form::Plain, Records({slice(0, int64_t{1} << 30)}));

    EXPECT_EQ(refusal_of([&] { std::move(out).finish_frame(); }),
              "too_large: kafka: 2147483656 bytes or elements, 2147483647 is the most");
}

}  // namespace
}  // namespace tarn::kafka
