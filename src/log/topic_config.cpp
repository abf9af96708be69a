#include "log/topic_config.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/error.hpp"
#include "base/suggest.hpp"

namespace tarn::log {
namespace {

constexpr double IntMax = std::numeric_limits<int32_t>::max();
constexpr double LongMax = 9223372036854775808.0;
constexpr double Unlimited = -1;

template <typename Number>
std::optional<Number> parsed(std::string_view text) {
    Number number{};
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

[[noreturn]] void refuse(const ConfigDefinition& definition, std::string_view value,
                         std::string_view wanted) {
    throw Error(ErrorCode::InvalidInput, "Invalid value {} for configuration {}: {}", value,
                definition.name, wanted);
}

void check_number(const ConfigDefinition& definition, std::string_view value) {
    std::optional<double> number;
    if (definition.type == ConfigType::Double) {
        number = parsed<double>(value);
    } else if (auto whole = parsed<int64_t>(value)) {
        number = static_cast<double>(*whole);
    }
    if (!number) refuse(definition, value, "Not a number of its type");
    if (*number < definition.min) {
        refuse(definition, value, fmt::format("Value must be at least {}", definition.min));
    }
    if (definition.max > definition.min && *number > definition.max) {
        refuse(definition, value, fmt::format("Value must be no more than {}", definition.max));
    }
}

void check_word(const ConfigDefinition& definition, std::string_view value, std::string_view word) {
    const auto& choices = definition.choices;
    if (choices.empty() || std::ranges::find(choices, word) != choices.end()) return;
    refuse(definition, value, fmt::format("String must be one of: {}", fmt::join(choices, ", ")));
}

std::string_view trimmed(std::string_view text) {
    size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

// Kept in the order of their names, as Kafka lists them.
const std::vector<ConfigDefinition>& topic_config_definitions() {
    using enum ConfigType;
    static const std::vector<ConfigDefinition> definitions = {
        {"cleanup.policy",
         List,
         "delete",
         "log.cleanup.policy",
         "what becomes of old records: deleted, compacted to the last of each key, or both",
         0,
         0,
         {"delete", "compact"}},
        {"compression.gzip.level", Int, "-1", "compression.gzip.level",
         "how hard gzip tries when the broker compresses", -1, 9},
        {"compression.lz4.level", Int, "9", "compression.lz4.level",
         "how hard lz4 tries when the broker compresses", 1, 17},
        {"compression.type",
         String,
         "producer",
         "compression.type",
         "the codec that batches are stored with; 'producer' keeps what comes",
         0,
         0,
         {"uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"}},
        {"compression.zstd.level", Int, "3", "compression.zstd.level",
         "how hard zstd tries when the broker compresses", -131072, 22},
        {"delete.retention.ms", Long, "86400000", "log.cleaner.delete.retention.ms",
         "how long a compacted topic keeps the mark of a deleted key", 0, LongMax},
        {"file.delete.delay.ms", Long, "60000", "log.segment.delete.delay.ms",
         "kept for scripts; files go at once and stay readable to who reads them", 0, LongMax},
        {"flush.messages", Long, "9223372036854775807", "log.flush.interval.messages",
         "kept for scripts; the flush policy is set for the whole log", 1, LongMax},
        {"flush.ms", Long, "9223372036854775807", "log.flush.interval.ms",
         "kept for scripts; the flush policy is set for the whole log", 0, LongMax},
        {"follower.replication.throttled.replicas", List, "", "", "kept for scripts; no followers"},
        {"index.interval.bytes", Int, "4096", "log.index.interval.bytes",
         "bytes of log between two entries of the index", 1, IntMax},
        {"leader.replication.throttled.replicas", List, "", "", "kept for scripts; no followers"},
        {"local.retention.bytes", Long, "-2", "log.local.retention.bytes",
         "kept for scripts; all of the log is local", -2, LongMax},
        {"local.retention.ms", Long, "-2", "log.local.retention.ms",
         "kept for scripts; all of the log is local", -2, LongMax},
        {"max.compaction.lag.ms", Long, "9223372036854775807", "log.cleaner.max.compaction.lag.ms",
         "after this time a record is compacted even if little else is", 1, LongMax},
        {"max.message.bytes", Int, "1048588", "message.max.bytes",
         "the largest batch that is taken", 0, IntMax},
        {"message.timestamp.after.max.ms", Long, "3600000", "log.message.timestamp.after.max.ms",
         "how far ahead of the broker's clock a record's time may be", 0, LongMax},
        {"message.timestamp.before.max.ms", Long, "9223372036854775807",
         "log.message.timestamp.before.max.ms",
         "how far behind the broker's clock a record's time may be", 0, LongMax},
        {"message.timestamp.type",
         String,
         "CreateTime",
         "log.message.timestamp.type",
         "whose time a record carries: the producer's or the broker's",
         0,
         0,
         {"CreateTime", "LogAppendTime"}},
        {"min.cleanable.dirty.ratio", Double, "0.5", "log.cleaner.min.cleanable.ratio",
         "compaction starts when this share of the log is new", 0, 1},
        {"min.compaction.lag.ms", Long, "0", "log.cleaner.min.compaction.lag.ms",
         "a record is left as it is for at least this long", 0, LongMax},
        {"min.insync.replicas", Int, "1", "min.insync.replicas",
         "kept for scripts; there is one replica", 1, IntMax},
        {"preallocate", Boolean, "false", "log.preallocate", "kept for scripts"},
        {"remote.copy.lag.bytes", Long, "-2", "", "kept for scripts; nothing is remote", -2,
         LongMax},
        {"remote.copy.lag.ms", Long, "-2", "", "kept for scripts; nothing is remote", -2, LongMax},
        {"remote.log.copy.disable", Boolean, "false", "", "kept for scripts; nothing is remote"},
        {"remote.log.delete.on.disable", Boolean, "false", "", "kept for scripts"},
        {"remote.storage.enable", Boolean, "false", "", "kept for scripts; nothing is remote"},
        {"retention.bytes", Long, "-1", "log.retention.bytes",
         "how large a partition may grow before its oldest segments go; -1 for any", Unlimited,
         LongMax},
        {"retention.ms", Long, "604800000", "log.retention.ms",
         "how long records are kept; -1 for ever", Unlimited, LongMax},
        {"segment.bytes", Int, "1073741824", "log.segment.bytes",
         "how large a segment grows before the next is begun", 1024, IntMax},
        {"segment.index.bytes", Int, "10485760", "log.index.size.max.bytes",
         "kept for scripts; indexes grow as they need", 4, IntMax},
        {"segment.jitter.ms", Long, "0", "log.roll.jitter.ms", "kept for scripts", 0, LongMax},
        {"segment.ms", Long, "604800000", "log.roll.ms",
         "how old a segment becomes before the next is begun", 1, LongMax},
        {"unclean.leader.election.enable", Boolean, "false", "unclean.leader.election.enable",
         "kept for scripts; there is one replica"},
    };
    return definitions;
}

const ConfigDefinition* find_topic_config(std::string_view name) {
    const auto& all = topic_config_definitions();
    auto found = std::ranges::find(all, name, &ConfigDefinition::name);
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> words_of_list(std::string_view list) {
    std::vector<std::string> words;
    while (!list.empty()) {
        size_t comma = std::min(list.find(','), list.size());
        std::string_view word = trimmed(list.substr(0, comma));
        if (!word.empty()) words.emplace_back(word);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return words;
}

void check_config_value(const ConfigDefinition& definition, std::string_view value) {
    switch (definition.type) {
        case ConfigType::Boolean:
            if (value != "true" && value != "false") {
                refuse(definition, value, "Expected value to be either true or false");
            }
            return;
        case ConfigType::String:
            return check_word(definition, value, value);
        case ConfigType::List:
            for (const std::string& word : words_of_list(value))
                check_word(definition, value, word);
            return;
        default:
            return check_number(definition, value);
    }
}

TopicConfig::TopicConfig(std::map<std::string, std::string> overrides)
    : overrides_(std::move(overrides)) {
    for (const auto& [name, value] : overrides_) {
        const ConfigDefinition* definition = find_topic_config(name);
        if (!definition) {
            std::vector<std::string> names;
            for (const auto& each : topic_config_definitions()) names.push_back(each.name);
            throw Error(ErrorCode::InvalidInput, "Unknown topic config name: {}", name)
                .with_hint(name_hint(name, names));
        }
        check_config_value(*definition, value);
    }
}

std::string TopicConfig::value(std::string_view name) const {
    auto found = overrides_.find(std::string(name));
    if (found != overrides_.end()) return found->second;
    return find_topic_config(name)->default_value;
}

int64_t TopicConfig::number(std::string_view name) const {
    return *parsed<int64_t>(value(name));
}

std::chrono::milliseconds TopicConfig::duration(std::string_view name) const {
    return std::chrono::milliseconds(number(name));
}

PartitionSettings TopicConfig::partition_settings() const {
    PartitionSettings settings;
    settings.segment_bytes_max = number("segment.bytes");
    settings.segment_age_max = duration("segment.ms");
    settings.index_interval_bytes = number("index.interval.bytes");
    settings.batch_bytes_max = number("max.message.bytes");
    std::vector<std::string> policies = words_of_list(value("cleanup.policy"));
    settings.deletes_old = std::ranges::find(policies, "delete") != policies.end();
    settings.compacts = std::ranges::find(policies, "compact") != policies.end();
    settings.retention.reset();
    if (auto kept = number("retention.ms"); kept >= 0) {
        settings.retention = std::chrono::milliseconds(kept);
    }
    settings.retention_bytes.reset();
    if (auto kept = number("retention.bytes"); kept >= 0) settings.retention_bytes = kept;
    settings.tombstones_kept = duration("delete.retention.ms");
    settings.compaction_lag_min = duration("min.compaction.lag.ms");
    settings.compaction_lag_max = duration("max.compaction.lag.ms");
    settings.dirty_ratio_min = *parsed<double>(value("min.cleanable.dirty.ratio"));
    settings.timestamp_type = value("message.timestamp.type") == "LogAppendTime"
                                  ? TimestampType::LogAppendTime
                                  : TimestampType::CreateTime;
    settings.timestamp_before_max = duration("message.timestamp.before.max.ms");
    settings.timestamp_after_max = duration("message.timestamp.after.max.ms");
    return settings;
}

StoredCodec TopicConfig::stored_codec() const {
    std::string name = value("compression.type");
    if (name == "producer") return std::nullopt;
    if (name == "gzip") return Codec::Gzip;
    if (name == "snappy") return Codec::Snappy;
    if (name == "lz4") return Codec::Lz4;
    if (name == "zstd") return Codec::Zstd;
    return Codec::None;
}

}  // namespace tarn::log
