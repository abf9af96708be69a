#include "base/byte_reader.hpp"

#include <gtest/gtest.h>

namespace tarn {
namespace {

std::string refusal(const std::string& bytes, auto read) {
    ByteReader reader(as_bytes(bytes), "test");
    try {
        read(reader);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        return error.what();
    }
    return "";
}

TEST(ByteReader, reads_numbers_and_stretches_in_turn) {
    std::string bytes("\x01\x02\x00\x00\x00xyz", 8);
    ByteReader reader(as_bytes(bytes), "test");

    EXPECT_EQ(reader.take_byte(), 1);
    EXPECT_EQ(reader.take_little_endian<uint32_t>(), 2u);
    EXPECT_EQ(as_text(reader.take(2)), "xy");
    EXPECT_EQ(reader.remaining(), 1u);
    EXPECT_FALSE(reader.is_at_end());
}

TEST(ByteReader, reads_zigzag_numbers_up_to_both_ends_of_64_bits) {
    auto number = [](const std::string& bytes) {
        ByteReader reader(as_bytes(bytes), "test");
        int64_t value = reader.take_zigzag();
        EXPECT_TRUE(reader.is_at_end());
        return value;
    };

    EXPECT_EQ(number(std::string(1, '\0')), 0);
    EXPECT_EQ(number("\x01"), -1);
    EXPECT_EQ(number("\x80\x01"), 64);
    EXPECT_EQ(number("\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), INT64_MAX);
    EXPECT_EQ(number("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), INT64_MIN);
}

TEST(ByteReader, skips_as_many_numbers_as_it_is_told) {
    // One to three bytes each, so that they end at every place of eight bytes.
    std::string bytes;
    std::vector<size_t> ends{0};
    for (int i = 0; i < 100; ++i) {
        bytes += i % 3 == 0 ? "\x01" : i % 3 == 1 ? "\x80\x01" : "\xFF\x80\x01";
        ends.push_back(bytes.size());
    }
    for (size_t count = 0; count < ends.size(); ++count) {
        ByteReader reader(as_bytes(bytes), "test");
        reader.skip_variable(count);
        EXPECT_EQ(reader.position(), ends[count]);
    }
    EXPECT_EQ(refusal(bytes, [](ByteReader& in) { in.skip_variable(101); }),
              "test: 1 bytes wanted at byte 199, 0 are left");
}

TEST(ByteReader, refuses_to_read_past_the_end) {
    EXPECT_EQ(refusal("abc", [](ByteReader& in) { in.take(4); }),
              "test: 4 bytes wanted at byte 0, 3 are left");
    EXPECT_EQ(refusal("abc", [](ByteReader& in) { in.take(UINT64_MAX); }),
              "test: 18446744073709551615 bytes wanted at byte 0, 3 are left");
    EXPECT_EQ(refusal("\x80", [](ByteReader& in) { in.take_zigzag(); }),
              "test: 1 bytes wanted at byte 1, 0 are left");
    EXPECT_EQ(refusal("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02",
                      [](ByteReader& in) { in.take_zigzag(); }),
              "test: a number of more than 64 bits before byte 10");
}

}  // namespace
}  // namespace tarn
