#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <utility>

#include "base/error.hpp"
#include "engine/epochs/epoch_store.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Epoch epoch(int64_t number) {
    OperatorState state;
    std::vector<std::string_view> keys{"a", "bc"};
    std::vector<int64_t> counts{1, number};
    state.put("groups",
              state_rows({{"key", bytes_column(keys)}, {"count", number_column(counts)}}));
    state.put("groups", state_rows({{"key", bytes_column({})}, {"count", number_column({})}}));
    return {.number = number, .parts = {{"1 GroupAggregate", state}, {"source 0", {}}}};
}

std::string refusal_of(BytesView bytes) {
    try {
        decoded_epoch(bytes);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        return error.what();
    }
    return "";
}

TEST(EpochFile, gives_all_of_it_back) {
    Epoch back = decoded_epoch(encoded(epoch(7)));
    EXPECT_EQ(back.number, 7);
    EXPECT_EQ(back.parts.size(), 2U);
    std::vector<StateRows> rows = back.parts.at("1 GroupAggregate").all("groups");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_THAT(bytes_of(rows[0], 0), ElementsAre("a", "bc"));
    EXPECT_THAT(numbers_of(rows[0], 1), ElementsAre(1, 7));
}

TEST(EpochFile, tells_what_it_has_parts_of) {
    Epoch all = epoch(7);
    all.since = 6;
    all.parts["1 GroupAggregate"].put_changed("groups", state_rows({{"key", bytes_column({})}}));
    EXPECT_THAT(part_names_in(encoded(all)), ElementsAre("1 GroupAggregate", "source 0"));
    EXPECT_EQ(decoded_epoch(encoded(all)).since, 6);
}

TEST(EpochFile, is_refused_when_a_byte_changed_or_is_missing) {
    Bytes bytes = encoded(epoch(1));
    EXPECT_THAT(refusal_of(BytesView(bytes).first(bytes.size() - 1)), HasSubstr("not those"));
    bytes[bytes.size() / 2] ^= std::byte{1};
    EXPECT_THAT(refusal_of(bytes), HasSubstr("not those"));
    EXPECT_THAT(refusal_of(as_bytes("something else")), HasSubstr("no epoch"));
}

// A count for each of some keys.
using Counts = std::map<std::string, int64_t>;

// Epochs of an operator that counts, on two workers.
class ChangingEpochs : public testing::Test {
protected:
    // Sets, or with 0 removes, the counts of keys.
    void change(const Counts& counts) {
        for (const auto& [key, count] : counts) {
            KeyTable& own = keys[key.size() % 2];
            if (count == 0) {
                own.forget(own.find(key));
                all.erase(key);
            } else {
                own.touch(own.add(key).number);
                all[key] = count;
            }
        }
    }

    // The next one; whether it holds all there is.
    bool put() {
        bool is_whole = !store.takes_changes_of(number);
        auto extent = is_whole ? OperatorState::Extent::All : OperatorState::Extent::Changes;
        Epoch epoch{.number = ++number, .since = is_whole ? 0 : number - 1};
        OperatorState& state = epoch.parts["counts"];
        for (KeyTable& each : keys) {
            OperatorState of_worker(extent);
            SavedKeys saved = of_worker.to_save(each);
            std::vector<std::string_view> names;
            std::vector<int64_t> counts;
            for (KeyNumber key : saved.numbers) {
                names.emplace_back(each.key(key));
                counts.push_back(all.at(each.key(key)));
            }
            of_worker.put_keyed(
                "counts", saved,
                state_rows({{"key", bytes_column(names)}, {"count", number_column(counts)}}));
            put_time(of_worker, "time", number);
            state.add(std::move(of_worker));
        }
        store.put(epoch);
        return is_whole;
    }

    // As one finds them who starts again.
    Counts last() const {
        Epoch epoch = *EpochStore(disk, "epochs").latest();
        EXPECT_EQ(epoch.number, number);
        EXPECT_EQ(epoch.since, 0);
        const OperatorState& state = epoch.parts.at("counts");
        EXPECT_EQ(earliest_time(state, "time", 0), number);
        Counts counts;
        for (const StateRows& rows : state.all("counts")) {
            std::vector<std::string_view> names = bytes_of(rows, 0);
            std::vector<int64_t> values = numbers_of(rows, 1);
            for (size_t i = 0; i < names.size(); ++i) {
                EXPECT_TRUE(counts.emplace(names[i], values[i]).second) << names[i];
            }
        }
        return counts;
    }

    int64_t files() const { return std::ssize(disk->list("epochs", storage::Depth::OneFolder)); }
    static std::string path(int64_t number) { return fmt::format("epochs/epoch-{:012}", number); }

