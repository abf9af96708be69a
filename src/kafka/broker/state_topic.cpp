#include "kafka/broker/state_topic.hpp"

#include "base/error.hpp"

namespace tarn::kafka {
namespace {

// Read in pieces of this size at the start.
constexpr int64_t ReadAtOnce = 1 << 20;

log::TopicConfig config_of_state_topic() {
    return log::TopicConfig({{"cleanup.policy", "compact"}, {"segment.bytes", "16777216"}});
}

}  // namespace

awaitable<void> StateTopic::create_if_missing() {
    if (partition()) co_return;
    log::Topics& topics = parts_.log.topics();
    std::string name = name_;
    auto create = [&topics, name] {
        try {
            topics.create({.name = name, .partitions = 1, .config = config_of_state_topic()});
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Conflict) throw;
        }
    };
    co_await parts_.blocking.run(create);
}

const log::PartitionHandle* StateTopic::partition() {
    if (!topic_) topic_ = parts_.log.topics().find(name_);
    if (!topic_) return nullptr;
    if (!topic_->partitions[0].partition) {
        throw Error(ErrorCode::Corrupt, "the topic {} is damaged", name_);
    }
    return &topic_->partitions[0];
}

log::Offset StateTopic::append(std::span<const StateRecord> records,
                               std::optional<InTransaction> transaction) {
    log::BatchFields fields;
    if (transaction) {
        fields.producer_id = transaction->producer_id;
        fields.producer_epoch = transaction->producer_epoch;
        fields.is_transactional = true;
    }
    log::Timestamp now = unix_ms(parts_.clock.now());
    log::BatchBuilder builder(fields);
    for (const StateRecord& record : records) {
        builder.add({.timestamp = now,
                     .key = record.key,
                     .value = record.value ? std::optional<BytesView>(*record.value) : std::nullopt,
                     .headers = {}});
    }
    Bytes batch = std::move(builder).finish();
    auto outcome = partition()->partition->append(batch, log::Origin::Coordinator);
    if (auto* refusal = std::get_if<log::Refusal>(&outcome)) {
        throw Error(ErrorCode::Conflict, "{} does not take a record: {}", name_,
                    log::name_of(*refusal));
    }
    parts_.log.appended(*partition());
    return std::get<log::Appended>(outcome).next_offset;
}

awaitable<void> StateTopic::wait_until_kept(log::Offset offset) {
    co_await parts_.log.wait_until_kept(*partition(), offset);
}

void StateTopic::read_all(
    const std::function<void(BytesView batch, const log::BatchHeader&)>& visit) {
    if (!partition()) return;
    const log::Partition& log = *partition()->partition;
    for (log::Offset next = log.start_offset(); next < log.end_offset();) {
        log::Batches batches = log.read(next, {.bytes_max = ReadAtOnce});
        if (batches.size == 0) return;
        for (const log::Slice& slice : batches.slices) {
            Bytes content = slice.file->read_at(slice.offset, slice.size);
            for (BytesView rest = content; !rest.empty();) {
                auto header = log::BatchHeader::read(rest);
                BytesView batch = rest.first(static_cast<size_t>(header->size()));
                visit(batch, *header);
                next = header->next_offset();
                rest = rest.subspan(batch.size());
            }
        }
    }
}

}  // namespace tarn::kafka
