// An internal topic in which a coordinator keeps its state, as Kafka's do: one record for each
// change, compacted to the last of each key, read from the start when Tarn starts. It is created
// when it is first needed, so that a new Tarn shows no topics.
//
// It has one partition, which lives on the shard of the coordinator.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "base/clock.hpp"
#include "log/batch_builder.hpp"
#include "log/log.hpp"
#include "runtime/blocking.hpp"

namespace tarn::kafka {

struct StateRecord {
    Bytes key;
    std::optional<Bytes> value;  // nothing takes the entry back
};

// For records that count only if a transaction commits.
struct InTransaction {
    log::ProducerId producer_id = log::NoProducer;
    int16_t producer_epoch = -1;
};

class StateTopic {
public:
    struct Parts {
        log::Log& log;
        runtime::BlockingPool& blocking;
        const Clock& clock;
    };

    StateTopic(Parts parts, std::string name) : parts_(parts), name_(std::move(name)) {}

    awaitable<void> create_if_missing();

    // On the coordinator's shard. The answer is for wait_until_kept().
    log::Offset append(std::span<const StateRecord> records,
                       std::optional<InTransaction> transaction = std::nullopt);
    awaitable<void> wait_until_kept(log::Offset offset);

    // Nothing while the topic does not exist.
    const log::PartitionHandle* partition();
    const std::string& name() const { return name_; }

    // Goes through all that is in the topic, oldest first, before anyone appends. Blocks.
    void read_all(const std::function<void(BytesView batch, const log::BatchHeader&)>& visit);

private:
    Parts parts_;
    std::string name_;
    log::TopicPtr topic_;
};

}  // namespace tarn::kafka
