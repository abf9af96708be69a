// The contract of FileSystem, held against every kind of storage.
#include "storage/file_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.hpp"
#include "storage/local_disk.hpp"
#include "storage/memory_disk.hpp"
#include "storage/testing/failure.hpp"
#include "storage/testing/s3_gateway.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::storage {
namespace {

using storage::testing::code_of;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Environments run only when they are registered before the tests start.
[[maybe_unused]] S3Library& registered_library = storage::testing::s3_library();

enum class Kind { Disk, Memory, S3 };

class FileSystemContract : public ::testing::TestWithParam<Kind> {
protected:
    void SetUp() override {
        if (GetParam() == Kind::Disk) {
            files_ = LocalDisk::open(folder_.uri());
        } else if (GetParam() == Kind::Memory) {
            files_ = std::make_unique<MemoryDisk>(Uri::parse("s3://lake/warehouse"), clock_);
        } else if (!testing::S3Gateway::is_installed()) {
            GTEST_SKIP() << "no S3 server at " << testing::S3Gateway::program();
        } else {
            gateway_ = std::make_unique<testing::S3Gateway>();
            files_ = S3FileSystem::open(testing::s3_library(), Uri::parse("s3a://lake/warehouse"),
                                        gateway_->settings());
        }
    }

    std::string text_at(std::string_view path) { return std::string(as_text(files_->read(path))); }
    std::string text_at(std::string_view path, Range range) {
        return std::string(as_text(files_->read(path, range)));
    }
    void write(std::string_view path, std::string_view text) {
        files_->write(path, as_bytes(text));
    }
    std::vector<std::string> names(std::string_view folder, Depth depth) {
        std::vector<std::string> names;
        for (const Entry& entry : files_->list(folder, depth)) {
            names.push_back(entry.path + (entry.is_folder ? "/" : ""));
        }
        return names;
    }

    storage::testing::TempFolder folder_;
    SystemClock clock_;
    std::unique_ptr<storage::testing::S3Gateway> gateway_;
    std::unique_ptr<FileSystem> files_;
};

void PrintTo(Kind kind, std::ostream* out) {
    *out << (kind == Kind::Disk ? "Disk" : kind == Kind::Memory ? "Memory" : "S3");
}

INSTANTIATE_TEST_SUITE_P(Storage, FileSystemContract,
                         ::testing::Values(Kind::Disk, Kind::Memory, Kind::S3),
                         ::testing::PrintToStringParamName());

TEST_P(FileSystemContract, reads_back_what_was_written_last) {
    std::string binary("\0\xff\r\n", 4);

    write("a/b/c", binary);
    EXPECT_EQ(text_at("a/b/c"), binary);

    write("a/b/c", "");
    EXPECT_EQ(text_at("a/b/c"), "");

    files_->write("a/b/c", as_bytes("not synced"), {.durability = Durability::Buffered});
    EXPECT_EQ(text_at("a/b/c"), "not synced");
}

TEST_P(FileSystemContract, reads_the_part_of_a_range_that_is_there) {
    write("digits", "0123456789");

    EXPECT_EQ(text_at("digits", {.offset = 2, .length = 3}), "234");
    EXPECT_EQ(text_at("digits", {.offset = 8, .length = 100}), "89");
    EXPECT_EQ(text_at("digits", {.offset = 8, .length = INT64_MAX}), "89");
    EXPECT_EQ(text_at("digits", {.offset = 10, .length = 1}), "");
    EXPECT_EQ(text_at("digits", {.offset = 1000, .length = 1}), "");
    EXPECT_EQ(text_at("digits", {.offset = 3, .length = 0}), "");
    EXPECT_EQ(code_of([&] { text_at("digits", {.offset = -1, .length = 2}); }),
              ErrorCode::InvalidInput);
}

TEST_P(FileSystemContract, gives_readers_any_part_in_any_order) {
    write("digits", "0123456789");

    auto reader = files_->open_reader("digits");

    EXPECT_EQ(reader->size(), 10);
    EXPECT_EQ(as_text(reader->read_at(7, 100)), "789");
    EXPECT_EQ(as_text(reader->read_at(0, 4)), "0123");
    EXPECT_EQ(as_text(reader->read_at(10, 1)), "");
    EXPECT_EQ(as_text(reader->read_at(99, 1)), "");
}

TEST_P(FileSystemContract, says_that_something_is_missing) {
    write("folder/file", "x");

    for (std::string path : {"nothing", "no/thing", "folder", "folder/file/below"}) {
        EXPECT_EQ(code_of([&] { files_->read(path); }), ErrorCode::NotFound) << path;
        EXPECT_EQ(code_of([&] { files_->open_reader(path); }), ErrorCode::NotFound) << path;
        EXPECT_EQ(files_->stat(path), std::nullopt) << path;
        EXPECT_FALSE(files_->exists(path)) << path;
    }
    files_->remove("nothing");
    files_->remove_folder("no/thing");
}

TEST_P(FileSystemContract, tells_size_and_time) {
    write("a/file", "12345");

    auto entry = files_->stat("a/file");

    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->path, "a/file");
    EXPECT_EQ(entry->size, 5);
    EXPECT_GT(entry->modified_at, WallTime(std::chrono::sys_days(std::chrono::year(2020) / 1 / 1)));
    auto listed = files_->list("a", Depth::OneFolder);
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].size, 5);
    EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(listed[0].modified_at),
              std::chrono::floor<std::chrono::seconds>(entry->modified_at));
}

