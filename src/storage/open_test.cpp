#include "storage/open.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing/canned_server.hpp"
#include "storage/testing/failure.hpp"
#include "storage/testing/s3_gateway.hpp"

namespace tarn::storage {
namespace {

[[maybe_unused]] S3Library& library = storage::testing::s3_library();

TEST(OpenFileSystem, takes_a_folder_for_a_bare_path_and_a_file_location) {
    storage::testing::TempFolder folder;
    std::string path = folder.path() / "lake";

    open_file_system(path, library, {})->write("a", as_bytes("x"));

    auto files = open_file_system("file://" + path, library, {});
    EXPECT_EQ(as_text(files->read("a")), "x");
    EXPECT_EQ(files->root().text(), "file://" + path);
}

TEST(OpenFileSystem, takes_a_bucket_for_an_s3_location) {
    storage::testing::CannedServer server({storage::testing::answer(200)});

    auto files =
        open_file_system("s3a://lake/warehouse", library,
                         {.endpoint = server.url(), .access_key = "key", .secret_key = "secret"});

    EXPECT_EQ(files->root().text(), "s3://lake/warehouse");
    EXPECT_THAT(server.requests().at(0), ::testing::StartsWith("HEAD /lake HTTP/1.1"));
}

TEST(OpenFileSystem, refuses_what_is_no_location) {
    for (auto location : {"", "gs://lake/x", "s3://", "file://host/x"}) {
        EXPECT_EQ(storage::testing::code_of([&] { open_file_system(location, library, {}); }),
                  ErrorCode::InvalidInput)
            << location;
    }
}

}  // namespace
}  // namespace tarn::storage
