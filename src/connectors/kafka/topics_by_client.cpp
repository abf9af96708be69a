#include "connectors/kafka/topics_by_client.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "kafka/client/groups.hpp"
#include "kafka/wire/messages/produce.hpp"

namespace tarn::connectors {
namespace {

using kafka::KafkaError;
using kafka::client::RefusedError;

constexpr std::chrono::milliseconds PauseAfterNothing{10};
constexpr int16_t AllInSync = -1;
constexpr int32_t StoreWithinMs = 30'000;

// What the partitions of one topic are listed under in a request.
template <typename Topics>
auto& topic_in(Topics& topics, const std::string& name) {
    using Topic = typename Topics::value_type;
    auto is_named = [&](const Topic& topic) {
        if constexpr (requires { topic.topic; })
            return topic.topic == name;
        else
            return topic.name == name;
    };
    auto found = std::ranges::find_if(topics, is_named);
    if (found != topics.end()) return *found;
    auto& added = topics.emplace_back();
    if constexpr (requires { added.topic; })
        added.topic = name;
    else
        added.name = name;
    return added;
}

ReadBatches batches_of(const kafka::FetchResponse::PartitionData& fetched,
                       const TopicPartition& which, const std::shared_ptr<const void>& holder) {
    if (fetched.error_code == code_of(KafkaError::OffsetOutOfRange)) {
        return {.is_out_of_range = true};
    }
    kafka::client::check(fetched.error_code, text_of(which));
    ReadBatches answer{.bytes = fetched.records.bytes(), .holder = holder};
    if (!fetched.aborted_transactions) return answer;
    for (const auto& each : *fetched.aborted_transactions) {
        answer.aborted.push_back({each.producer_id, each.first_offset});
    }
    std::ranges::sort(answer.aborted, {}, &log::AbortedTransaction::first_offset);
    return answer;
}

}  // namespace

TopicsByClient::TopicsByClient(kafka::client::ClientSettings settings, log::Isolation isolation)
    : client_(std::move(settings)), isolation_(isolation) {}

std::string TopicsByClient::location() const {
    return text_of(client_.settings().bootstrap);
}

std::map<std::string, int32_t> TopicsByClient::topics() {
    std::map<std::string, int32_t> counts;
    for (const kafka::client::TopicInfo& topic :
         client_.retrying([&] { return list_topics(client_); })) {
        if (!topic.is_internal) counts[topic.name] = static_cast<int32_t>(topic.partitions.size());
    }
    return counts;
}

int32_t TopicsByClient::partition_count(const std::string& name, kafka::client::Missing missing) {
    auto found = find_topic(client_, name, missing);
    auto count = static_cast<int32_t>(found.partitions.size());
    topics_.insert_or_assign(name, std::move(found));
    return count;
}

const kafka::client::TopicInfo& TopicsByClient::topic(const std::string& name) {
    auto known = topics_.find(name);
    if (known == topics_.end()) known = topics_.emplace(name, find_topic(client_, name)).first;
    return known->second;
}

int32_t TopicsByClient::leader_of(const TopicPartition& which) {
    const auto& partitions = topic(which.topic).partitions;
    auto found = std::ranges::find(partitions, which.partition, &kafka::client::PartitionInfo::id);
    if (found == partitions.end()) {
        throw RefusedError(KafkaError::UnknownTopicOrPartition, text_of(which));
    }
    return found->leader;
}

template <typename Attempt>
auto TopicsByClient::with_leaders(Attempt attempt) {
    return client_.retrying([&] {
        try {
            return attempt();
        } catch (const Error&) {
            topics_.clear();
            throw;
        }
    });
}

PartitionOffsets TopicsByClient::offsets_at(const std::vector<TopicPartition>& partitions,
                                            log::Timestamp time) {
    PartitionOffsets offsets;
    std::set<std::string> names;
    for (const TopicPartition& which : partitions) names.insert(which.topic);
    for (const std::string& name : names) {
        // Only of those that are asked for: others may have no leader now.
        kafka::client::TopicInfo asked = find_topic(client_, name);
        std::erase_if(asked.partitions, [&](const auto& partition) {
            return std::ranges::find(partitions, TopicPartition{name, partition.id}) ==
                   partitions.end();
        });
        for (const auto& [id, offset] : kafka::client::offsets_at(client_, asked, time)) {
            offsets[{name, id}] = offset;
        }
    }
    return offsets;
}

PartitionOffsets TopicsByClient::committed(const std::string& group) {
    PartitionOffsets offsets;
    for (const auto& [which, offset] : kafka::client::committed_offsets(client_, group)) {
        offsets[{which.first, which.second}] = offset;
    }
    return offsets;
}

void TopicsByClient::commit(const std::string& group, const PartitionOffsets& offsets) {
    kafka::client::CommittedOffsets commits;
    for (const auto& [which, offset] : offsets) commits[{which.topic, which.partition}] = offset;
    kafka::client::commit_offsets(client_, group, commits);
}

std::vector<ReadBatches> TopicsByClient::read(const std::vector<ReadFrom>& wanted) {
    Ticks now = SystemClock().ticks();
    if (nothing_at_ && now - *nothing_at_ < PauseAfterNothing) {
        return std::vector<ReadBatches>(wanted.size());
    }
    auto answers = with_leaders([&] {
        std::vector<ReadBatches> answers(wanted.size());
        std::map<int32_t, std::vector<size_t>> by_node;
        for (size_t i = 0; i < wanted.size(); ++i) {
            by_node[leader_of(wanted[i].which)].push_back(i);
        }
        for (const auto& [node, places] : by_node) fetch(node, wanted, places, answers);
        return answers;
    });
    nothing_at_.reset();
    bool is_empty = std::ranges::all_of(answers, [](const ReadBatches& answer) {
        return answer.bytes.empty() && !answer.is_out_of_range;
    });
    if (is_empty) nothing_at_ = now;
    return answers;
}

void TopicsByClient::fetch(int32_t node, const std::vector<ReadFrom>& wanted,
                           const std::vector<size_t>& places, std::vector<ReadBatches>& answers) {
    kafka::FetchRequest request;
    request.max_wait_ms = 0;
    request.max_bytes = ReadBytesMax;
    request.isolation_level = isolation_ == log::Isolation::Committed ? 1 : 0;
    std::map<TopicPartition, size_t> place_of;
    for (size_t place : places) {
        const auto& [which, offset] = wanted[place];
        place_of[which] = place;
        topic_in(request.topics, which.topic)
            .partitions.push_back(
                {.partition = which.partition,
                 .fetch_offset = offset,
                 .partition_max_bytes = static_cast<int32_t>(read_share(wanted.size()))});
    }
    auto answer = std::make_shared<kafka::client::Answer<kafka::FetchResponse>>(
        client_.call<kafka::FetchResponse>(request, kafka::client::Node{node}));
    kafka::client::check((*answer)->error_code, "reading");
    for (const auto& topic : (*answer)->responses) {
        for (const auto& fetched : topic.partitions) {
            auto found = place_of.find({topic.topic, fetched.partition_index});
            if (found == place_of.end()) continue;
            answers[found->second] = batches_of(fetched, found->first, answer);
        }
    }
}

void TopicsByClient::append(std::vector<NewBatch> batches, const TransactionHolder* holder) {
    std::set<const NewBatch*> stored;
    with_leaders([&] {
        std::map<int32_t, std::vector<NewBatch*>> by_node;
        for (NewBatch& batch : batches) {
            if (!stored.contains(&batch)) by_node[leader_of(batch.which)].push_back(&batch);
        }
        for (const auto& [node, sent] : by_node) {
            produce(node, sent, holder);
            stored.insert(sent.begin(), sent.end());
        }
    });
}

// A request can have one batch for each partition.
void TopicsByClient::produce(int32_t node, const std::vector<NewBatch*>& batches,
                             const TransactionHolder* holder) {
    kafka::ProduceRequest request;
    if (holder) request.transactional_id = holder->id;
    request.acks = AllInSync;
    request.timeout_ms = StoreWithinMs;
    for (const NewBatch* batch : batches) {
        topic_in(request.topic_data, batch->which.topic)
            .partition_data.push_back(
                {.index = batch->which.partition, .records = kafka::Records(batch->bytes)});
    }
    auto answer = client_.call<kafka::ProduceResponse>(request, kafka::client::Node{node});
    for (const auto& topic : answer->responses) {
        for (const auto& stored : topic.partition_responses) {
            kafka::client::check(stored.error_code, text_of({topic.name, stored.index}),
                                 stored.error_message);
        }
    }
}

TransactionHolder TopicsByClient::hold_transactions(const std::string& id,
                                                    std::chrono::milliseconds timeout) {
    return kafka::client::hold_transactions(client_, id, timeout);
}

void TopicsByClient::add_to_transaction(const TransactionHolder& holder,
                                        const std::vector<TopicPartition>& partitions) {
    std::vector<kafka::client::TopicPartition> added;
    for (const auto& [topic, partition] : partitions) added.emplace_back(topic, partition);
    kafka::client::add_to_transaction(client_, holder, added);
}

void TopicsByClient::commit_transaction(const TransactionHolder& holder) {
    kafka::client::commit_transaction(client_, holder);
}

}  // namespace tarn::connectors
