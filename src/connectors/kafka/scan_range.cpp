#include "connectors/kafka/scan_range.hpp"

#include <fmt/format.h>

#include <set>

#include "base/error.hpp"
#include "base/log.hpp"
#include "sql/functions/pattern.hpp"

namespace tarn::connectors {
namespace {

using Place = ScanPlace::Kind;
using kafka::client::Earliest;
using kafka::client::Latest;
using Partitions = std::vector<TopicPartition>;

void add_topic(Partitions& partitions, const std::string& topic, int32_t count) {
    for (int32_t partition = 0; partition < count; ++partition) {
        partitions.push_back({topic, partition});
    }
}

PartitionOffsets at_time(TopicAccess& topics, const Partitions& partitions, log::Timestamp time) {
    PartitionOffsets found = topics.offsets_at(partitions, time);
    PartitionOffsets ends = topics.offsets_at(partitions, Latest);
    for (auto& [which, offset] : found) {
        if (offset < 0) offset = ends.at(which);
    }
    return found;
}

std::string without_commit(const ScanOptions& options, const TopicPartition& which) {
    if (options.group.empty()) return fmt::format("no group is named for {}", text_of(which));
    return fmt::format("group '{}' has committed no offset for {}", options.group, text_of(which));
}

// Flink refuses to begin where neither an offset is committed nor a rule says what else to do; we
// begin with the earliest record and say so.
log::Timestamp end_without_commit(const ScanOptions& options, const TopicPartition& which) {
    if (options.reset == OffsetReset::Earliest) return Earliest;
    if (options.reset == OffsetReset::Latest) return Latest;
    if (options.reset == OffsetReset::Refuse) {
        throw Error(ErrorCode::NotFound, "{}", without_commit(options, which))
            .with_hint(
                "set 'properties.auto.offset.reset' to earliest or latest, or choose another "
                "'scan.startup.mode'");
    }
    TARN_LOG_WARN("{}; it is read from its earliest record", without_commit(options, which));
    return Earliest;
}

PartitionOffsets committed_or_end(TopicAccess& topics, const ScanOptions& options,
                                  const Partitions& partitions) {
    PartitionOffsets committed;
    if (!options.group.empty()) committed = topics.committed(options.group);
    PartitionOffsets starts;
    std::map<log::Timestamp, Partitions> without;
    for (const TopicPartition& which : partitions) {
        auto found = committed.find(which);
        if (found != committed.end()) {
            starts.insert(*found);
        } else {
            without[end_without_commit(options, which)].push_back(which);
        }
    }
    for (const auto& [end, which] : without) starts.merge(topics.offsets_at(which, end));
    return starts;
}

// What is not named goes on from what is committed, as in Flink, or from the earliest record.
PartitionOffsets named_or_committed(TopicAccess& topics, const ScanOptions& options,
                                    const Partitions& partitions) {
    PartitionOffsets starts;
    Partitions others;
    for (const TopicPartition& which : partitions) {
        auto named = options.start.offsets.find(which.partition);
        if (named == options.start.offsets.end()) {
            others.push_back(which);
        } else {
            starts[which] = named->second;
        }
    }
    if (others.empty()) return starts;
    ScanOptions without_rule = options;
    without_rule.reset = OffsetReset::Earliest;
    starts.merge(committed_or_end(topics, without_rule, others));
    return starts;
}

PartitionOffsets committed_ends(TopicAccess& topics, const ScanOptions& options,
                                const Partitions& partitions) {
    PartitionOffsets committed = topics.committed(options.group);
    PartitionOffsets ends;
    for (const TopicPartition& which : partitions) {
        auto found = committed.find(which);
        if (found == committed.end()) {
            throw Error(ErrorCode::NotFound, "{}, where reading should end",
                        without_commit(options, which))
                .with_hint("choose another 'scan.bounded.mode'");
        }
        ends.insert(*found);
    }
    return ends;
}

// Who begins with the earliest record wants what there is; anyone else has to say that records may
// be left out.
OffsetReset reset_of(const ScanOptions& options) {
    if (options.reset) return *options.reset;
    return options.start.kind == Place::Earliest ? OffsetReset::Earliest : OffsetReset::Refuse;
}

}  // namespace

Partitions scanned_partitions(TopicAccess& topics, const ScanOptions& options) {
    Partitions partitions;
    if (!options.pattern) {
        // One that is named twice is read once.
        for (const std::string& topic :
             std::set<std::string>(options.topics.begin(), options.topics.end())) {
            add_topic(partitions, topic,
                      topics.partition_count(topic, kafka::client::Missing::Refuse));
        }
        return partitions;
    }
    sql::Pattern pattern(*options.pattern);
    for (const auto& [topic, count] : topics.topics()) {
        if (pattern.matches(topic)) add_topic(partitions, topic, count);
    }
    if (!partitions.empty()) return partitions;
    throw Error(ErrorCode::NotFound, "no topic at {} fits the pattern '{}'", topics.location(),
                *options.pattern)
        .with_hint("correct the option 'topic-pattern', or create the topic first");
}

PartitionOffsets scan_starts(TopicAccess& topics, const ScanOptions& options,
                             const Partitions& partitions) {
    switch (options.start.kind) {
        case Place::Earliest:
            return topics.offsets_at(partitions, Earliest);
        case Place::Latest:
            return topics.offsets_at(partitions, Latest);
        case Place::Committed:
            return committed_or_end(topics, options, partitions);
        case Place::Time:
            return at_time(topics, partitions, options.start.time);
        case Place::Offsets:
            return named_or_committed(topics, options, partitions);
    }
    return {};
}

PartitionOffsets scan_ends(TopicAccess& topics, const ScanOptions& options,
                           const Partitions& partitions) {
    if (!options.end) return {};
    PartitionOffsets ends;
    switch (options.end->kind) {
        case Place::Earliest:
        case Place::Latest:
            return topics.offsets_at(partitions, Latest);
        case Place::Committed:
            return committed_ends(topics, options, partitions);
        case Place::Time:
            return at_time(topics, partitions, options.end->time);
        case Place::Offsets:
            // Of a partition that is not named nothing is read.
            for (const TopicPartition& which : partitions) {
                auto named = options.end->offsets.find(which.partition);
                ends[which] = named == options.end->offsets.end() ? 0 : named->second;
            }
            return ends;
    }
    return ends;
}

log::Offset offset_after_loss(TopicAccess& topics, const ScanOptions& options,
                              const TopicPartition& which, log::Offset lost) {
    log::Offset earliest = topics.offsets_at({which}, Earliest).at(which);
    log::Offset latest = topics.offsets_at({which}, Latest).at(which);
    if (reset_of(options) == OffsetReset::Refuse) {
        throw Error(ErrorCode::NotFound,
                    "{} has no offset {} to go on from: its records are those from {} to {}",
                    text_of(which), lost, earliest, latest)
            .with_hint(
                "records were removed before they were read, or the topic was made anew; set "
                "'properties.auto.offset.reset' to earliest or latest to go on all the same");
    }
    log::Offset next = reset_of(options) == OffsetReset::Earliest ? earliest : latest;
    TARN_LOG_WARN("{} has no offset {} any more; reading goes on from {}", text_of(which), lost,
                  next);
    return next;
}

}  // namespace tarn::connectors
