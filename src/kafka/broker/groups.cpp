// Membership of consumer groups: from the messages to the coordinator and back.

#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/find_coordinator.hpp"
#include "kafka/wire/messages/heartbeat.hpp"
#include "kafka/wire/messages/join_group.hpp"
#include "kafka/wire/messages/leave_group.hpp"
#include "kafka/wire/messages/sync_group.hpp"

namespace tarn::kafka {
namespace {

// What a coordinator is looked up for.
constexpr int8_t ForGroup = 0;
constexpr int8_t ForTransaction = 1;

constexpr const char* NoSuchCoordinator = "There is no coordinator of this type.";

JoinGroupResponse response_of(JoinAnswer answer, int version) {
    JoinGroupResponse response;
    response.error_code = number_of(answer.error);
    response.generation_id = answer.generation;
    response.protocol_type = answer.protocol_type;
    response.protocol_name = answer.protocol;
    // Null is for the versions that know of it.
    constexpr int VersionWithNullProtocol = 7;
    if (!response.protocol_name && version < VersionWithNullProtocol) response.protocol_name = "";
    response.leader = answer.leader;
    response.member_id = answer.member_id;
    constexpr int VersionWithSkipAssignment = 9;
    response.skip_assignment = answer.skip_assignment && version >= VersionWithSkipAssignment;
    for (auto& member : answer.members) {
        response.members.push_back(
            {member.member_id, member.instance_id, std::move(member.metadata)});
    }
    return response;
}

// Members read, so they need that of the group.
KafkaError check_member(const Context& context, const std::string& group) {
    if (group.empty()) return KafkaError::InvalidGroupId;
    bool is_fine = context.may(Operation::Read, on_group(group));
    return is_fine ? KafkaError::None : KafkaError::GroupAuthorizationFailed;
}

KafkaError check_coordinator(const Context& context, int8_t key_type, const std::string& key) {
    if (key_type == ForGroup) {
        bool is_fine = context.may(Operation::Describe, on_group(key));
        return is_fine ? KafkaError::None : KafkaError::GroupAuthorizationFailed;
    }
    if (key_type == ForTransaction) {
        bool is_fine = context.may(Operation::Describe, on_transactional_id(key));
        return is_fine ? KafkaError::None : KafkaError::TransactionalIdAuthorizationFailed;
    }
    return KafkaError::InvalidRequest;
}

}  // namespace

awaitable<FindCoordinatorResponse> answer_find_coordinator(Context context,
                                                           FindCoordinatorRequest request) {
    const Listener& listener = context.session.listener;
    FindCoordinatorResponse response;
    response.error_message = std::nullopt;
    constexpr int VersionWithManyKeys = 4;
    if (context.version < VersionWithManyKeys) {
        KafkaError error = check_coordinator(context, request.key_type, request.key);
        bool is_known = error == KafkaError::None;
        response.error_code = number_of(error);
        if (error == KafkaError::InvalidRequest) response.error_message = NoSuchCoordinator;
        response.node_id = is_known ? context.broker.settings.node_id : -1;
        response.host = is_known ? listener.advertised_host : "";
        response.port = is_known ? listener.advertised_port : -1;
        co_return response;
    }
    for (const std::string& key : request.coordinator_keys) {
        KafkaError error = check_coordinator(context, request.key_type, key);
        bool is_found = error == KafkaError::None;
        auto& found = response.coordinators.emplace_back();
        found.key = key;
        found.node_id = is_found ? context.broker.settings.node_id : -1;
        found.host = is_found ? listener.advertised_host : "";
        found.port = is_found ? listener.advertised_port : -1;
        found.error_code = number_of(error);
        found.error_message = error == KafkaError::InvalidRequest ? NoSuchCoordinator : "";
    }
    co_return response;
}

awaitable<JoinGroupResponse> answer_join_group(Context context, JoinGroupRequest request) {
    if (auto error = check_member(context, request.group_id); error != KafkaError::None) {
        co_return response_of({.error = error, .member_id = request.member_id}, context.version);
    }
    constexpr int VersionWithMemberIdRequired = 4;
    constexpr int VersionWithSkipAssignment = 9;
    JoinRequest join{.member_id = request.member_id,
                     .instance_id = request.group_instance_id,
                     .client_id = std::string(context.client_id),
                     .client_host = "/" + context.session.client_host,
                     .session_timeout = std::chrono::milliseconds(request.session_timeout_ms),
                     // Version 0 had the one timeout for both.
                     .rebalance_timeout = std::chrono::milliseconds(
                         request.rebalance_timeout_ms < 0 ? request.session_timeout_ms
                                                          : request.rebalance_timeout_ms),
                     .protocol_type = request.protocol_type,
                     .protocols = {},
                     .knows_member_id_required = context.version >= VersionWithMemberIdRequired,
                     .knows_skip_assignment = context.version >= VersionWithSkipAssignment};
    for (auto& protocol : request.protocols) {
        join.protocols.push_back({protocol.name, std::move(protocol.metadata)});
    }
    JoinAnswer answer =
        co_await context.broker.groups.join(std::move(request.group_id), std::move(join));
    co_return response_of(std::move(answer), context.version);
}

awaitable<SyncGroupResponse> answer_sync_group(Context context, SyncGroupRequest request) {
    if (auto error = check_member(context, request.group_id); error != KafkaError::None) {
        SyncGroupResponse refused;
        refused.error_code = number_of(error);
        co_return refused;
    }
    SyncRequest sync{
        .speaker = {request.member_id, request.group_instance_id, request.generation_id},
        .protocol_type = request.protocol_type,
        .protocol = request.protocol_name,
        .assignments = {}};
    for (auto& each : request.assignments) {
        sync.assignments[each.member_id] = std::move(each.assignment);
    }
    SyncAnswer answer =
        co_await context.broker.groups.sync(std::move(request.group_id), std::move(sync));
    SyncGroupResponse response;
    response.error_code = number_of(answer.error);
    response.protocol_type = answer.protocol_type;
    response.protocol_name = answer.protocol;
    response.assignment = std::move(answer.assignment);
    co_return response;
}

awaitable<HeartbeatResponse> answer_heartbeat(Context context, HeartbeatRequest request) {
    Speaker speaker{request.member_id, request.group_instance_id, request.generation_id};
    KafkaError error = check_member(context, request.group_id);
    if (error == KafkaError::None) {
        error = co_await context.broker.groups.heartbeat(std::move(request.group_id),
                                                         std::move(speaker));
    }
    HeartbeatResponse response;
    response.error_code = number_of(error);
    co_return response;
}

awaitable<LeaveGroupResponse> answer_leave_group(Context context, LeaveGroupRequest request) {
    constexpr int VersionWithManyMembers = 3;
    bool has_many = context.version >= VersionWithManyMembers;
    if (auto error = check_member(context, request.group_id); error != KafkaError::None) {
        LeaveGroupResponse refused;
        refused.error_code = number_of(error);
        co_return refused;
    }
    std::vector<Speaker> speakers;
    if (!has_many) speakers.push_back({.member_id = request.member_id, .instance_id = {}});
    for (const auto& member : request.members) {
        speakers.push_back(
            {.member_id = member.member_id, .instance_id = member.group_instance_id});
    }
    auto errors = co_await context.broker.groups.leave(std::move(request.group_id), speakers);
    LeaveGroupResponse response;
    if (!has_many) {
        response.error_code = number_of(errors[0]);
        co_return response;
    }
    for (size_t i = 0; i < speakers.size(); ++i) {
        response.members.push_back(
            {speakers[i].member_id, speakers[i].instance_id, number_of(errors[i])});
    }
    co_return response;
}

}  // namespace tarn::kafka
