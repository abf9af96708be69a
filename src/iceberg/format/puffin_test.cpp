#include "iceberg/format/puffin.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "iceberg/format/deletion_vector.hpp"

namespace tarn::iceberg {
namespace {

Bytes bytes_of(std::string_view text) {
    return copy_of(as_bytes(text));
}

// A file whose footer is this text.
Bytes file_with_footer(std::string_view footer, std::string_view blobs = "") {
    std::string file = "PFA1";
    file += blobs;
    file += "PFA1";
    file += footer;
    auto size = static_cast<uint32_t>(footer.size());
    file.append(reinterpret_cast<const char*>(&size), sizeof(size));
    file.append(4, '\0');
    file += "PFA1";
    return bytes_of(file);
}

TEST(Puffin, gives_back_its_blobs) {
    PuffinWriter writer;
    PuffinBlob first = writer.add({.type = "a",
                                   .fields = {1, 2},
                                   .snapshot_id = 5,
                                   .sequence_number = 6,
                                   .properties = {{"ndv", "7"}}},
                                  bytes_of("first"));
    PuffinBlob second = writer.add({.type = "b", .compression = "zstd"}, bytes_of("second blob"));

    Bytes file = writer.finish({{"created-by", "a test"}});

    PuffinFooter footer = read_puffin_footer(file);
    EXPECT_EQ(footer.blobs, (std::vector{first, second}));
    EXPECT_EQ(footer.properties.at("created-by"), "a test");
    EXPECT_EQ(as_text(BytesView(file).subspan(static_cast<size_t>(second.offset),
                                              static_cast<size_t>(second.length))),
              "second blob");
}

TEST(Puffin, without_blobs_is_a_file_too) {
    EXPECT_EQ(read_puffin_footer(PuffinWriter().finish({})), PuffinFooter());
}

TEST(Puffin, has_the_bytes_of_the_specification) {
    PuffinWriter writer;
    writer.add({.type = "a"}, bytes_of("x"));

    Bytes file = writer.finish({});

    std::string_view footer =
        R"({"blobs":[{"type":"a","fields":[],"snapshot-id":-1,"sequence-number":-1,)"
        R"("offset":4,"length":1}],"properties":{}})";
    EXPECT_EQ(as_text(file), as_text(file_with_footer(footer, "x")));
}

TEST(Puffin, is_read_from_its_end) {
    PuffinWriter writer;
    writer.add({.type = "a"}, Bytes(1000));
    Bytes file = writer.finish({});
    auto size = std::ssize(file);

    int64_t footer_bytes = puffin_footer_bytes(BytesView(file).last(PuffinTailBytes), size);
    auto footer = BytesView(file).last(static_cast<size_t>(footer_bytes));

    EXPECT_LT(footer_bytes, 200);
    EXPECT_EQ(read_puffin_footer(footer, size), read_puffin_footer(file));
}

TEST(Puffin, with_a_blob_outside_of_it_is_refused) {
    auto file_with_blob = [](std::string_view place) {
        return file_with_footer(
            R"({"blobs":[{"type":"a","fields":[],"snapshot-id":-1,"sequence-number":-1,)" +
                std::string(place) + "}]}",
            "blob");
    };

    EXPECT_EQ(read_puffin_footer(file_with_blob(R"("offset":4,"length":4)")).blobs.size(), 1U);
    for (std::string_view place :
         {R"("offset":4,"length":5)", R"("offset":9,"length":0)", R"("offset":3,"length":1)",
          R"("offset":4,"length":-1)", R"("offset":-1,"length":1)",
          R"("offset":9223372036854775807,"length":9223372036854775807)", R"("offset":4)"}) {
        EXPECT_THROW(read_puffin_footer(file_with_blob(place)), Error) << place;
    }
}

TEST(Puffin, that_is_cut_short_is_refused) {
    PuffinWriter writer;
    writer.add({.type = "a"}, bytes_of("blob"));
    Bytes file = writer.finish({});
    for (size_t size = 0; size < file.size(); ++size) {
        EXPECT_THROW(read_puffin_footer(BytesView(file).first(size)), Error) << size;
    }
}

TEST(Puffin, with_a_footer_that_lies_is_refused) {
    Bytes file = file_with_footer("{}");
    size_t size_at = file.size() - PuffinTailBytes;
    for (uint8_t size : {1, 3, 200}) {
        file[size_at] = static_cast<std::byte>(size);
        EXPECT_THROW(read_puffin_footer(file), Error) << int(size);
    }
    file[size_at] = std::byte{2};
    EXPECT_NO_THROW(read_puffin_footer(file));
    file[size_at + 4] = std::byte{1};  // compressed
    EXPECT_THROW(read_puffin_footer(file), Error);
    EXPECT_THROW(read_puffin_footer(file_with_footer("{\"blobs\":")), Error);
}

PositionBitmap bitmap_of(const std::vector<int64_t>& positions) {
    PositionBitmap bitmap;
    for (int64_t position : positions) bitmap.add(position);
    return bitmap;
}

// Made with pyroaring and zlib after the text of the specification.
constexpr std::string_view VectorOfTwo =
    "00000024d1d339640100000000000000000000003a30000001000000000001001000000000000200c993c18d";

TEST(DeletionVector, has_the_bytes_of_the_specification) {
    EXPECT_EQ(to_hex(deletion_vector_bytes(bitmap_of({0, 2}))), VectorOfTwo);
}

TEST(DeletionVector, comes_back_from_its_bytes) {
    for (const auto& positions :
         {std::vector<int64_t>{}, {0}, {1, 70'000, int64_t{1} << 33}, {0, 1, 2, 3, 4, 5, 6, 7}}) {
        PositionBitmap bitmap = bitmap_of(positions);
        EXPECT_EQ(parse_deletion_vector(deletion_vector_bytes(bitmap)), bitmap);
    }
}

TEST(DeletionVector, with_any_byte_changed_or_missing_is_refused) {
    Bytes bytes = deletion_vector_bytes(bitmap_of({0, 2}));
    for (size_t i = 0; i < bytes.size(); ++i) {
        Bytes changed = bytes;
        changed[i] ^= std::byte{0x10};
        EXPECT_THROW(parse_deletion_vector(changed), Error) << i;
        EXPECT_THROW(parse_deletion_vector(BytesView(bytes).first(i)), Error) << i;
    }
}

TEST(DeletionVector, says_in_its_puffin_file_what_it_is_of) {
    PuffinWriter writer;
    add_deletion_vector(writer, "file:///t/a.parquet", bitmap_of({1}));
    PuffinBlob blob = add_deletion_vector(writer, "file:///t/b.parquet", bitmap_of({0, 2}));

    Bytes file = writer.finish({});

    EXPECT_EQ(read_puffin_footer(file).blobs[1], blob);
    EXPECT_EQ(blob.type, "deletion-vector-v1");
    EXPECT_EQ(blob.fields, std::vector<int32_t>{2'147'483'645});
    EXPECT_EQ(blob.properties.at("referenced-data-file"), "file:///t/b.parquet");
    EXPECT_EQ(blob.properties.at("cardinality"), "2");
    auto payload =
        BytesView(file).subspan(static_cast<size_t>(blob.offset), static_cast<size_t>(blob.length));
    EXPECT_EQ(to_hex(payload), VectorOfTwo);
}

}  // namespace
}  // namespace tarn::iceberg
