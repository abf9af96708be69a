// Transactions: from the messages to their coordinator and back.

#include <algorithm>
#include <regex>

#include "base/error.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/broker/transaction_coordinator.hpp"
#include "kafka/wire/messages/add_offsets_to_txn.hpp"
#include "kafka/wire/messages/add_partitions_to_txn.hpp"
#include "kafka/wire/messages/describe_transactions.hpp"
#include "kafka/wire/messages/end_txn.hpp"
#include "kafka/wire/messages/list_transactions.hpp"

namespace tarn::kafka {
namespace {

// Clients know ProducerFenced from this version on of the requests below.
constexpr int VersionWithFenced = 2;

KafkaError known_in(int version, KafkaError error) {
    bool is_unknown = error == KafkaError::ProducerFenced && version < VersionWithFenced;
    return is_unknown ? KafkaError::InvalidProducerEpoch : error;
}

// Whether the client may write by this transactional id.
KafkaError check(const Context& context, const std::string& transactional_id) {
    bool is_fine = context.may(Operation::Write, on_transactional_id(transactional_id));
    return is_fine ? KafkaError::None : KafkaError::TransactionalIdAuthorizationFailed;
}

KafkaError check(const Context& context, const std::string& topic, int32_t index) {
    if (!context.may(Operation::Write, on_topic(topic))) {
        return KafkaError::TopicAuthorizationFailed;
    }
    log::TopicPtr found = context.find_topic(topic);
    bool is_there = found && found->has_partition(index);
    return is_there ? KafkaError::None : KafkaError::UnknownTopicOrPartition;
}

// Throws std::regex_error.
std::regex compiled(const std::string& pattern) {
    constexpr size_t PatternSizeMax = 250;
    if (pattern.size() > PatternSizeMax) throw std::regex_error(std::regex_constants::error_space);
    // Without going back and forth, whose time an evil pattern makes exponential.
    return std::regex(pattern, std::regex::ECMAScript | std::regex_constants::__polynomial);
}

// Which transactions a ListTransactions asks for.
class Filter {
public:
    // Throws std::regex_error.
    Filter(const ListTransactionsRequest& request, log::Timestamp now)
        : request_(request), now_(now) {
        for (const std::string& name : request.state_filters) {
            if (auto state = state_named(name)) states_.push_back(*state);
        }
        const auto& pattern = request.transactional_id_pattern;
        if (pattern && !pattern->empty()) pattern_ = compiled(*pattern);
    }

