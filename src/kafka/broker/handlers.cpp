#include "kafka/broker/handlers.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/broker_metrics.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/broker/sasl.hpp"
#include "kafka/wire/headers.hpp"
#include "kafka/wire/messages/add_offsets_to_txn.hpp"
#include "kafka/wire/messages/add_partitions_to_txn.hpp"
#include "kafka/wire/messages/alter_configs.hpp"
#include "kafka/wire/messages/alter_partition_reassignments.hpp"
#include "kafka/wire/messages/alter_user_scram_credentials.hpp"
#include "kafka/wire/messages/api_versions.hpp"
#include "kafka/wire/messages/consumer_group_describe.hpp"
#include "kafka/wire/messages/consumer_group_heartbeat.hpp"
#include "kafka/wire/messages/create_acls.hpp"
#include "kafka/wire/messages/create_partitions.hpp"
#include "kafka/wire/messages/create_topics.hpp"
#include "kafka/wire/messages/delete_acls.hpp"
#include "kafka/wire/messages/delete_groups.hpp"
#include "kafka/wire/messages/delete_records.hpp"
#include "kafka/wire/messages/delete_topics.hpp"
#include "kafka/wire/messages/describe_acls.hpp"
#include "kafka/wire/messages/describe_client_quotas.hpp"
#include "kafka/wire/messages/describe_cluster.hpp"
#include "kafka/wire/messages/describe_configs.hpp"
#include "kafka/wire/messages/describe_groups.hpp"
#include "kafka/wire/messages/describe_log_dirs.hpp"
#include "kafka/wire/messages/describe_producers.hpp"
#include "kafka/wire/messages/describe_topic_partitions.hpp"
#include "kafka/wire/messages/describe_transactions.hpp"
#include "kafka/wire/messages/describe_user_scram_credentials.hpp"
#include "kafka/wire/messages/elect_leaders.hpp"
#include "kafka/wire/messages/end_txn.hpp"
#include "kafka/wire/messages/fetch.hpp"
#include "kafka/wire/messages/find_coordinator.hpp"
#include "kafka/wire/messages/heartbeat.hpp"
#include "kafka/wire/messages/incremental_alter_configs.hpp"
#include "kafka/wire/messages/init_producer_id.hpp"
#include "kafka/wire/messages/join_group.hpp"
#include "kafka/wire/messages/leave_group.hpp"
#include "kafka/wire/messages/list_config_resources.hpp"
#include "kafka/wire/messages/list_groups.hpp"
#include "kafka/wire/messages/list_offsets.hpp"
#include "kafka/wire/messages/list_partition_reassignments.hpp"
#include "kafka/wire/messages/list_transactions.hpp"
#include "kafka/wire/messages/metadata.hpp"
#include "kafka/wire/messages/offset_commit.hpp"
#include "kafka/wire/messages/offset_delete.hpp"
#include "kafka/wire/messages/offset_fetch.hpp"
#include "kafka/wire/messages/offset_for_leader_epoch.hpp"
#include "kafka/wire/messages/produce.hpp"
#include "kafka/wire/messages/sasl_authenticate.hpp"
#include "kafka/wire/messages/sasl_handshake.hpp"
#include "kafka/wire/messages/sync_group.hpp"
#include "kafka/wire/messages/txn_offset_commit.hpp"
#include "kafka/wire/messages/write_txn_markers.hpp"

