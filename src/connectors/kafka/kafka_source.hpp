// Reads the records of topics as rows: each partition in its order, the partitions in turns. Of
// topics that are named several sources may read a share of the partitions each; a partition's
// number is the same for all of them, and stays. Offsets are
// kept with the epochs of the job; those that are committed to a consumer group tell others how far
// it has come.
#pragma once

#include "base/clock.hpp"
#include "connectors/kafka/record_rows.hpp"
#include "connectors/kafka/scan_options.hpp"
#include "engine/job/source.hpp"

namespace tarn::connectors {

class KafkaSource final : public engine::Source {
public:
    KafkaSource(const sql::stream::TableSource& table, TopicAccessPtr topics, const Clock& clock,
                const sql::TimeZone& zone, BadRecords bad = BadRecords::Fail,
                engine::SourceShare share = {});

    std::vector<int32_t> partitions() override;
    std::optional<engine::ChangeBatch> read(int64_t rows_max) override;
    std::optional<engine::ChangeBatch> take_rejected() override;
    bool has_end() const override { return options_.end.has_value(); }
    bool is_ended() const override;
    engine::OperatorState position() const override;
    void seek(const engine::OperatorState& position) override;
    std::map<std::string, std::string> offsets() const override;
    void complete(const engine::OperatorState& position) override;

private:
    int32_t number_of(const TopicPartition& which);
    bool is_own(const TopicPartition& which);
    std::vector<PartitionRecords> own_partitions_in(const engine::OperatorState& position);
    void find_partitions();
    void add(const std::vector<TopicPartition>& found);
    void fetch();
    std::optional<engine::ChangeBatch> read_partition(PartitionRecords& partition,
                                                      int64_t rows_max);
    bool set_aside(const TopicPartition& which, std::vector<RejectedRecord> rejected);
    void tell_of_bad_records();

    ScanOptions options_;
    RecordRows rows_;
    TopicAccessPtr topics_;
    const Clock& clock_;
    engine::SourceShare share_;
    std::vector<std::string> topics_seen_;  // those that are named first
    std::vector<PartitionRecords> partitions_;
    size_t turn_ = 0;
    bool has_begun_ = false;  // partitions that are new from now on are read from their beginning
    std::optional<Ticks> found_at_;
    std::optional<Ticks> fetched_at_;
    std::map<TopicPartition, std::vector<RejectedRecord>> rejected_;
    int64_t bad_records_told_ = 0;
};

}  // namespace tarn::connectors
