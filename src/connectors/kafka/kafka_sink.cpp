#include "connectors/kafka/kafka_sink.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"
#include "connectors/kafka/scan_options.hpp"
#include "kafka/client/partitioner.hpp"

namespace tarn::connectors {
namespace {

// As often as Kafka's producers look.
constexpr std::chrono::minutes CountEvery{5};

std::string written_topic(const sql::stream::Sink& table) {
    OptionValues options(table.options);
    options.refuse("topic-pattern", "rows are written to one topic, which 'topic' names");
    std::vector<std::string> names = names_in(options.wanted_text("topic"));
    if (names.size() == 1) return names[0];
    throw Error(ErrorCode::InvalidInput, "{}: rows are written to one topic, and '{}' is not one",
                name_of(*table.table), *options.text("topic"));
}

log::Codec codec_of(const sql::Options& options) {
    struct Name {
        std::string_view text;
        log::Codec codec;
    };
    constexpr auto Names = std::to_array<Name>({{"none", log::Codec::None},
                                                {"gzip", log::Codec::Gzip},
                                                {"snappy", log::Codec::Snappy},
                                                {"lz4", log::Codec::Lz4},
                                                {"zstd", log::Codec::Zstd}});
    auto wanted = OptionValues(options).text("properties.compression.type");
    if (!wanted) return log::Codec::None;
    for (const Name& name : Names) {
        if (name.text == *wanted) return name.codec;
    }
    throw Error(ErrorCode::InvalidInput,
                "the option 'properties.compression.type' is '{}', which is not one of none, gzip, "
                "snappy, lz4, zstd",
                *wanted);
}

}  // namespace

KafkaSink::KafkaSink(const sql::stream::Sink& table, TopicAccessPtr topics,
                     const std::string& writer, const Clock& clock, const sql::TimeZone& zone)
    : topic_(written_topic(table)),
      encoder_(table, zone),
      codec_(codec_of(table.options)),
      topics_(std::move(topics)),
      clock_(clock) {
    OptionValues options(table.options);
    waits_until_kept_ = !options.is("sink.delivery-guarantee", "none");
    bool is_fixed = options.is("sink.partitioner", "fixed");
    partitioner_ = is_fixed ? Partitioner::Fixed : Partitioner::ByKey;
    if (options.is("sink.delivery-guarantee", "exactly-once")) {
        std::string prefix = options.wanted_text("sink.transactional-id-prefix");
        transactions_.emplace(*topics_, fmt::format("{}-{}", prefix, writer),
                              options.duration("properties.transaction.timeout.ms"));
    }
}

void KafkaSink::write(const engine::ChangeBatch& batch) {
    look_for_partitions();
    RowRecords records = encoder_.encoded(batch);
    log::Timestamp now = unix_ms(clock_.now());
    for (size_t row = 0; row < records.size(); ++row) add(records.record(row, now));
    send_all();
}

engine::OperatorState KafkaSink::prepare(const engine::EpochFacts&) {
    if (waits_until_kept_) topics_->flush();
    return transactions_ ? transactions_->prepare() : engine::OperatorState();
}

void KafkaSink::commit(int64_t epoch, const engine::OperatorState& prepared) {
    if (transactions_) transactions_->commit(epoch, prepared);
}

void KafkaSink::look_for_partitions() {
    Ticks now = clock_.ticks();
    if (counted_at_ && now - *counted_at_ < CountEvery) return;
    partition_count_ = topics_->partition_count(topic_, kafka::client::Missing::Create);
    counted_at_ = now;
}

int32_t KafkaSink::partition_for(const log::NewRecord& record) const {
    // The first of our tasks, in Flink's words, keeps to the first partition.
    if (partitioner_ == Partitioner::Fixed) return 0;
    if (record.key) return kafka::client::partition_of_key(*record.key, partition_count_);
    return next_without_key_ % partition_count_;
}

void KafkaSink::add(const log::NewRecord& record) {
    int32_t partition = partition_for(record);
    auto batch = batches_.find(partition);
    if (batch == batches_.end()) {
        log::BatchFields fields =
            transactions_ ? transactions_->fields({topic_, partition}) : log::BatchFields();
        fields.codec = codec_;
        batch = batches_.emplace(partition, fields).first;
    }
    batch->second.add(record);
    if (batch->second.size() >= SentBytes) send(partition);
}

void KafkaSink::send(int32_t partition) {
    std::vector<NewBatch> sent;
    sent.push_back({{topic_, partition}, std::move(batches_.extract(partition).mapped()).finish()});
    send(std::move(sent));
}

void KafkaSink::send_all() {
    std::vector<NewBatch> sent;
    for (auto& [partition, batch] : std::exchange(batches_, {})) {
        sent.push_back({{topic_, partition}, std::move(batch).finish()});
    }
    if (!sent.empty()) send(std::move(sent));
}

void KafkaSink::send(std::vector<NewBatch> batches) {
    transactions_ ? transactions_->append(std::move(batches))
                  : topics_->append(std::move(batches), nullptr);
    ++next_without_key_;
}

}  // namespace tarn::connectors
