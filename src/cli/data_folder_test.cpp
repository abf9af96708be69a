#include "cli/data_folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "base/error.hpp"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

class DataFolderTest : public testing::Test {
protected:
    ~DataFolderTest() override { fs::remove_all(path_); }

    fs::path path_ = fs::temp_directory_path() /
                     fmt::format("tarn-folder-{}-{}", getpid(),
                                 testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(DataFolderTest, belongs_to_one_process_at_a_time) {
    DataFolder owner = DataFolder::take(path_);

    try {
        DataFolder::take(path_);
        FAIL() << "taken twice";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Conflict);
        EXPECT_NE(error.full_text().find("tarn down"), std::string::npos);
    }
}

TEST_F(DataFolderTest, tells_where_its_owner_is_reached_while_there_is_one) {
    EXPECT_FALSE(running_in(path_));
    {
        DataFolder owner = DataFolder::take(path_);
        EXPECT_FALSE(running_in(path_)) << "no note yet";
        owner.leave_note({{"rest", "http://127.0.0.1:8080"}});

        auto running = running_in(path_);
        ASSERT_TRUE(running);
        EXPECT_EQ(running->pid, getpid());
        EXPECT_EQ(running->faces["rest"], "http://127.0.0.1:8080");
    }
    EXPECT_FALSE(running_in(path_));
    DataFolder::take(path_);
}

TEST_F(DataFolderTest, ignores_the_note_of_a_process_that_was_killed) {
    fs::create_directories(path_);
    write_whole(path_ / "tarn.lock", "");
    write_whole(path_ / "run.json", R"({"pid":1,"rest":"http://127.0.0.1:1"})");

    EXPECT_FALSE(running_in(path_)) << "nobody holds the lock";
}

TEST_F(DataFolderTest, says_which_folder_cannot_be_made) {
    fs::create_directories(path_);
    std::ofstream(path_ / "file") << "in the way";

    try {
        DataFolder::take(path_ / "file" / "data");
        FAIL() << "a folder inside a file";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Forbidden);
        EXPECT_NE(error.full_text().find("--data DIR"), std::string::npos);
    }
}

}  // namespace
}  // namespace tarn::cli
