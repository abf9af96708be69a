#include <gmock/gmock.h>

#include "connectors/files/file_sink.hpp"
#include "connectors/formats/test_tables.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Lines = std::vector<std::string>;

class FileOverwrites : public testing::Test {
protected:
    FileOverwrites() {
        disk->write("out/old.json", as_bytes("{\"a\":0}\n"));
        disk->write("out/deeper/old.json", as_bytes("{\"a\":0}\n"));
        disk->write("out/_SUCCESS", {});
    }

    std::unique_ptr<FileSink> sink() {
        auto table = test_table("t (a INT) WITH ('format' = 'json', 'path' = '/data/out')");
        sql::stream::Sink of_table = sink_of(table);
        of_table.is_overwrite = true;
        return std::make_unique<FileSink>(of_table, access, "job", random);
    }

    static void write(FileSink& sink, const std::string& value) {
        sink.write(
            batch_of({{"a", sql::simple_type(sql::TypeKind::Int), sql::Physical{}}}, {value}));
    }
    static engine::OperatorState prepare(FileSink& sink, int64_t number, bool is_last = false) {
        return sink.set_aside(
            {.number = number, .watermark = is_last ? engine::EndOfTime : engine::NoTimeYet})();
    }

    // The texts of the files that readers see, sorted.
    Lines texts() const {
        Lines found;
        for (const auto& entry : disk->list("out", storage::Depth::AllBelow)) {
            bool is_seen = entry.path.find("/.") == std::string::npos &&
                           entry.path.find("/_") == std::string::npos && !entry.is_folder;
            if (is_seen) found.emplace_back(as_text(disk->read(entry.path)));
        }
        std::ranges::sort(found);
        return found;
    }

    ManualClock clock{WallTime(std::chrono::seconds(1'780'000'000))};
    SeededRandom random{7};
    std::shared_ptr<storage::MemoryDisk> disk =
        std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
    FileAccess access{.open = [this](const storage::Uri&) { return disk; }, .base_folder = "/data"};
};

TEST_F(FileOverwrites, take_the_place_of_all_files_when_their_job_ends) {
    auto running = sink();
    write(*running, "1");
    running->commit(1, prepare(*running, 1));
    write(*running, "2");
    auto last = prepare(*running, 2, true);
    EXPECT_THAT(texts(), ElementsAre("{\"a\":0}\n", "{\"a\":0}\n"));

    running->commit(2, last);
    running->commit(3, prepare(*running, 3, true));

    EXPECT_THAT(texts(), ElementsAre("{\"a\":1}\n", "{\"a\":2}\n"));
    EXPECT_TRUE(disk->exists("out/_SUCCESS"));
}

TEST_F(FileOverwrites, leave_nothing_without_rows) {
    auto running = sink();
    running->commit(1, prepare(*running, 1, true));

    EXPECT_THAT(texts(), IsEmpty());
}

TEST_F(FileOverwrites, go_on_with_the_files_of_all_epochs_when_they_died) {
    auto first = sink();
    write(*first, "1");
    first->commit(1, prepare(*first, 1));
    write(*first, "2");
    auto prepared = prepare(*first, 2);
    write(*first, "9");
    first.reset();
    disk->lose_power();

    auto second = sink();
    second->commit(2, prepared);
    write(*second, "3");
    auto last = prepare(*second, 3, true);
    second.reset();
    disk->lose_power();
    for (int life = 0; life < 2; ++life) {
        auto next = sink();
        next->commit(3, last);
        next->commit(4, prepare(*next, 4, true));
    }

    EXPECT_THAT(texts(), ElementsAre("{\"a\":1}\n", "{\"a\":2}\n", "{\"a\":3}\n"));
}

}  // namespace
}  // namespace tarn::connectors
