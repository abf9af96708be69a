#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    return {number, {{"1 GroupAggregate", state}, {"source 0", {}}}};
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

TEST(EpochFile, is_refused_when_a_byte_changed_or_is_missing) {
    Bytes bytes = encoded(epoch(1));
    EXPECT_THAT(refusal_of(BytesView(bytes).first(bytes.size() - 1)), HasSubstr("not those"));
    bytes[bytes.size() / 2] ^= std::byte{1};
    EXPECT_THAT(refusal_of(bytes), HasSubstr("not those"));
    EXPECT_THAT(refusal_of(as_bytes("something else")), HasSubstr("no epoch"));
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
