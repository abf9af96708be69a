#include "kafka/wire/reader.hpp"

#include <gtest/gtest.h>

#include "base/ids.hpp"
#include "kafka/wire/testing/hex.hpp"
#include "kafka/wire/testing/refusal.hpp"

namespace tarn::kafka {
namespace {

// Gives a reader of the bytes to `read`, and says what it was refused with.
template <typename Read>
std::string refusal(std::string_view hex, Read read) {
    Bytes bytes = from_hex(hex);
    return refusal_of([&] {
        Reader in(bytes);
        read(in);
    });
}

TEST(WireReader, reads_numbers_with_the_highest_byte_first) {
    Bytes bytes = from_hex("01 80 0102 ffff ffff 80000000 0102030405060708 3ff8000000000000");
    Reader in(bytes);

    EXPECT_TRUE(in.take_bool());
    EXPECT_EQ(in.take_int8(), -128);
    EXPECT_EQ(in.take_int16(), 0x0102);
    EXPECT_EQ(in.take_int16(), -1);
    EXPECT_EQ(in.take_uint16(), 65535);
    EXPECT_EQ(in.take_int32(), -2147483647 - 1);
    EXPECT_EQ(in.take_int64(), 0x0102030405060708);
    EXPECT_EQ(in.take_float64(), 1.5);
    EXPECT_TRUE(in.is_at_end());
}

TEST(WireReader, reads_numbers_of_variable_length) {
    Bytes bytes = from_hex("00 7f 8001 ac02 ffffffff0f");
    Reader in(bytes);

    EXPECT_EQ(in.take_uvarint(), 0u);
    EXPECT_EQ(in.take_uvarint(), 127u);
    EXPECT_EQ(in.take_uvarint(), 128u);
    EXPECT_EQ(in.take_uvarint(), 300u);
    EXPECT_EQ(in.take_uvarint(), 0xFFFFFFFFu);
    EXPECT_TRUE(in.is_at_end());
}

TEST(WireReader, refuses_a_number_of_more_than_32_bits) {
    auto read = [](Reader& in) { in.take_uvarint(); };

    EXPECT_EQ(refusal("ffffffff1f", read),
              "corrupt: kafka: a number of more than 32 bits before byte 5");
    EXPECT_EQ(refusal("808080808000", read),
              "corrupt: kafka: a number of more than 32 bits before byte 5");
}

TEST(WireReader, reads_text_and_bytes_in_both_forms) {
    Bytes bytes = from_hex("0002 6869  03 6869  ffff  00  00000001 aa  02 aa  ffffffff  00");
    Reader in(bytes);

    EXPECT_EQ(in.take_string(Form::Plain), "hi");
    EXPECT_EQ(in.take_string(Form::Compact), "hi");
    EXPECT_EQ(in.take_nullable_string(Form::Plain), std::nullopt);
    EXPECT_EQ(in.take_nullable_string(Form::Compact), std::nullopt);
    EXPECT_EQ(in.take_bytes(Form::Plain), from_hex("aa"));
    EXPECT_EQ(in.take_bytes(Form::Compact), from_hex("aa"));
    EXPECT_EQ(in.take_nullable_bytes(Form::Plain), std::nullopt);
    EXPECT_EQ(in.take_nullable_bytes(Form::Compact), std::nullopt);
    EXPECT_TRUE(in.is_at_end());
}

TEST(WireReader, reads_a_uuid) {
    Bytes bytes = from_hex("00112233445566778899aabbccddeeff");

    Uuid uuid = Reader(bytes).take_uuid();

    EXPECT_EQ(uuid.text(), "00112233-4455-6677-8899-aabbccddeeff");
}

TEST(WireReader, borrows_records_and_tells_null_from_empty) {
    Bytes bytes = from_hex("00000002 cafe  00000000  ffffffff  00");
    Reader in(bytes);

    Records records = in.take_records(Form::Plain);
    Records empty = in.take_records(Form::Plain);

    EXPECT_EQ(records.bytes().data(), bytes.data() + 4);
    EXPECT_EQ(records.size(), 2);
    EXPECT_FALSE(empty.is_null());
    EXPECT_EQ(empty.size(), 0);
    EXPECT_TRUE(in.take_records(Form::Plain).is_null());
    EXPECT_TRUE(in.take_records(Form::Compact).is_null());
}

TEST(WireReader, says_where_bytes_are_missing) {
    EXPECT_EQ(refusal("0000 00", [](Reader& in) { in.take_int16(), in.take_int32(); }),
              "corrupt: kafka: 4 bytes or elements wanted at byte 2, 1 are left");
    EXPECT_EQ(refusal("0005 68", [](Reader& in) { in.take_string(Form::Plain); }),
              "corrupt: kafka: 5 bytes or elements wanted at byte 2, 1 are left");
}

TEST(WireReader, refuses_lengths_that_cannot_be) {
    auto text = [](Reader& in) { in.take_nullable_string(Form::Plain); };
    auto bytes = [](Reader& in) { in.take_nullable_bytes(Form::Plain); };

    EXPECT_EQ(refusal("fffe", text), "corrupt: kafka: the length -2 before byte 2");
    EXPECT_EQ(refusal("80000000", bytes), "corrupt: kafka: the length -2147483648 before byte 4");
}

TEST(WireReader, refuses_null_where_a_value_must_be) {
    std::string refused = "corrupt: kafka: null before byte 1, where a value must be";
    std::vector<int32_t> list;

    EXPECT_EQ(refusal("00", [](Reader& in) { in.take_string(Form::Compact); }), refused);
    EXPECT_EQ(refusal("00", [](Reader& in) { in.take_bytes(Form::Compact); }), refused);
    EXPECT_EQ(refusal("00", [&](Reader& in) { in.begin_array(Form::Compact, list); }), refused);
}

TEST(WireReader, refuses_a_text_longer_than_kafka_allows) {
    std::string hex = "818002";  // 32768 and one more
    for (int i = 0; i < 32768; ++i) hex += "61";

    EXPECT_EQ(refusal(hex, [](Reader& in) { in.take_string(Form::Compact); }),
              "corrupt: kafka: a text of 32768 bytes before byte 3, 32767 is the most");
}

TEST(WireReader, refuses_a_count_that_the_bytes_cannot_hold) {
    std::vector<int32_t> list;

    EXPECT_EQ(refusal("7fffffff 0000", [&](Reader& in) { in.begin_array(Form::Plain, list); }),
              "corrupt: kafka: 2147483647 bytes or elements wanted at byte 4, 2 are left");
    EXPECT_EQ(refusal("ffffffff0f", [&](Reader& in) { in.begin_array(Form::Compact, list); }),
              "corrupt: kafka: 4294967294 bytes or elements wanted at byte 5, 0 are left");
    EXPECT_EQ(list.capacity(), 0u);
}

TEST(WireReader, takes_no_more_memory_for_a_count_than_the_bytes_are_long) {
    struct Large {
        char bytes[1000];
    };
    Bytes bytes = from_hex("00002710");
    bytes.resize(4 + 10'000);
    std::vector<Large> list;

    EXPECT_EQ(Reader(bytes).begin_array(Form::Plain, list), 10'000);

    EXPECT_LE(list.capacity(), 11u);
}

TEST(WireReader, tells_a_null_array_from_an_empty_one) {
    Bytes bytes = from_hex("ffffffff 00000000 00 01");
    Reader in(bytes);
    std::optional<std::vector<int32_t>> list(std::in_place);

    EXPECT_EQ(in.begin_array(Form::Plain, list), 0);
    EXPECT_FALSE(list.has_value());
    EXPECT_EQ(in.begin_array(Form::Plain, list), 0);
    EXPECT_TRUE(list.has_value());
    EXPECT_EQ(in.begin_array(Form::Compact, list), 0);
    EXPECT_FALSE(list.has_value());
    EXPECT_EQ(in.begin_array(Form::Compact, list), 0);
    EXPECT_TRUE(list.has_value());
}

TEST(WireReader, reads_whether_a_struct_is_there) {
    auto read = [](Reader& in) { in.take_presence(); };
    Bytes bytes = from_hex("01 ff");
    Reader in(bytes);

    EXPECT_TRUE(in.take_presence());
    EXPECT_FALSE(in.take_presence());
    EXPECT_EQ(refusal("02", read),
              "corrupt: kafka: a struct is neither there nor null before byte 1");
}

TEST(WireReader, gives_each_tagged_field_its_own_bytes_and_no_more) {
    Bytes bytes = from_hex("02  00 02 1234  8101 01 ff  7777");
    Reader in(bytes);

    EXPECT_EQ(in.take_tag_count(Form::Compact), 2u);
    Tag first = in.take_tag();
    Tag second = in.take_tag();

    EXPECT_EQ(first.number, 0u);
    EXPECT_EQ(first.value.take_int16(), 0x1234);
    EXPECT_EQ(second.number, 129u);
    EXPECT_EQ(refusal_of([&] { second.value.take_int16(); }),
              "corrupt: kafka: 2 bytes or elements wanted at byte 8, 1 are left");
    EXPECT_EQ(in.take_int16(), 0x7777);
}

TEST(WireReader, skips_tagged_fields_in_the_compact_form_alone) {
    Bytes bytes = from_hex("01 05 03 aabbcc 2a");
    Reader in(bytes);

    in.skip_tags(Form::Plain);
    EXPECT_EQ(in.position(), 0u);
    in.skip_tags(Form::Compact);
    EXPECT_EQ(in.take_int8(), 42);
}

TEST(WireReader, refuses_more_tagged_fields_than_there_are_bytes) {
    EXPECT_EQ(refusal("ffffffff0f 00 00", [](Reader& in) { in.skip_tags(Form::Compact); }),
              "corrupt: kafka: 1 bytes or elements wanted at byte 7, 0 are left");
}

TEST(WireReader, says_how_much_is_left_where_nothing_should_be) {
    EXPECT_EQ(refusal("00 0000", [](Reader& in) { in.take_int8(), in.check_at_end(); }),
              "corrupt: kafka: 2 bytes too many at byte 1");
}

}  // namespace
}  // namespace tarn::kafka