    bool passes(const std::string& id, const TransactionRecord& record) const {
        const auto& ids = request_.producer_id_filters;
        if (!ids.empty() && std::ranges::find(ids, record.producer.id) == ids.end()) return false;
        if (!request_.state_filters.empty() &&
            std::ranges::find(states_, record.state) == states_.end()) {
            return false;
        }
        // As Kafka has it, ids whose last transaction began long ago pass too, and new ones.
        bool is_long = now_ - record.started_at > request_.duration_filter;
        if (request_.duration_filter >= 0 && !is_long) return false;
        constexpr size_t MatchedSizeMax = 1000;
        return !pattern_ || (id.size() <= MatchedSizeMax && std::regex_match(id, *pattern_));
    }

private:
    const ListTransactionsRequest& request_;
    log::Timestamp now_;
    std::vector<TransactionState> states_;
    std::optional<std::regex> pattern_;
};

}  // namespace

awaitable<AddPartitionsToTxnResponse> answer_add_partitions_to_txn(
    Context context, AddPartitionsToTxnRequest request) {
    AddPartitionsToTxnResponse response;
    TransactionCoordinator::Partitions partitions;
    KafkaError by_id = check(context, request.v3_and_below_transactional_id);
    bool are_all_there = true;
    for (const auto& topic : request.v3_and_below_topics) {
        auto& in_response = response.results_by_topic_v3_and_below.emplace_back();
        in_response.name = topic.name;
        for (int32_t index : topic.partitions) {
            KafkaError error = by_id;
            if (error == KafkaError::None) error = check(context, topic.name, index);
            in_response.results_by_partition.push_back({index, number_of(error)});
            are_all_there = are_all_there && error == KafkaError::None;
            partitions.push_back({topic.name, index});
        }
    }
    KafkaError error = KafkaError::OperationNotAttempted;
    if (are_all_there) {
        Producer producer{request.v3_and_below_producer_id, request.v3_and_below_producer_epoch};
        error = co_await context.broker.transactions.add(
            std::move(request.v3_and_below_transactional_id), producer, std::move(partitions));
    }
    for (auto& topic : response.results_by_topic_v3_and_below) {
        for (auto& partition : topic.results_by_partition) {
            if (partition.partition_error_code != number_of(KafkaError::None)) continue;
            partition.partition_error_code = number_of(known_in(context.version, error));
        }
    }
    co_return response;
}

awaitable<AddOffsetsToTxnResponse> answer_add_offsets_to_txn(Context context,
                                                             AddOffsetsToTxnRequest request) {
    AddOffsetsToTxnResponse response;
    KafkaError refusal = check(context, request.transactional_id);
    if (refusal == KafkaError::None && !context.may(Operation::Read, on_group(request.group_id))) {
        refusal = KafkaError::GroupAuthorizationFailed;
    }
    if (refusal != KafkaError::None) {
        response.error_code = number_of(refusal);
        co_return response;
    }
    GroupCoordinator& groups = context.broker.groups;
    co_await groups.create_topic_if_missing();
    TransactionCoordinator::Partitions partitions = {groups.offsets_partition()};
    Producer producer{request.producer_id, request.producer_epoch};
    KafkaError error = co_await context.broker.transactions.add(std::move(request.transactional_id),
                                                                producer, std::move(partitions));
    response.error_code = number_of(known_in(context.version, error));
    co_return response;
}

awaitable<EndTxnResponse> answer_end_txn(Context context, EndTxnRequest request) {
    constexpr int VersionOfSecondProtocol = 5;
    bool is_second = context.version >= VersionOfSecondProtocol;
    auto protocol = is_second ? TransactionProtocol::Second : TransactionProtocol::First;
    if (auto refusal = check(context, request.transactional_id); refusal != KafkaError::None) {
        EndTxnResponse refused;
        refused.error_code = number_of(refusal);
        co_return refused;
    }
    Producer producer{request.producer_id, request.producer_epoch};
    Transaction::Answer answer = co_await context.broker.transactions.end(
        std::move(request.transactional_id), producer, request.committed, protocol);
    EndTxnResponse response;
    response.error_code = number_of(known_in(context.version, answer.error));
    if (is_second) {
        response.producer_id = answer.producer.id;
        response.producer_epoch = answer.producer.epoch;
    }
    co_return response;
}

awaitable<DescribeTransactionsResponse> answer_describe_transactions(
    Context context, DescribeTransactionsRequest request) {
    DescribeTransactionsResponse response;
    for (const std::string& id : request.transactional_ids) {
        bool is_fine = context.may(Operation::Describe, on_transactional_id(id));
        auto record = co_await context.broker.transactions.describe(id);
        auto& described = response.transaction_states.emplace_back();
        described.transactional_id = id;
        if (!is_fine) {
            described.error_code = number_of(KafkaError::TransactionalIdAuthorizationFailed);
            continue;
        }
        if (!record) {
            described.error_code = number_of(KafkaError::TransactionalIdNotFound);
            continue;
        }
        described.transaction_state = name_of(record->state);
        described.transaction_timeout_ms = static_cast<int32_t>(record->timeout.count());
        described.transaction_start_time_ms = record->started_at;
        described.producer_id = record->producer.id;
        described.producer_epoch = record->producer.epoch;
        for (const TopicPartition& each : record->partitions) {
            bool is_new = described.topics.empty() || described.topics.back().topic != each.topic;
            if (is_new) described.topics.push_back({each.topic, {}});
            described.topics.back().partitions.push_back(each.partition);
        }
    }
    co_return response;
}

awaitable<ListTransactionsResponse> answer_list_transactions(Context context,
                                                             ListTransactionsRequest request) {
    ListTransactionsResponse response;
    for (const std::string& name : request.state_filters) {
        if (!state_named(name)) response.unknown_state_filters.push_back(name);
    }
    auto all = co_await context.broker.transactions.list();
    try {
        Filter filter(request, context.broker.now_ms());
        for (const auto& [id, record] : all) {
            if (!filter.passes(id, record)) continue;
            if (!context.may(Operation::Describe, on_transactional_id(id))) continue;
            response.transaction_states.push_back(
                {id, record.producer.id, std::string(name_of(record.state))});
        }
    } catch (const std::regex_error&) {
        response.transaction_states.clear();
        response.error_code = number_of(KafkaError::InvalidRegularExpression);
    }
    co_return response;
}

}  // namespace tarn::kafka