namespace tarn::kafka {
namespace {

template <typename Response>
Answer framed(const Context& context, const Response& response) {
    return {.frame = response_frame(response, context.version, context.correlation_id)};
}

// Makes one entry's function of a handler that takes a request and gives a response.
template <typename Request, auto Function>
awaitable<Answer> adapt(Context context, BytesView message) {
    Reader in(message);
    Request request = Request::read(in, context.version);
    using Given = std::decay_t<decltype(Function(context, std::move(request)))>;
    if constexpr (std::is_same_v<Given, awaitable<Answer>>) {
        Answer answer = co_await Function(context, std::move(request));
        co_return answer;
    } else if constexpr (requires { typename Given::value_type; }) {
        auto response = co_await Function(context, std::move(request));
        co_return framed(context, response);
    } else {
        co_return framed(context, Function(context, std::move(request)));
    }
}

// A client that is newer than we are hears which versions we have, in the oldest form there is.
Answer too_new(Context context) {
    ApiVersionsResponse response = answer_api_versions(context, {});
    response.error_code = number_of(KafkaError::UnsupportedVersion);
    context.version = 0;
    return framed(context, response);
}

constexpr Handler Table[] = {
    {ApiKey::Produce, 0, 13, adapt<ProduceRequest, answer_produce>},
    {ApiKey::Fetch, 4, 18, adapt<FetchRequest, answer_fetch>},
    {ApiKey::ListOffsets, 1, 11, adapt<ListOffsetsRequest, answer_list_offsets>},
    {ApiKey::Metadata, 0, 13, adapt<MetadataRequest, answer_metadata>},
    {ApiKey::OffsetCommit, 2, 10, adapt<OffsetCommitRequest, answer_offset_commit>},
    {ApiKey::OffsetFetch, 1, 10, adapt<OffsetFetchRequest, answer_offset_fetch>},
    {ApiKey::FindCoordinator, 0, 6, adapt<FindCoordinatorRequest, answer_find_coordinator>},
    {ApiKey::JoinGroup, 0, 9, adapt<JoinGroupRequest, answer_join_group>},
    {ApiKey::Heartbeat, 0, 4, adapt<HeartbeatRequest, answer_heartbeat>},
    {ApiKey::LeaveGroup, 0, 5, adapt<LeaveGroupRequest, answer_leave_group>},
    {ApiKey::SyncGroup, 0, 5, adapt<SyncGroupRequest, answer_sync_group>},
    {ApiKey::DescribeGroups, 0, 6, adapt<DescribeGroupsRequest, answer_describe_groups>},
    {ApiKey::ListGroups, 0, 5, adapt<ListGroupsRequest, answer_list_groups>},
    {ApiKey::SaslHandshake, 0, 1, adapt<SaslHandshakeRequest, answer_sasl_handshake>},
    {ApiKey::ApiVersions, 0, 4, adapt<ApiVersionsRequest, answer_api_versions>},
    {ApiKey::CreateTopics, 2, 7, adapt<CreateTopicsRequest, answer_create_topics>},
    {ApiKey::DeleteTopics, 1, 6, adapt<DeleteTopicsRequest, answer_delete_topics>},
    {ApiKey::DeleteRecords, 0, 2, adapt<DeleteRecordsRequest, answer_delete_records>},
    {ApiKey::InitProducerId, 0, 5, adapt<InitProducerIdRequest, answer_init_producer_id>},
    {ApiKey::OffsetForLeaderEpoch, 2, 4,
     adapt<OffsetForLeaderEpochRequest, answer_offset_for_leader_epoch>},
    // From version 4 on it is for brokers among themselves.
    {ApiKey::AddPartitionsToTxn, 0, 3,
     adapt<AddPartitionsToTxnRequest, answer_add_partitions_to_txn>},
    {ApiKey::AddOffsetsToTxn, 0, 4, adapt<AddOffsetsToTxnRequest, answer_add_offsets_to_txn>},
    {ApiKey::EndTxn, 0, 5, adapt<EndTxnRequest, answer_end_txn>},
    {ApiKey::WriteTxnMarkers, 1, 2, adapt<WriteTxnMarkersRequest, answer_write_txn_markers>},
    {ApiKey::TxnOffsetCommit, 0, 5, adapt<TxnOffsetCommitRequest, answer_txn_offset_commit>},
    {ApiKey::DescribeAcls, 1, 3, adapt<DescribeAclsRequest, answer_describe_acls>},
    {ApiKey::CreateAcls, 1, 3, adapt<CreateAclsRequest, answer_create_acls>},
    {ApiKey::DeleteAcls, 1, 3, adapt<DeleteAclsRequest, answer_delete_acls>},
    {ApiKey::DescribeConfigs, 1, 4, adapt<DescribeConfigsRequest, answer_describe_configs>},
    {ApiKey::AlterConfigs, 0, 2, adapt<AlterConfigsRequest, answer_alter_configs>},
    {ApiKey::DescribeLogDirs, 1, 5, adapt<DescribeLogDirsRequest, answer_describe_log_dirs>},
    {ApiKey::SaslAuthenticate, 0, 2, adapt<SaslAuthenticateRequest, answer_sasl_authenticate>},
    {ApiKey::CreatePartitions, 0, 3, adapt<CreatePartitionsRequest, answer_create_partitions>},
    {ApiKey::DeleteGroups, 0, 2, adapt<DeleteGroupsRequest, answer_delete_groups>},
    {ApiKey::ElectLeaders, 0, 2, adapt<ElectLeadersRequest, answer_elect_leaders>},
    {ApiKey::IncrementalAlterConfigs, 0, 1,
     adapt<IncrementalAlterConfigsRequest, answer_incremental_alter_configs>},
    {ApiKey::AlterPartitionReassignments, 0, 1,
     adapt<AlterPartitionReassignmentsRequest, answer_alter_partition_reassignments>},
    {ApiKey::ListPartitionReassignments, 0, 0,
     adapt<ListPartitionReassignmentsRequest, answer_list_partition_reassignments>},
    {ApiKey::OffsetDelete, 0, 0, adapt<OffsetDeleteRequest, answer_offset_delete>},
    {ApiKey::DescribeClientQuotas, 0, 1,
     adapt<DescribeClientQuotasRequest, answer_describe_client_quotas>},
    {ApiKey::DescribeUserScramCredentials, 0, 0,
     adapt<DescribeUserScramCredentialsRequest, answer_describe_users>},
    {ApiKey::AlterUserScramCredentials, 0, 0,
     adapt<AlterUserScramCredentialsRequest, answer_alter_users>},
    {ApiKey::DescribeCluster, 0, 2, adapt<DescribeClusterRequest, answer_describe_cluster>},
    {ApiKey::DescribeProducers, 0, 0, adapt<DescribeProducersRequest, answer_describe_producers>},
    {ApiKey::DescribeTransactions, 0, 0,
     adapt<DescribeTransactionsRequest, answer_describe_transactions>},
    {ApiKey::ListTransactions, 0, 2, adapt<ListTransactionsRequest, answer_list_transactions>},
    {ApiKey::ConsumerGroupHeartbeat, 0, 1,
     adapt<ConsumerGroupHeartbeatRequest, answer_consumer_group_heartbeat>},
    {ApiKey::ConsumerGroupDescribe, 0, 1,
     adapt<ConsumerGroupDescribeRequest, answer_consumer_group_describe>},
    {ApiKey::ListConfigResources, 0, 1,
     adapt<ListConfigResourcesRequest, answer_list_config_resources>},
    {ApiKey::DescribeTopicPartitions, 0, 0,
     adapt<DescribeTopicPartitionsRequest, answer_describe_topic_partitions>},
};

const Handler* find_handler(int16_t key) {
    auto found = std::ranges::find(Table, static_cast<ApiKey>(key), &Handler::key);
    return found == std::end(Table) ? nullptr : found;
}

}  // namespace

std::span<const Handler> handlers() {
    return Table;
}

awaitable<Answer> handle(Broker& broker, Session& session, std::span<std::byte> frame) {
    Reader in(frame);
    RequestHeader header = read_request_header(in);
    Context context{.broker = broker,
                    .session = session,
                    .version = header.request_api_version,
                    .correlation_id = header.correlation_id,
                    .client_id = header.client_id ? *header.client_id : std::string_view(),
                    .frame = frame};
    const Handler* handler = find_handler(header.request_api_key);
    const Api* api = find_api(header.request_api_key);
    check_may_ask(context, header.request_api_key);
    if (handler && handler->key == ApiKey::ApiVersions && context.version > handler->max_version) {
        co_return too_new(context);
    }
    if (!handler || context.version < api->min_version || context.version > handler->max_version) {
        throw Error(ErrorCode::InvalidInput, "{} {} {} sent {} version {}, which is not served",
                    session.software_name, session.software_version, context.client_id,
                    name_of_api(header.request_api_key), context.version);
    }
    RequestTimer timer(broker.metrics, handler->key, frame.size());
    Answer answer = co_await handler->answer(context, BytesView(frame).subspan(in.position()));
    timer.answered(answer);
    co_return answer;
}

KafkaError kafka_error_of(const Error& error) {
    switch (error.code()) {
        case ErrorCode::InvalidInput:
            return KafkaError::InvalidRequest;
        case ErrorCode::NotFound:
            return KafkaError::UnknownTopicOrPartition;
        case ErrorCode::Conflict:
            return KafkaError::TopicAlreadyExists;
        case ErrorCode::StorageFull:
        case ErrorCode::Corrupt:
            return KafkaError::KafkaStorageError;
        default:
            return KafkaError::UnknownServerError;
    }
}

KafkaError kafka_error_of(log::Refusal refusal) {
    switch (refusal) {
        case log::Refusal::CorruptMessage:
            return KafkaError::CorruptMessage;
        case log::Refusal::BatchTooLarge:
            return KafkaError::MessageTooLarge;
        case log::Refusal::InvalidRecord:
            return KafkaError::InvalidRecord;
        case log::Refusal::InvalidTimestamp:
            return KafkaError::InvalidTimestamp;
        case log::Refusal::UnsupportedCompression:
            return KafkaError::UnsupportedCompressionType;
        case log::Refusal::UnsupportedFormat:
            return KafkaError::UnsupportedForMessageFormat;
        case log::Refusal::OutOfOrderSequence:
            return KafkaError::OutOfOrderSequenceNumber;
        case log::Refusal::DuplicateSequence:
            return KafkaError::DuplicateSequenceNumber;
        case log::Refusal::InvalidProducerEpoch:
            return KafkaError::InvalidProducerEpoch;
        case log::Refusal::InvalidTransactionState:
            return KafkaError::InvalidTxnState;
        case log::Refusal::CoordinatorFenced:
            return KafkaError::TransactionCoordinatorFenced;
    }
    return KafkaError::UnknownServerError;
}

}  // namespace tarn::kafka
