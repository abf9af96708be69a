#include "storage/local_disk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/error.hpp"
#include "storage/testing/failure.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::storage {
namespace {

using storage::testing::Failure;
using storage::testing::failure_of;

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// No file of this process may grow past a size, which is a full disk to whoever writes one.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        old_action_ = ::signal(SIGXFSZ, SIG_IGN);
        rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, old_action_);
    }

private:
    rlimit before_{};
    void (*old_action_)(int);
};

// A user with no rights of its own, also when the tests run as root.
class PlainUser {
public:
    PlainUser() : before_(::geteuid()) {
        if (before_ == 0 && ::seteuid(65534) != 0) throw std::runtime_error("cannot drop root");
    }
    ~PlainUser() {
        if (before_ == 0 && ::seteuid(0) != 0) std::abort();
    }

private:
    uid_t before_;
};

class LocalDiskTest : public ::testing::Test {
protected:
    storage::testing::TempFolder folder_;
    std::unique_ptr<LocalDisk> disk_ = LocalDisk::open(folder_.uri());
};

TEST_F(LocalDiskTest, undoes_an_append_that_the_full_disk_cut_short) {
    auto file = disk_->create_file("0.log");
    std::string batch(60'000, 'x');
    {
        FileSizeLimit limit(100'000);
        file->append(as_bytes(batch));

        Failure failure = failure_of([&] { file->append(as_bytes(batch)); });

        EXPECT_EQ(failure.code, ErrorCode::StorageFull);
        EXPECT_EQ(failure.text, fmt::format("cannot write {}/0.log: File too large; raise the "
                                            "limit on file size (ulimit -f)",
                                            folder_.path().native()));
        EXPECT_EQ(file->size(), 60'000);
        EXPECT_EQ(std::filesystem::file_size(folder_.path() / "0.log"), 60'000u);
    }

    file->append(as_bytes(batch));
    file->sync();
    EXPECT_EQ(file->size(), 120'000);
}

TEST_F(LocalDiskTest, leaves_nothing_of_an_object_that_did_not_fit) {
    disk_->write("kept", as_bytes("old"));
    FileSizeLimit limit(1000);
    std::string content(5000, 'x');

    for (auto& work :
         std::vector<std::function<void()>>{[&] { disk_->write("kept", as_bytes(content)); },
                                            [&] { disk_->create("new", as_bytes(content)); }}) {
        EXPECT_EQ(failure_of(work).code, ErrorCode::StorageFull);
    }
    auto writer = disk_->open_writer("new");
    writer->write(as_bytes("fits"));
    EXPECT_EQ(failure_of([&] { writer->write(as_bytes(content)); }).code, ErrorCode::StorageFull);
    EXPECT_EQ(failure_of([&] { writer->close(); }).text,
              "an object is not stored: a write of it failed before");
    writer.reset();

    EXPECT_EQ(as_text(disk_->read("kept")), "old");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()),
                            std::filesystem::directory_iterator()),
              1);
}

TEST(LocalDisk, reports_a_device_without_space) {
    auto file = LocalDisk::open(Uri::parse("/dev"))->open_file("full");

    Failure failure = failure_of([&] { file->append(as_bytes("x")); });

    EXPECT_EQ(failure.code, ErrorCode::StorageFull);
    EXPECT_EQ(failure.text,
              "cannot write /dev/full: No space left on device; free space on this disk");
}

TEST(LocalDisk, changes_nothing_more_after_a_failed_sync) {
    // This device accepts no sync at all.
    auto file = LocalDisk::open(Uri::parse("/dev"))->open_file("full");
    EXPECT_THROW(file->sync(), Error);

    for (auto& work : std::vector<std::function<void()>>{[&] { file->sync(); },
                                                         [&] { file->append(as_bytes("x")); },
                                                         [&] { file->truncate(0); }}) {
        Failure failure = failure_of(work);
        EXPECT_EQ(failure.code, ErrorCode::Corrupt);
        EXPECT_THAT(failure.text, HasSubstr("an earlier write or sync of it failed"));
    }
}

TEST_F(LocalDiskTest, says_that_a_folder_is_not_writable) {
    disk_->write("old", as_bytes("readable"));
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0555));
    {
        PlainUser user;
        for (auto& work : std::vector<std::function<void()>>{
                 [&] { disk_->write("new", {}); }, [&] { disk_->create("new", {}); },
                 [&] { disk_->create_file("new"); }, [&] { disk_->write("deep/new", {}); },
                 [&] { disk_->remove("old"); }, [&] { disk_->rename("old", "new"); }}) {
            Failure failure = failure_of(work);
            EXPECT_EQ(failure.code, ErrorCode::Forbidden);
            EXPECT_THAT(failure.text, HasSubstr("Permission denied; give the user that runs tarn"));
        }
        EXPECT_EQ(as_text(disk_->read("old")), "readable");
    }
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
}

TEST_F(LocalDiskTest, makes_its_root_or_says_why_not) {
    disk_->write("file", as_bytes("x"));

    LocalDisk::open(folder_.uri().join("a/b/c"))->write("x", as_bytes("x"));
    EXPECT_TRUE(disk_->exists("a/b/c/x"));

    for (auto root : {"file", "file/below"}) {
        Failure failure = failure_of([&] { LocalDisk::open(folder_.uri().join(root)); });
        EXPECT_EQ(failure.code, ErrorCode::Conflict);
        EXPECT_THAT(failure.text, HasSubstr("Not a directory; a file stands where"));
    }
}

TEST_F(LocalDiskTest, hides_unfinished_files_and_removes_them_when_they_are_old) {
    auto leave_behind = [&](const std::string& path) {
        std::filesystem::create_directories((folder_.path() / path).parent_path());
        std::ofstream(folder_.path() / path) << "half";
    };
    leave_behind(".tarn-unfinished-0123456789abcdef");
    leave_behind("a/b/.tarn-unfinished-0123456789abcdef");
    disk_->write("a/b/done", as_bytes("x"));
    WallTime now = SystemClock().now();

    EXPECT_THAT(disk_->list("", Depth::AllBelow), SizeIs(1));
    EXPECT_EQ(disk_->remove_unfinished(now - std::chrono::hours(1)), 0);
    EXPECT_EQ(disk_->remove_unfinished(now + std::chrono::hours(1)), 2);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / ".tarn-unfinished-0123456789abcdef"));
    EXPECT_TRUE(disk_->exists("a/b/done"));
}

TEST_F(LocalDiskTest, follows_links_that_an_operator_made) {
    storage::testing::TempFolder other_disk;
    std::filesystem::create_directory_symlink(other_disk.path(), folder_.path() / "topic");
    std::filesystem::create_symlink("nowhere", folder_.path() / "broken");

    disk_->write("topic/0.log", as_bytes("x"));

    EXPECT_TRUE(std::filesystem::exists(other_disk.path() / "0.log"));
    EXPECT_THAT(disk_->list("", Depth::AllBelow), SizeIs(1));
}

TEST_F(LocalDiskTest, refuses_names_that_are_too_long) {
    Failure failure = failure_of([&] { disk_->write(std::string(300, 'x'), {}); });

    EXPECT_EQ(failure.code, ErrorCode::InvalidInput);
    EXPECT_THAT(failure.text, HasSubstr("File name too long"));
}

}  // namespace
}  // namespace tarn::storage