TEST_P(FileSystemContract, creates_only_what_is_absent) {
    EXPECT_TRUE(files_->create("metadata/v1.json", as_bytes("first")));
    EXPECT_FALSE(files_->create("metadata/v1.json", as_bytes("second")));
    EXPECT_EQ(text_at("metadata/v1.json"), "first");

    files_->remove("metadata/v1.json");
    EXPECT_TRUE(files_->create("metadata/v1.json", as_bytes("")));
    EXPECT_EQ(text_at("metadata/v1.json"), "");
    EXPECT_THAT(names("", Depth::AllBelow), ElementsAre("metadata/v1.json"));
}

TEST_P(FileSystemContract, tells_exactly_one_of_many_creators_that_it_was_the_one) {
    for (int round = 0; round < 5; ++round) {
        std::string path = fmt::format("commits/{}", round);
        std::atomic<int> winner = -1;
        std::atomic<int> winners = 0;
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                if (!files_->create(path, as_bytes(std::to_string(i)))) return;
                winner = i;
                ++winners;
            });
        }
        threads.clear();

        EXPECT_EQ(winners, 1);
        EXPECT_EQ(text_at(path), std::to_string(winner));
    }
}

TEST_P(FileSystemContract, shows_a_written_object_only_when_it_is_closed) {
    write("kept", "old");
    auto writer = files_->open_writer("new/object");
    auto replacing = files_->open_writer("kept");

    writer->write(as_bytes("one "));
    writer->write(as_bytes("two"));
    replacing->write(as_bytes("new"));
    EXPECT_FALSE(files_->exists("new/object"));
    EXPECT_EQ(text_at("kept"), "old");
    EXPECT_THAT(names("", Depth::AllBelow), ElementsAre("kept"));

    writer->close();
    replacing->close();
    EXPECT_EQ(text_at("new/object"), "one two");
    EXPECT_EQ(text_at("kept"), "new");
}

TEST_P(FileSystemContract, leaves_nothing_of_a_writer_that_was_not_closed) {
    std::string megabytes(12 << 20, 'x');  // more than S3 keeps back before its first upload

    files_->open_writer("folder/empty");
    files_->open_writer("folder/large")->write(as_bytes(megabytes));

    EXPECT_THAT(names("", Depth::AllBelow), IsEmpty());
}

TEST_P(FileSystemContract, writes_an_empty_object) {
    files_->open_writer("empty")->close();

    EXPECT_EQ(text_at("empty"), "");
}

TEST_P(FileSystemContract, streams_an_object_larger_than_one_upload) {
    SeededRandom random(7);
    std::string megabyte;
    while (megabyte.size() < 1 << 20) megabyte += fmt::format("{:016x}", random.next());
    auto writer = files_->open_writer("large");
    for (int i = 0; i < 25; ++i) writer->write(as_bytes(megabyte));
    writer->close();

    auto reader = files_->open_reader("large");

    EXPECT_EQ(reader->size(), 25 << 20);
    EXPECT_EQ(as_text(reader->read_at((10 << 20) - 5, 10)),
              megabyte.substr(megabyte.size() - 5) + megabyte.substr(0, 5));
    EXPECT_EQ(as_text(reader->read_at((25 << 20) - 5, 10)), megabyte.substr(megabyte.size() - 5));
}

