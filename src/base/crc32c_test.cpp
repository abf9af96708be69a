#include "base/crc32c.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace tarn {
namespace {

TEST(Crc32c, agrees_with_the_vectors_of_rfc_3720) {
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283);
    EXPECT_EQ(crc32c(Bytes(32, std::byte{0})), 0x8A9136AA);
    EXPECT_EQ(crc32c(Bytes(32, std::byte{0xFF})), 0x62A8AB43);
    EXPECT_EQ(crc32c({}), 0u);
}

TEST(Crc32c, is_the_same_by_instruction_and_by_table_at_every_length_and_alignment) {
    SeededRandom random(1);
    Bytes bytes(100);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());

    for (size_t start = 0; start < 8; ++start) {
        for (size_t length = 0; start + length <= bytes.size(); ++length) {
            BytesView part = BytesView(bytes).subspan(start, length);
            ASSERT_EQ(crc32c(part), crc32c_by_table(part)) << start << " " << length;
        }
    }
}

TEST(Crc32c, is_the_same_by_instruction_and_by_table_where_long_stretches_begin_and_end) {
    SeededRandom random(2);
    Bytes bytes(20'000);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());

    for (size_t stretch : {3 * 128, 3 * 2048}) {
        for (size_t length : {stretch, 2 * stretch, 2 * stretch + 3 * 128, 3 * stretch}) {
            for (size_t around : {length - 9, length - 1, length, length + 1, length + 9}) {
                BytesView part = BytesView(bytes).first(around);
                ASSERT_EQ(crc32c(part, 7), crc32c_by_table(part, 7)) << around;
            }
        }
    }
}

TEST(Crc32c, can_be_taken_piece_by_piece) {
    uint32_t first = crc32c(as_bytes("1234"));
    EXPECT_EQ(crc32c(as_bytes("56789"), first), crc32c(as_bytes("123456789")));
}

}  // namespace
}  // namespace tarn
