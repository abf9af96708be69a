#include "kafka/transactions/transaction_records.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "kafka/wire/reader.hpp"
#include "kafka/wire/writer.hpp"

namespace tarn::kafka {
namespace {

constexpr int16_t KeyVersion = 0;
constexpr int16_t ValueVersion = 1;  // 0 had no fields with numbers of their own

// Fields of version 1 with numbers of their own.
constexpr uint32_t PreviousIdTag = 0;
constexpr uint32_t NextIdTag = 1;
constexpr uint32_t ClientVersionTag = 2;
// Ours; Kafka forgets this one when a broker restarts, and then fences who only asks again.
constexpr uint32_t PreviousEpochTag = 1000;

using StateName = std::pair<TransactionState, std::string_view>;
constexpr std::array<StateName, 6> StateNames = {{
    {TransactionState::Empty, "Empty"},
    {TransactionState::Ongoing, "Ongoing"},
    {TransactionState::PrepareCommit, "PrepareCommit"},
    {TransactionState::PrepareAbort, "PrepareAbort"},
    {TransactionState::CompleteCommit, "CompleteCommit"},
    {TransactionState::CompleteAbort, "CompleteAbort"},
}};

void put_partitions(Writer& out, Form form, const std::set<TopicPartition>& partitions) {
    std::vector<std::pair<std::string, std::vector<int32_t>>> topics;
    for (const TopicPartition& each : partitions) {
        if (topics.empty() || topics.back().first != each.topic) {
            topics.push_back({each.topic, {}});
        }
        topics.back().second.push_back(each.partition);
    }
    out.put_count(form, topics.size());
    for (const auto& [topic, indexes] : topics) {
        out.put_string(form, topic);
        out.put_count(form, indexes.size());
        for (int32_t index : indexes) out.put_int32(index);
        out.put_no_tags(form);
    }
}

std::set<TopicPartition> take_partitions(Reader& in, Form form) {
    struct Topic {
        std::string name;
    };
    std::set<TopicPartition> partitions;
    std::optional<std::vector<Topic>> topics;
    int64_t count = in.begin_array(form, topics);
    for (int64_t i = 0; i < count; ++i) {
        std::string topic = in.take_string(form);
        std::vector<int32_t> indexes;
        int64_t index_count = in.begin_array(form, indexes);
        for (int64_t k = 0; k < index_count; ++k) partitions.insert({topic, in.take_int32()});
        in.skip_tags(form);
    }
    return partitions;
}

void take_tag(Tag tag, TransactionRecord& record) {
    switch (tag.number) {
        case PreviousIdTag:
            record.previous_id = tag.value.take_int64();
            break;
        case NextIdTag:
            record.next_id = tag.value.take_int64();
            break;
        case ClientVersionTag:
            record.client_version = tag.value.take_int16();
            break;
        case PreviousEpochTag:
            record.previous_epoch = tag.value.take_int16();
            break;
        default:
            break;
    }
}

}  // namespace

std::string_view name_of(TransactionState state) {
    return std::ranges::find(StateNames, state, &StateName::first)->second;
}

std::optional<TransactionState> state_named(std::string_view name) {
    const auto* found = std::ranges::find(StateNames, name, &StateName::second);
    if (found == StateNames.end()) return std::nullopt;
    return found->first;
}

Bytes encode_transaction_key(const std::string& transactional_id) {
    Writer out;
    out.put_int16(KeyVersion);
    out.put_string(Form::Plain, transactional_id);
    return std::move(out).finish();
}

Bytes encode(const TransactionRecord& record) {
    constexpr Form form = Form::Compact;
    Writer out;
    out.put_int16(ValueVersion);
    out.put_int64(record.producer.id);
    out.put_int16(record.producer.epoch);
    out.put_int32(static_cast<int32_t>(record.timeout.count()));
    out.put_int8(static_cast<int8_t>(record.state));
    // Kafka leaves them out of a transaction that has not begun.
    if (record.state == TransactionState::Empty && record.partitions.empty()) {
        out.put_null_array(form);
    } else {
        put_partitions(out, form, record.partitions);
    }
    out.put_int64(record.updated_at);
    out.put_int64(record.started_at);
    Tags tags;
    if (record.previous_id != NoProducer) tags.begin(PreviousIdTag).put_int64(record.previous_id);
    if (record.next_id != NoProducer) tags.begin(NextIdTag).put_int64(record.next_id);
    if (record.client_version != 0) {
        tags.begin(ClientVersionTag).put_int16(record.client_version);
    }
    if (record.previous_epoch != -1) tags.begin(PreviousEpochTag).put_int16(record.previous_epoch);
    out.put_tags(form, tags);
    return std::move(out).finish();
}

std::optional<std::string> decode_transaction_key(BytesView key) {
    Reader in(key);
    if (in.take_int16() != KeyVersion) return std::nullopt;
    return in.take_string(Form::Plain);
}

TransactionRecord decode_transaction(BytesView value) {
    Reader in(value);
    int16_t version = in.take_int16();
    if (version < 0 || version > ValueVersion) {
        throw Error(ErrorCode::Corrupt, "a transaction of version {} in __transaction_state",
                    version)
            .with_hint("a later Tarn wrote it; use that one");
    }
    Form form = version == ValueVersion ? Form::Compact : Form::Plain;
    TransactionRecord record;
    record.producer.id = in.take_int64();
    record.producer.epoch = in.take_int16();
    record.timeout = std::chrono::milliseconds(in.take_int32());
    auto state = static_cast<TransactionState>(in.take_int8());
    if (std::ranges::find(StateNames, state, &StateName::first) == StateNames.end()) {
        throw Error(ErrorCode::Corrupt, "a transaction in state {} in __transaction_state",
                    static_cast<int>(state));
    }
    record.state = state;
    record.partitions = take_partitions(in, form);
    record.updated_at = in.take_int64();
    record.started_at = in.take_int64();
    uint32_t tags = in.take_tag_count(form);
    for (uint32_t i = 0; i < tags; ++i) take_tag(in.take_tag(), record);
    in.check_at_end();
    return record;
}

}  // namespace tarn::kafka