TEST_P(FileSystemContract, lists_in_the_order_of_bytes) {
    for (auto path : {"t/b.json", "t/a/2", "t/a/1", "t/a.json", "t/a-b/x", "t/Z", "u/1"}) {
        write(path, "x");
    }

    EXPECT_THAT(names("t", Depth::AllBelow),
                ElementsAre("t/Z", "t/a-b/x", "t/a.json", "t/a/1", "t/a/2", "t/b.json"));
    EXPECT_THAT(names("t", Depth::OneFolder),
                ElementsAre("t/Z", "t/a/", "t/a-b/", "t/a.json", "t/b.json"));
    EXPECT_THAT(names("", Depth::OneFolder), ElementsAre("t/", "u/"));
    EXPECT_THAT(names("", Depth::AllBelow), ::testing::SizeIs(7));
    EXPECT_THAT(names("missing", Depth::AllBelow), IsEmpty());
    EXPECT_THAT(names("missing", Depth::OneFolder), IsEmpty());
    EXPECT_THAT(names("t/b.json", Depth::OneFolder), IsEmpty());
}

TEST_P(FileSystemContract, keeps_names_as_they_are) {
    std::vector<std::string> odd = {"a b",       "a+b",   "a=b",  "a%20b",    "a%b", "ü€😀",
                                    "a&b<c>'\"", "a?b#c", "a*~!", "(a);[b],", "@:$"};
    for (const auto& name : odd) {
        EXPECT_TRUE(files_->create("day=" + name + "/f", as_bytes(name))) << name;
        EXPECT_FALSE(files_->create("day=" + name + "/f", as_bytes("again"))) << name;
        EXPECT_EQ(text_at("day=" + name + "/f"), name);
        EXPECT_EQ(as_text(files_->open_reader("day=" + name + "/f")->read_at(0, 99)), name);
        auto writer = files_->open_writer("day=" + name + "/g");
        writer->write(as_bytes("streamed"));
        writer->close();
        EXPECT_EQ(text_at("day=" + name + "/g"), "streamed");
    }

    std::vector<std::string> expected;
    for (const auto& name : odd) {
        expected.push_back("day=" + name + "/f");
        expected.push_back("day=" + name + "/g");
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(names("", Depth::AllBelow), expected);

    files_->remove(expected);
    EXPECT_THAT(names("", Depth::AllBelow), IsEmpty());
}

TEST_P(FileSystemContract, removes_what_it_is_told_and_nothing_else) {
    for (auto path : {"a", "t/1", "t/2", "t/below/3", "t2/4", "u/5"}) write(path, "x");

    files_->remove("a");
    files_->remove(std::vector<std::string>{"u/5", "u/missing"});
    files_->remove_folder("t");

    EXPECT_THAT(names("", Depth::AllBelow), ElementsAre("t2/4"));

    files_->remove_folder("t2/4");  // a file, so no folder of that name
    EXPECT_TRUE(files_->exists("t2/4"));
}

TEST_P(FileSystemContract, shows_readers_all_of_the_old_or_all_of_the_new) {
    write("v", std::string(100'000, 'a'));
    std::jthread replacing([&](std::stop_token stop) {
        for (int i = 1; !stop.stop_requested(); ++i) {
            std::string content(100'000 + i % 2, static_cast<char>('a' + i % 26));
            files_->write("v", as_bytes(content), {.durability = Durability::Buffered});
        }
    });

    for (int i = 0; i < 50; ++i) {
        std::string seen = text_at("v");
        EXPECT_EQ(seen, std::string(seen.size(), seen.at(0)));
        EXPECT_GE(seen.size(), 100'000u);
    }
}

TEST_P(FileSystemContract, refuses_paths_that_lead_out_of_the_root) {
    for (std::string path : {"../x", "a/../../x", "/etc/passwd", "", "a//b", "./a", "a/"}) {
        std::vector<std::function<void()>> calls = {
            [&] { files_->read(path); },        [&] { files_->open_reader(path); },
            [&] { files_->write(path, {}); },   [&] { files_->create(path, {}); },
            [&] { files_->open_writer(path); }, [&] { files_->stat(path); },
            [&] { files_->remove(path); },      [&] { files_->remove_folder(path); },
        };
        if (!path.empty()) calls.push_back([&] { files_->list(path, Depth::AllBelow); });
        for (auto& call : calls) EXPECT_EQ(code_of(call), ErrorCode::InvalidInput) << path;
    }
}

TEST_P(FileSystemContract, turns_paths_into_locations_and_back) {
    std::string location = files_->uri_of("trades/data/1.parquet");

    EXPECT_EQ(location, files_->root().text() + "/trades/data/1.parquet");
    EXPECT_EQ(files_->path_of(location), "trades/data/1.parquet");
    EXPECT_EQ(code_of([&] { files_->path_of("s3://elsewhere/trades"); }), ErrorCode::Forbidden);
}

TEST_P(FileSystemContract, names_the_place_in_its_errors) {
    try {
        files_->read("trades/1");
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("trades/1"));
    }
}

}  // namespace
}  // namespace tarn::storage
