#include "iceberg/format/position_bitmap.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <set>

#include "base/error.hpp"
#include "base/random.hpp"

namespace tarn::iceberg {
namespace {

PositionBitmap bitmap_of(const std::vector<int64_t>& positions) {
    PositionBitmap bitmap;
    for (int64_t position : positions) bitmap.add(position);
    return bitmap;
}

PositionBitmap bitmap_of(int64_t begin, int64_t end, int64_t step = 1) {
    PositionBitmap bitmap;
    for (int64_t position = begin; position < end; position += step) bitmap.add(position);
    return bitmap;
}

std::vector<int64_t> positions_of(const PositionBitmap& bitmap) {
    std::vector<int64_t> positions;
    bitmap.each([&](int64_t position) { positions.push_back(position); });
    return positions;
}

auto crc_of(const Bytes& bytes) {
    return crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
}

TEST(PositionBitmap, holds_what_was_added_once) {
    PositionBitmap bitmap = bitmap_of({5, 1, INT64_MAX, 5, 0, 65'536, int64_t{1} << 40});

    EXPECT_EQ(positions_of(bitmap),
              (std::vector<int64_t>{0, 1, 5, 65'536, int64_t{1} << 40, INT64_MAX}));
    EXPECT_EQ(bitmap.cardinality(), 6);
    EXPECT_TRUE(bitmap.contains(INT64_MAX));
    EXPECT_FALSE(bitmap.contains(2));
    EXPECT_FALSE(bitmap.contains(65'537));
    EXPECT_TRUE(PositionBitmap().is_empty());
}

// The bytes on the right are those that CRoaring makes of the same numbers (pyroaring 1.2.0,
// BitMap64 after run_optimize()).
TEST(PositionBitmap, has_the_bytes_of_other_implementations) {
    EXPECT_EQ(to_hex(PositionBitmap().to_bytes()), "0000000000000000");
    EXPECT_EQ(to_hex(bitmap_of({1, 3, 5}).to_bytes()),
              "0100000000000000000000003a300000010000000000020010000000010003000500");
    EXPECT_EQ(to_hex(bitmap_of(10, 1000).to_bytes()),
              "0100000000000000000000003b300000010000dd0301000a00dd03");
    EXPECT_EQ(to_hex(bitmap_of({7, 70'000, (int64_t{1} << 32) + 2}).to_bytes()),
              "0200000000000000000000003a300000020000000000000001000000180000001a0000000700701101"
              "0000003a3000000100000000000000100000000200");
}

TEST(PositionBitmap, has_the_bytes_of_others_in_every_form_at_once) {
    PositionBitmap bitmap = bitmap_of(0, 10);
    bitmap.add_all(bitmap_of(65'536, 85'536, 2));
    bitmap.add_all(bitmap_of({200'000, 200'002, int64_t{5} << 32}));
    bitmap.add_all(bitmap_of(300'000, 300'900));

    Bytes bytes = bitmap.to_bytes();

    EXPECT_EQ(bytes.size(), 8279U);
    EXPECT_EQ(crc_of(bytes), 3'294'493'376U);
    EXPECT_EQ(positions_of(PositionBitmap::parse(bytes)), positions_of(bitmap));
}

TEST(PositionBitmap, reads_bitmaps_that_are_empty_as_java_writes_them_between_others) {
    PositionBitmap bitmap =
        PositionBitmap::parse(*from_hex("0200000000000000"
                                        "00000000"
                                        "3a30000000000000"
                                        "01000000"
                                        "3a3000000100000000000000100000000200"));

    EXPECT_EQ(positions_of(bitmap), (std::vector<int64_t>{(int64_t{1} << 32) + 2}));
}

TEST(PositionBitmap, can_be_added_to_in_whatever_form_it_was_read) {
    for (const PositionBitmap& bitmap :
         {bitmap_of({1, 3}), bitmap_of(10, 1000), bitmap_of(0, 20'000, 2)}) {
        PositionBitmap read = PositionBitmap::parse(bitmap.to_bytes());
        EXPECT_TRUE(read.contains(positions_of(bitmap).back()));
        EXPECT_FALSE(read.contains(65'000));

        read.add(65'000);
        read.add(positions_of(bitmap).front());

        EXPECT_TRUE(read.contains(65'000));
        EXPECT_EQ(read.cardinality(), bitmap.cardinality() + 1);
        EXPECT_EQ(PositionBitmap::parse(read.to_bytes()), read);
    }
}

TEST(PositionBitmap, is_the_set_that_it_stands_for) {
    SeededRandom random(7);
    for (int round = 0; round < 30; ++round) {
        std::set<int64_t> model;
        PositionBitmap bitmap;
        PositionBitmap other;
        uint64_t span = uint64_t{1} << (8 + random.below(28));
        for (uint64_t runs = random.below(200); runs > 0; --runs) {
            auto begin = static_cast<int64_t>(random.below(span));
            auto length = static_cast<int64_t>(random.below(2) ? 1 : random.below(300));
            auto& side = random.below(2) ? bitmap : other;
            for (int64_t position = begin; position < begin + length; ++position) {
                side.add(position);
                model.insert(position);
            }
        }

        bitmap.add_all(other);

        std::vector<int64_t> wanted(model.begin(), model.end());
        EXPECT_EQ(positions_of(bitmap), wanted) << "round " << round;
        EXPECT_EQ(positions_of(PositionBitmap::parse(bitmap.to_bytes())), wanted);
        EXPECT_EQ(bitmap.cardinality(), std::ssize(model));
    }
}

TEST(PositionBitmap, that_is_cut_short_or_goes_on_is_refused) {
    PositionBitmap bitmap = bitmap_of(0, 10);
    bitmap.add_all(bitmap_of({70'000, int64_t{3} << 32}));
    Bytes bytes = bitmap.to_bytes();
    for (size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_THROW(PositionBitmap::parse(BytesView(bytes).first(size)), Error) << size;
    }
    bytes.push_back(std::byte{0});
    EXPECT_THROW(PositionBitmap::parse(bytes), Error);
}

TEST(PositionBitmap, that_contradicts_itself_is_refused) {
    for (std::string_view text : {
             "0100000000000000000000003a300000010000000000020010000000010005000300",  // order
             "0100000000000000000000003a300000010000000000020010000000010001000300",  // twice
             "010000000000000000000080"
             "3a300000010000000000020010000000010003000500",                          // below zero
             "0100000000000000000000003c300000010000000000020010000000010003000500",  // cookie
             "0100000000000000000000003b300000010000dc0301000a00dd03",                // count
             "0100000000000000000000003b3000000100000a000100ffff0a00",  // past the end
             "0100000000000000000000003a30000001000100ffffffff",        // containers
             "020000000000000001000000"
             "3a30000000000000"
             "01000000"
             "3a30000000000000",  // keys
             "ffffffffffffffff",
         }) {
        EXPECT_THROW(PositionBitmap::parse(*from_hex(text)), Error) << text;
    }
}

}  // namespace
}  // namespace tarn::iceberg
