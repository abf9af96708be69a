#include "connectors/kafka/kafka_source.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "connectors/kafka/scan_range.hpp"

namespace tarn::connectors {
namespace {

// Of the records of one batch, so that long ones do not make it large.
constexpr int64_t BatchBytes = 16 << 20;
// How long partitions without records wait while others have some.
constexpr std::chrono::milliseconds FetchEvery{10};

constexpr int64_t NoEnd = -1;

std::vector<PartitionRecords> partitions_in(const engine::OperatorState& position) {
    std::vector<PartitionRecords> partitions;
    for (const engine::StateRows& rows : position.all("partitions")) {
        auto topics = engine::bytes_of(rows, 0);
        auto numbers = engine::numbers_of(rows, 1);
        auto next = engine::numbers_of(rows, 2);
        auto ends = engine::numbers_of(rows, 3);
        for (size_t i = 0; i < topics.size(); ++i) {
            TopicPartition which{std::string(topics[i]), static_cast<int32_t>(numbers[i])};
            auto end = ends[i] == NoEnd ? std::nullopt : std::optional(ends[i]);
            partitions.emplace_back(std::move(which), next[i], end);
        }
    }
    return partitions;
}

PartitionOffsets offsets_of(const std::vector<PartitionRecords>& partitions) {
    PartitionOffsets offsets;
    for (const PartitionRecords& each : partitions) offsets[each.which()] = each.next_offset();
    return offsets;
}

}  // namespace

KafkaSource::KafkaSource(const sql::stream::TableSource& table, TopicAccessPtr topics,
                         const Clock& clock, const sql::TimeZone& zone, BadRecords bad,
                         engine::SourceShare share)
    : options_(scan_options(table.options)),
      rows_(table, zone, bad),
      topics_(std::move(topics)),
      clock_(clock),
      share_(share),
      topics_seen_(options_.topics) {}

// By the places of its topic and of itself.
int32_t KafkaSource::number_of(const TopicPartition& which) {
    constexpr int32_t PartitionsMax = 1 << 20;
    auto topic = std::ranges::find(topics_seen_, which.topic);
    if (topic == topics_seen_.end()) topic = topics_seen_.insert(topic, which.topic);
    return static_cast<int32_t>(topic - topics_seen_.begin()) * PartitionsMax + which.partition;
}

// Topics by a pattern come in another order to each that looks, so one alone reads them.
bool KafkaSource::is_own(const TopicPartition& which) {
    if (options_.pattern) return share_.index == 0;
    return number_of(which) % share_.count == share_.index;
}

std::vector<PartitionRecords> KafkaSource::own_partitions_in(
    const engine::OperatorState& position) {
    std::vector<PartitionRecords> own = partitions_in(position);
    std::erase_if(own, [&](const PartitionRecords& each) { return !is_own(each.which()); });
    return own;
}

std::vector<int32_t> KafkaSource::partitions() {
    find_partitions();
    std::vector<int32_t> numbers;
    for (const PartitionRecords& each : partitions_) numbers.push_back(number_of(each.which()));
    return numbers;
}

std::optional<engine::ChangeBatch> KafkaSource::read(int64_t rows_max) {
    find_partitions();
    fetch();
    for (size_t i = 0; i < partitions_.size(); ++i) {
        PartitionRecords& next = partitions_[turn_++ % partitions_.size()];
        if (auto batch = read_partition(next, rows_max)) return batch;
    }
    return std::nullopt;
}

bool KafkaSource::is_ended() const {
    return options_.end && has_begun_ &&
           std::ranges::all_of(partitions_, &PartitionRecords::is_ended);
}

// What is read up to an end is settled at the start.
void KafkaSource::find_partitions() {
    Ticks now = clock_.ticks();
    if (found_at_) {
        auto every = options_.discovery_every;
        bool is_due = every > every.zero() && !options_.end && now - *found_at_ >= every;
        if (!is_due) return;
    }
    std::vector<TopicPartition> found = scanned_partitions(*topics_, options_);
    std::erase_if(found, [&](const TopicPartition& which) {
        if (!is_own(which)) return true;
        return std::ranges::find(partitions_, which, &PartitionRecords::which) != partitions_.end();
    });
    found_at_ = now;
    if (!found.empty() && !(has_begun_ && options_.end)) add(found);
    has_begun_ = true;
}

// A partition that comes later begins with its first record: it holds nothing that is older than
// the job.
void KafkaSource::add(const std::vector<TopicPartition>& found) {
    PartitionOffsets starts = has_begun_ ? topics_->offsets_at(found, kafka::client::Earliest)
                                         : scan_starts(*topics_, options_, found);
    PartitionOffsets ends = scan_ends(*topics_, options_, found);
    topics_->keep(starts);
    for (const TopicPartition& which : found) {
        auto end = ends.find(which);
        partitions_.emplace_back(which, starts.at(which),
                                 end == ends.end() ? std::nullopt : std::optional(end->second));
        TARN_LOG_INFO("{}: the job begins at offset {}", text_of(which), starts.at(which));
    }
}

void KafkaSource::fetch() {
    bool is_any_ready = std::ranges::any_of(partitions_, &PartitionRecords::has_batches);
    Ticks now = clock_.ticks();
    if (is_any_ready && fetched_at_ && now - *fetched_at_ < FetchEvery) return;
    std::vector<PartitionRecords*> empty;
    std::vector<ReadFrom> wanted;
    for (PartitionRecords& partition : partitions_) {
        if (partition.has_batches() || partition.is_ended()) continue;
        empty.push_back(&partition);
        wanted.push_back({partition.which(), partition.next_offset()});
    }
    if (empty.empty()) return;
    fetched_at_ = now;
    std::vector<ReadBatches> answers = topics_->read(wanted);
    for (size_t i = 0; i < empty.size(); ++i) {
        if (!answers[i].is_out_of_range) {
            empty[i]->put(std::move(answers[i]));
        } else {
            empty[i]->move_to(
                offset_after_loss(*topics_, options_, wanted[i].which, wanted[i].offset));
        }
    }
}

std::optional<engine::ChangeBatch> KafkaSource::read_partition(PartitionRecords& partition,
                                                               int64_t rows_max) {
    while (partition.has_batches()) {
        while (rows_.record_count() < rows_max && rows_.bytes() < BatchBytes) {
            auto record = partition.next();
            if (!record) break;
            rows_.append(*record, partition.batch());
        }
        auto batch = rows_.finish(partition.which());
        if (batch) batch->partition = number_of(partition.which());
        bool has_rejected = set_aside(partition.which(), rows_.take_rejected());
        if (batch || has_rejected) return batch;
    }
    return std::nullopt;
}

// Whether there is any.
bool KafkaSource::set_aside(const TopicPartition& which, std::vector<RejectedRecord> rejected) {
    if (rejected.empty()) return false;
    std::vector<RejectedRecord>& kept = rejected_[which];
    std::ranges::move(rejected, std::back_inserter(kept));
    return true;
}

std::optional<engine::ChangeBatch> KafkaSource::take_rejected() {
    if (rejected_.empty()) return std::nullopt;
    auto first = rejected_.extract(rejected_.begin());
    return rejected_rows(*topics_, first.key(), first.mapped());
}

engine::OperatorState KafkaSource::position() const {
    engine::OperatorState state;
    if (!has_begun_) return state;
    std::vector<std::string_view> topics;
    std::vector<int64_t> numbers;
    std::vector<int64_t> next;
    std::vector<int64_t> ends;
    for (const PartitionRecords& partition : partitions_) {
        topics.push_back(partition.which().topic);
        numbers.push_back(partition.which().partition);
        next.push_back(partition.next_offset());
        ends.push_back(partition.end().value_or(NoEnd));
    }
    state.put("partitions", engine::state_rows({{"topic", engine::bytes_column(topics)},
                                                {"partition", engine::number_column(numbers)},
                                                {"next", engine::number_column(next)},
                                                {"end", engine::number_column(ends)}}));
    return state;
}

void KafkaSource::seek(const engine::OperatorState& position) {
    partitions_ = own_partitions_in(position);
    has_begun_ = !position.all("partitions").empty();
    found_at_.reset();
    fetched_at_.reset();
    for (const PartitionRecords& each : partitions_) {
        TARN_LOG_INFO("{}: the job goes on at offset {}", text_of(each.which()),
                      each.next_offset());
    }
    topics_->keep(offsets_of(partitions_));
}

std::map<std::string, std::string> KafkaSource::offsets() const {
    std::map<std::string, std::string> found;
    for (const PartitionRecords& partition : partitions_) {
        found[text_of(partition.which())] = std::to_string(partition.next_offset());
    }
    return found;
}

// The offsets of the group are for people and tools: the job itself goes on without them.
void KafkaSource::complete(const engine::OperatorState& position) {
    PartitionOffsets offsets = offsets_of(own_partitions_in(position));
    try {
        topics_->keep(offsets);
        if (!options_.group.empty() && !offsets.empty()) topics_->commit(options_.group, offsets);
    } catch (const Error& error) {
        TARN_LOG_WARN("offsets are not committed: {}", error.what());
    }
    tell_of_bad_records();
}

void KafkaSource::tell_of_bad_records() {
    int64_t fresh = rows_.bad_records() - std::exchange(bad_records_told_, rows_.bad_records());
    if (fresh > 0) TARN_LOG_WARN("{} records could not be read as rows and were left out", fresh);
}

}  // namespace tarn::connectors
