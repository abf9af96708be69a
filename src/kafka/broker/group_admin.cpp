// Listing, describing and deleting consumer groups.

#include <algorithm>

#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/delete_groups.hpp"
#include "kafka/wire/messages/describe_groups.hpp"
#include "kafka/wire/messages/list_groups.hpp"

namespace tarn::kafka {
namespace {

bool passes(const std::vector<std::string>& filter, std::string_view value) {
    auto is_same = [&](const std::string& wanted) {
        return std::ranges::equal(wanted, value, [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) ==
                   std::tolower(static_cast<unsigned char>(b));
        });
    };
    return filter.empty() || std::ranges::any_of(filter, is_same);
}

}  // namespace

awaitable<ListGroupsResponse> answer_list_groups(Context context, ListGroupsRequest request) {
    ListGroupsResponse response;
    auto groups = co_await context.broker.groups.list();
    bool may_all = context.may(Operation::Describe, on_cluster());
    for (const ListedGroup& group : groups) {
        if (!may_all && !context.may(Operation::Describe, on_group(group.id))) continue;
        if (!passes(request.states_filter, group.state)) continue;
        if (!passes(request.types_filter, group.type)) continue;
        response.groups.push_back(
            {group.id, group.protocol_type, group.state, std::string(group.type)});
    }
    co_return response;
}

awaitable<DescribeGroupsResponse> answer_describe_groups(Context context,
                                                         DescribeGroupsRequest request) {
    constexpr int VersionWithNotFound = 6;
    DescribeGroupsResponse response;
    for (const std::string& name : request.groups) {
        DescribeGroupsResponse::DescribedGroup described;
        described.group_id = name;
        if (!context.may(Operation::Describe, on_group(name))) {
            described.error_code = number_of(KafkaError::GroupAuthorizationFailed);
            response.groups.push_back(std::move(described));
            continue;
        }
        GroupDescription group = co_await context.broker.groups.describe(name);
        described.group_state = group.state;
        described.protocol_type = group.protocol_type;
        described.protocol_data = group.protocol;
        bool is_missing = group.error != KafkaError::None && context.version >= VersionWithNotFound;
        if (is_missing) {
            described.error_code = number_of(group.error);
            described.error_message = group.message;
        }
        for (auto& member : group.members) {
            described.members.push_back({member.id, member.instance_id, member.client_id,
                                         member.client_host, std::move(member.metadata),
                                         std::move(member.assignment)});
        }
        if (request.include_authorized_operations && !is_missing) {
            described.authorized_operations = context.operations_on(on_group(name));
        }
        response.groups.push_back(std::move(described));
    }
    co_return response;
}

awaitable<DeleteGroupsResponse> answer_delete_groups(Context context, DeleteGroupsRequest request) {
    DeleteGroupsResponse response;
    for (const std::string& name : request.groups_names) {
        KafkaError error = KafkaError::GroupAuthorizationFailed;
        if (context.may(Operation::Delete, on_group(name))) {
            error = co_await context.broker.groups.remove(name);
        }
        response.results.push_back({name, number_of(error)});
    }
    co_return response;
}

}  // namespace tarn::kafka
