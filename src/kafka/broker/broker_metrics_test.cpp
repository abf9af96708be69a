#include "kafka/broker/broker_metrics.hpp"

#include "kafka/broker/broker_fixture.hpp"
#include "log/testing/batches.hpp"

namespace tarn::kafka {
namespace {

class BrokerMetricsTest : public BrokerTest {
protected:
    KafkaError try_produce() {
        Bytes batch = log::testing::a_batch().bytes();
        ProduceRequest request;
        request.acks = -1;
        auto& data = request.topic_data.emplace_back();
        data.name = "trades";
        data.partition_data.push_back({0, Records(batch)});
        auto response = ask<ProduceResponse>(request, 10);
        return KafkaError(response.responses.at(0).partition_responses.at(0).error_code);
    }
};

TEST_F(BrokerMetricsTest, tell_of_a_full_disk_as_long_as_it_is_full) {
    create_topic("trades");
    EXPECT_EQ(try_produce(), KafkaError::None);
    BrokerMetrics& metrics = running().metrics;

    disk.limit_size(0);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(try_produce(), KafkaError::KafkaStorageError);
    disk.limit_size(int64_t{1} << 30);
    EXPECT_EQ(try_produce(), KafkaError::None);

    EXPECT_EQ(metrics.batches_on_full_disk.Value(), 3);
    EXPECT_EQ(metrics.refused_for(KafkaError::KafkaStorageError).Value(), 3);
    EXPECT_EQ(metrics.messages_in.Value(), 2);
}

}  // namespace
}  // namespace tarn::kafka
