// Who answers which request: one function for each API, in the file named after its family. Those
// that wait are coroutines; the others run where the connection lives, without leaving it.
#pragma once

#include "kafka/broker/answer.hpp"
#include "kafka/broker/request.hpp"

namespace tarn::kafka {

// The awaitables borrow nothing: requests are handed over.

// produce.cpp, fetch.cpp
struct ProduceRequest;
awaitable<Answer> answer_produce(Context context, ProduceRequest request);
struct FetchRequest;
struct FetchResponse;
awaitable<FetchResponse> answer_fetch(Context context, FetchRequest request);

// offsets.cpp: where records are
struct ListOffsetsRequest;
struct ListOffsetsResponse;
awaitable<ListOffsetsResponse> answer_list_offsets(Context context, ListOffsetsRequest request);
struct OffsetForLeaderEpochRequest;
struct OffsetForLeaderEpochResponse;
awaitable<OffsetForLeaderEpochResponse> answer_offset_for_leader_epoch(
    Context context, OffsetForLeaderEpochRequest request);
struct DeleteRecordsRequest;
struct DeleteRecordsResponse;
awaitable<DeleteRecordsResponse> answer_delete_records(Context context,
                                                       DeleteRecordsRequest request);

// metadata.cpp: what there is
struct ApiVersionsRequest;
struct ApiVersionsResponse;
ApiVersionsResponse answer_api_versions(const Context& context, const ApiVersionsRequest& request);
struct MetadataRequest;
struct MetadataResponse;
awaitable<MetadataResponse> answer_metadata(Context context, MetadataRequest request);
struct DescribeClusterRequest;
struct DescribeClusterResponse;
DescribeClusterResponse answer_describe_cluster(const Context& context,
                                                const DescribeClusterRequest& request);
struct DescribeTopicPartitionsRequest;
struct DescribeTopicPartitionsResponse;
DescribeTopicPartitionsResponse answer_describe_topic_partitions(
    const Context& context, const DescribeTopicPartitionsRequest& request);

// topics.cpp: making and changing topics
struct CreateTopicsRequest;
struct CreateTopicsResponse;
awaitable<CreateTopicsResponse> answer_create_topics(Context context, CreateTopicsRequest request);
struct DeleteTopicsRequest;
struct DeleteTopicsResponse;
awaitable<DeleteTopicsResponse> answer_delete_topics(Context context, DeleteTopicsRequest request);
struct CreatePartitionsRequest;
struct CreatePartitionsResponse;
awaitable<CreatePartitionsResponse> answer_create_partitions(Context context,
                                                             CreatePartitionsRequest request);

// configs.cpp
struct DescribeConfigsRequest;
struct DescribeConfigsResponse;
DescribeConfigsResponse answer_describe_configs(const Context& context,
                                                const DescribeConfigsRequest& request);
struct AlterConfigsRequest;
struct AlterConfigsResponse;
awaitable<AlterConfigsResponse> answer_alter_configs(Context context, AlterConfigsRequest request);
struct IncrementalAlterConfigsRequest;
struct IncrementalAlterConfigsResponse;
awaitable<IncrementalAlterConfigsResponse> answer_incremental_alter_configs(
    Context context, IncrementalAlterConfigsRequest request);
struct ListConfigResourcesRequest;
struct ListConfigResourcesResponse;
ListConfigResourcesResponse answer_list_config_resources(const Context& context,
                                                         const ListConfigResourcesRequest& request);

// cluster.cpp: what administrators of one machine ask although there is little to say
struct DescribeLogDirsRequest;
struct DescribeLogDirsResponse;
awaitable<DescribeLogDirsResponse> answer_describe_log_dirs(Context context,
                                                            DescribeLogDirsRequest request);
struct DescribeProducersRequest;
struct DescribeProducersResponse;
awaitable<DescribeProducersResponse> answer_describe_producers(Context context,
                                                               DescribeProducersRequest request);
struct ListPartitionReassignmentsRequest;
struct ListPartitionReassignmentsResponse;
ListPartitionReassignmentsResponse answer_list_partition_reassignments(
    const Context& context, const ListPartitionReassignmentsRequest& request);
struct AlterPartitionReassignmentsRequest;
struct AlterPartitionReassignmentsResponse;
AlterPartitionReassignmentsResponse answer_alter_partition_reassignments(
    const Context& context, const AlterPartitionReassignmentsRequest& request);
struct ElectLeadersRequest;
struct ElectLeadersResponse;
ElectLeadersResponse answer_elect_leaders(const Context& context,
                                          const ElectLeadersRequest& request);
struct DescribeClientQuotasRequest;
struct DescribeClientQuotasResponse;
DescribeClientQuotasResponse answer_describe_client_quotas(
    const Context& context, const DescribeClientQuotasRequest& request);

// groups.cpp: membership
struct FindCoordinatorRequest;
struct FindCoordinatorResponse;
awaitable<FindCoordinatorResponse> answer_find_coordinator(Context context,
                                                           FindCoordinatorRequest request);
struct JoinGroupRequest;
struct JoinGroupResponse;
awaitable<JoinGroupResponse> answer_join_group(Context context, JoinGroupRequest request);
struct SyncGroupRequest;
struct SyncGroupResponse;
awaitable<SyncGroupResponse> answer_sync_group(Context context, SyncGroupRequest request);
struct HeartbeatRequest;
struct HeartbeatResponse;
awaitable<HeartbeatResponse> answer_heartbeat(Context context, HeartbeatRequest request);
struct LeaveGroupRequest;
struct LeaveGroupResponse;
awaitable<LeaveGroupResponse> answer_leave_group(Context context, LeaveGroupRequest request);

// consumer_groups.cpp: those of the newer protocol
struct ConsumerGroupHeartbeatRequest;
struct ConsumerGroupHeartbeatResponse;
awaitable<ConsumerGroupHeartbeatResponse> answer_consumer_group_heartbeat(
    Context context, ConsumerGroupHeartbeatRequest request);
struct ConsumerGroupDescribeRequest;
struct ConsumerGroupDescribeResponse;
awaitable<ConsumerGroupDescribeResponse> answer_consumer_group_describe(
    Context context, ConsumerGroupDescribeRequest request);

// group_admin.cpp
struct ListGroupsRequest;
struct ListGroupsResponse;
awaitable<ListGroupsResponse> answer_list_groups(Context context, ListGroupsRequest request);
struct DescribeGroupsRequest;
struct DescribeGroupsResponse;
awaitable<DescribeGroupsResponse> answer_describe_groups(Context context,
                                                         DescribeGroupsRequest request);
struct DeleteGroupsRequest;
struct DeleteGroupsResponse;
awaitable<DeleteGroupsResponse> answer_delete_groups(Context context, DeleteGroupsRequest request);

// group_offsets.cpp
struct OffsetCommitRequest;
struct OffsetCommitResponse;
awaitable<OffsetCommitResponse> answer_offset_commit(Context context, OffsetCommitRequest request);
struct OffsetFetchRequest;
struct OffsetFetchResponse;
awaitable<OffsetFetchResponse> answer_offset_fetch(Context context, OffsetFetchRequest request);
struct OffsetDeleteRequest;
struct OffsetDeleteResponse;
awaitable<OffsetDeleteResponse> answer_offset_delete(Context context, OffsetDeleteRequest request);

// transactions.cpp
struct AddPartitionsToTxnRequest;
struct AddPartitionsToTxnResponse;
awaitable<AddPartitionsToTxnResponse> answer_add_partitions_to_txn(
    Context context, AddPartitionsToTxnRequest request);
struct AddOffsetsToTxnRequest;
struct AddOffsetsToTxnResponse;
awaitable<AddOffsetsToTxnResponse> answer_add_offsets_to_txn(Context context,
                                                             AddOffsetsToTxnRequest request);
struct EndTxnRequest;
struct EndTxnResponse;
awaitable<EndTxnResponse> answer_end_txn(Context context, EndTxnRequest request);
struct DescribeTransactionsRequest;
struct DescribeTransactionsResponse;
awaitable<DescribeTransactionsResponse> answer_describe_transactions(
    Context context, DescribeTransactionsRequest request);
struct ListTransactionsRequest;
struct ListTransactionsResponse;
awaitable<ListTransactionsResponse> answer_list_transactions(Context context,
                                                             ListTransactionsRequest request);

// transaction_markers.cpp
struct WriteTxnMarkersRequest;
struct WriteTxnMarkersResponse;
awaitable<WriteTxnMarkersResponse> answer_write_txn_markers(Context context,
                                                            WriteTxnMarkersRequest request);

// transactional_offsets.cpp
struct TxnOffsetCommitRequest;
struct TxnOffsetCommitResponse;
awaitable<TxnOffsetCommitResponse> answer_txn_offset_commit(Context context,
                                                            TxnOffsetCommitRequest request);
// sasl.cpp
struct SaslHandshakeRequest;
awaitable<Answer> answer_sasl_handshake(Context context, SaslHandshakeRequest request);
struct SaslAuthenticateRequest;
awaitable<Answer> answer_sasl_authenticate(Context context, SaslAuthenticateRequest request);

// users.cpp
struct DescribeUserScramCredentialsRequest;
struct DescribeUserScramCredentialsResponse;
DescribeUserScramCredentialsResponse answer_describe_users(
    const Context& context, const DescribeUserScramCredentialsRequest& request);
struct AlterUserScramCredentialsRequest;
struct AlterUserScramCredentialsResponse;
awaitable<AlterUserScramCredentialsResponse> answer_alter_users(
    Context context, AlterUserScramCredentialsRequest request);

// acls.cpp
struct DescribeAclsRequest;
struct DescribeAclsResponse;
DescribeAclsResponse answer_describe_acls(const Context& context,
                                          const DescribeAclsRequest& request);
struct CreateAclsRequest;
struct CreateAclsResponse;
awaitable<CreateAclsResponse> answer_create_acls(Context context, CreateAclsRequest request);
struct DeleteAclsRequest;
struct DeleteAclsResponse;
awaitable<DeleteAclsResponse> answer_delete_acls(Context context, DeleteAclsRequest request);

// producers.cpp
struct InitProducerIdRequest;
struct InitProducerIdResponse;
awaitable<InitProducerIdResponse> answer_init_producer_id(Context context,
                                                          InitProducerIdRequest request);

}  // namespace tarn::kafka