    SystemClock clock;
    std::shared_ptr<storage::MemoryDisk> disk =
        std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
    EpochStore store{disk, "epochs"};
    int64_t number = 0;
    Counts all;

private:
    std::array<KeyTable, 2> keys;
};

TEST_F(ChangingEpochs, are_put_together_again) {
    change({{"a", 1}, {"bb", 2}, {"ccc", 3}});
    EXPECT_TRUE(put());
    change({{"a", 10}, {"bb", 0}, {"dddd", 4}});
    EXPECT_FALSE(put());

    EXPECT_EQ(last(), all);
    EXPECT_EQ(all, (Counts{{"a", 10}, {"ccc", 3}, {"dddd", 4}}));
}

TEST_F(ChangingEpochs, are_gathered_when_much_has_changed) {
    for (int epoch = 1; epoch <= 7; ++epoch) {
        Counts counts;
        for (int i = 0; i < 1'000; ++i) counts[std::to_string(i)] = epoch * (i + 1);
        change(counts);
        EXPECT_EQ(put(), epoch == 1);
        store.gather();
    }
    EXPECT_EQ(last(), all);
    EXPECT_EQ(files(), 3);
}

// Some keys come, go and change in each of many epochs, and files are gathered in between.
TEST_F(ChangingEpochs, come_to_what_there_is_whatever_has_changed) {
    std::mt19937 random(7);
    for (int epoch = 0; epoch < 200; ++epoch) {
        for (size_t i = random() % 40; i > 0; --i) {
            std::string key = std::to_string(random() % 500);
            bool goes = all.contains(key) && random() % 3 == 0;
            change({{key, goes ? 0 : static_cast<int64_t>(random() % 1'000 + 1)}});
        }
        EXPECT_EQ(put(), epoch == 0);
        ASSERT_EQ(last(), all) << "after epoch " << number;
        store.gather();
        ASSERT_EQ(last(), all) << "gathered after epoch " << number;
        ASSERT_LE(files(), EpochStore::ChangesMax + static_cast<int64_t>(EpochStore::Kept));
    }
}

TEST_F(ChangingEpochs, leave_the_one_before_as_it_was) {
    change({{"a", 1}, {"bb", 2}});
    put();
    for (int64_t count = 2; count < 50; ++count) {
        Counts before = all;
        change({{"a", count}});
        put();
        Bytes bytes = disk->read(path(number));
        disk->remove(path(number));
        --number;
        Counts now = std::exchange(all, before);
        ASSERT_EQ(last(), all);
        all = now;
        ++number;
        disk->write(path(number), bytes);
        store.gather();
    }
}

TEST_F(ChangingEpochs, say_which_file_is_missing) {
    change({{"a", 1}});
    put();
    change({{"bb", 1}});
    put();
    disk->remove(path(1));

    try {
        EpochStore(disk, "epochs").latest();
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("epoch-000000000001"));
    }
}

TEST(EpochStore, keeps_the_last_ones) {
    SystemClock clock;
    auto disk = std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
    EpochStore store(disk, "jobs/j/epochs");
    EXPECT_FALSE(store.latest());
    for (int64_t number : {8, 9, 10, 11}) store.put(epoch(number));
    EXPECT_EQ(store.latest()->number, 11);
    EXPECT_EQ(disk->list("jobs/j/epochs", storage::Depth::OneFolder).size(), EpochStore::Kept);
}

TEST(EpochStore, says_which_file_is_damaged) {
    SystemClock clock;
    auto disk = std::make_shared<storage::MemoryDisk>(storage::Uri::parse("/data"), clock);
    EpochStore store(disk, "epochs");
    store.put(epoch(1));
    disk->write("epochs/epoch-000000000002", as_bytes("TARNEPO1 and nothing more"));
    try {
        store.latest();
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("epoch-000000000002"));
    }
}

TEST(KeyGroups, give_each_worker_its_keys) {
    OperatorState state;
    std::vector<std::string> keys;
    for (int i = 0; i < 1000; ++i) keys.push_back(std::to_string(i));
    std::vector<std::string_view> views(keys.begin(), keys.end());
    state.put("t", state_rows({{"key", bytes_column(views)}}));
    size_t rows = 0;
    for (int worker = 0; worker < 3; ++worker) {
        for (const StateRows& own : state.keyed("t", KeyGroups::of_worker(worker, 3))) {
            EXPECT_GT(own->num_rows(), 250);
            rows += static_cast<size_t>(own->num_rows());
        }
    }
    EXPECT_EQ(rows, keys.size());
    EXPECT_EQ(KeyGroups::of_worker(2, 3).end, KeyGroups::Count);
}

}  // namespace
}  // namespace tarn::engine
