// Sends records to the partitions of one topic, in batches. A batch counts once every replica in
// sync has it; one whose answer was lost is sent again, and so may be stored twice.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "kafka/client/topics.hpp"
#include "log/batch_builder.hpp"

namespace tarn::kafka::client {

struct ProducerSettings {
    log::Codec codec = log::Codec::None;
    int64_t batch_bytes = 256 << 10;  // past it a batch is sent
};

class Producer {
public:
    // `client` outlives the producer.
    Producer(Client& client, TopicInfo topic, const ProducerSettings& settings);

    // Copies the record. Without a partition its key decides, and without a key too it joins the
    // batch that is being filled, whose partition changes with every batch. Throws InvalidInput for
    // a partition that the topic does not have.
    void send(const log::NewRecord& record, std::optional<int32_t> partition = std::nullopt);

    // Waits until everything given so far is stored.
    void flush();

    int64_t records_stored() const { return records_stored_; }

private:
    using Builders = std::map<int32_t, log::BatchBuilder>;

    int32_t partition_for(const log::NewRecord& record) const;
    void store(Builders::node_type filled);
    void store(int32_t partition, BytesView batch);

    Client& client_;
    TopicInfo topic_;
    ProducerSettings settings_;
    Builders builders_;  // by partition
    int32_t next_without_key_;
    int64_t records_stored_ = 0;
};

}  // namespace tarn::kafka::client
