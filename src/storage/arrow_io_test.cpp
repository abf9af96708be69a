#include "storage/arrow_io.hpp"

#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include "storage/arrow_error.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::storage {
namespace {

class ArrowIo : public ::testing::Test {
protected:
    SystemClock clock_;
    MemoryDisk disk_{Uri::parse("/data"), clock_};
};

std::shared_ptr<arrow::Table> numbers(int64_t count) {
    arrow::Int64Builder builder;
    for (int64_t i = 0; i < count; ++i) EXPECT_TRUE(builder.Append(i).ok());
    return arrow::Table::Make(arrow::schema({arrow::field("n", arrow::int64())}),
                              {builder.Finish().ValueOrDie()});
}

arrow::Status write_parquet(FileSystem& files, const arrow::Table& table) {
    auto stream = arrow_output(files.open_writer("n.parquet"));
    ARROW_RETURN_NOT_OK(
        parquet::arrow::WriteTable(table, arrow::default_memory_pool(), stream, 1000));
    return stream->Close();
}

TEST_F(ArrowIo, carries_a_parquet_file_there_and_back) {
    auto table = numbers(5000);

    ASSERT_TRUE(write_parquet(disk_, *table).ok());

    auto reader = parquet::arrow::OpenFile(arrow_input(disk_.open_reader("n.parquet")),
                                           arrow::default_memory_pool())
                      .ValueOrDie();
    EXPECT_EQ(reader->num_row_groups(), 5);
    auto back = reader->ReadTable().ValueOrDie();
    EXPECT_TRUE(back->Equals(*table));
}

TEST_F(ArrowIo, brings_our_own_error_through_arrow_unharmed) {
    disk_.limit_size(1000);

    arrow::Status status = write_parquet(disk_, *numbers(5000));

    ASSERT_FALSE(status.ok());
    Error error = error_of(status, "cannot write");
    EXPECT_EQ(error.code(), ErrorCode::StorageFull);
    EXPECT_THAT(error.what(), ::testing::StartsWith("cannot write n.parquet: "));
    EXPECT_FALSE(disk_.exists("n.parquet"));
}

TEST_F(ArrowIo, gives_what_arrow_itself_meets_the_code_that_fits) {
    EXPECT_EQ(
        error_of(arrow::Status::IOError("AWS Error ACCESS_DENIED during PutObject"), "x").code(),
        ErrorCode::Forbidden);
    EXPECT_EQ(error_of(arrow::Status::IOError("AWS Error NETWORK_CONNECTION"), "x").code(),
              ErrorCode::Unavailable);
    EXPECT_EQ(error_of(arrow::Status::Invalid("bad path"), "cannot list a").what(),
              std::string("cannot list a: bad path"));
}

TEST_F(ArrowIo, leaves_nothing_of_a_stream_that_was_not_closed) {
    {
        auto dropped = arrow_output(disk_.open_writer("dropped"));
        ASSERT_TRUE(dropped->Write("x").ok());
        auto aborted = arrow_output(disk_.open_writer("aborted"));
        ASSERT_TRUE(aborted->Write("x").ok());
        ASSERT_TRUE(aborted->Abort().ok());
        EXPECT_FALSE(aborted->Write("x").ok());
    }

    EXPECT_TRUE(disk_.list("", Depth::AllBelow).empty());
}

TEST_F(ArrowIo, reads_along_and_anywhere) {
    disk_.write("digits", as_bytes("0123456789"));
    auto file = arrow_input(disk_.open_reader("digits"));

    EXPECT_EQ(file->GetSize().ValueOrDie(), 10);
    EXPECT_EQ(file->Read(4).ValueOrDie()->ToString(), "0123");
    EXPECT_EQ(file->ReadAt(8, 100).ValueOrDie()->ToString(), "89");
    EXPECT_EQ(file->Read(2).ValueOrDie()->ToString(), "45");
    ASSERT_TRUE(file->Seek(9).ok());
    EXPECT_EQ(file->Read(5).ValueOrDie()->ToString(), "9");
    EXPECT_EQ(file->Tell().ValueOrDie(), 10);
    EXPECT_FALSE(file->ReadAt(-1, 1).ok());
    ASSERT_TRUE(file->Close().ok());
    EXPECT_FALSE(file->Read(1).ok());
}

}  // namespace
}  // namespace tarn::storage
