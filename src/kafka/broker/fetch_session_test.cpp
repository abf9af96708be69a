#include "kafka/broker/fetch_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tarn::kafka {
namespace {

using testing::ElementsAre;

class FetchSessionTest : public testing::Test {
protected:
    static FetchRequest request(int32_t id, int32_t epoch, std::vector<int32_t> partitions,
                                std::vector<int32_t> forgotten = {}) {
        FetchRequest request;
        request.session_id = id;
        request.session_epoch = epoch;
        request.topics.push_back({.topic = "t"});
        for (int32_t each : partitions) {
            request.topics[0].partitions.push_back({.partition = each});
        }
        if (!forgotten.empty()) {
            request.forgotten_topics_data.push_back({.topic = "t", .partitions = forgotten});
        }
        return request;
    }

    FetchSession::Wanted take(const FetchRequest& request) {
        return session_.take(request, false, 77);
    }

    std::vector<int32_t> partitions() {
        std::vector<int32_t> found;
        for (const auto& entry : session_.entries()) found.push_back(entry.wanted.partition);
        return found;
    }

    FetchSession session_;
};

TEST_F(FetchSessionTest, begins_when_the_client_asks_with_epoch_0) {
    auto wanted = take(request(0, 0, {0, 1}));
    EXPECT_EQ(wanted.session_id, 77);
    EXPECT_FALSE(wanted.is_incremental);
    EXPECT_THAT(partitions(), ElementsAre(0, 1));
}

TEST_F(FetchSessionTest, is_none_for_a_client_that_wants_none) {
    EXPECT_EQ(take(request(0, -1, {0})).session_id, 0);
    EXPECT_EQ(take(request(77, 1, {0})).error, KafkaError::FetchSessionIdNotFound);
}

TEST_F(FetchSessionTest, remembers_the_partitions_and_takes_changes) {
    take(request(0, 0, {0, 1, 2}));
    auto wanted = take(request(77, 1, {3}, {1}));
    EXPECT_TRUE(wanted.is_incremental);
    EXPECT_THAT(partitions(), ElementsAre(0, 2, 3));
}

TEST_F(FetchSessionTest, puts_what_had_data_last_behind_the_others) {
    take(request(0, 0, {0, 1, 2}));
    take(request(77, 1, {0}));
    EXPECT_THAT(partitions(), ElementsAre(1, 2, 0));
}

TEST_F(FetchSessionTest, refuses_an_epoch_that_is_not_the_next) {
    take(request(0, 0, {0}));
    EXPECT_EQ(take(request(77, 2, {})).error, KafkaError::InvalidFetchSessionEpoch);
    EXPECT_EQ(take(request(77, 1, {})).error, KafkaError::None);
    EXPECT_EQ(take(request(78, 2, {})).error, KafkaError::FetchSessionIdNotFound);
}

TEST_F(FetchSessionTest, is_not_given_for_more_partitions_than_it_holds) {
    std::vector<int32_t> many(FetchSession::PartitionsMax + 1);
    EXPECT_EQ(take(request(0, 0, many)).session_id, 0);
    EXPECT_EQ(session_.entries().size(), many.size());
}

}  // namespace
}  // namespace tarn::kafka
