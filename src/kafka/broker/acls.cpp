// The access rules, as administrators' tools list and change them.

#include "base/error.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/create_acls.hpp"
#include "kafka/wire/messages/delete_acls.hpp"
#include "kafka/wire/messages/describe_acls.hpp"

namespace tarn::kafka {
namespace {

struct Refused {
    KafkaError error;
    std::string reason;
};

Refused unknown_elements() {
    return {KafkaError::InvalidRequest, "The filter contains unknown elements."};
}

// Nothing when the client may do it.
std::optional<Refused> refusal_of(const Context& context, Operation operation) {
    if (!context.broker.authorizer) {
        return Refused{KafkaError::SecurityDisabled,
                       "No Authorizer is configured. Set kafka.authorizer to 'acl'."};
    }
    if (!context.may(operation, on_cluster())) {
        return Refused{KafkaError::ClusterAuthorizationFailed, "Cluster authorization failed."};
    }
    return std::nullopt;
}

AclFilter filter_of(const auto& wanted) {
    return {.resource_type = static_cast<ResourceType>(wanted.resource_type_filter),
            .resource_name = wanted.resource_name_filter,
            .pattern_type = static_cast<PatternType>(wanted.pattern_type_filter),
            .principal = wanted.principal_filter,
            .host = wanted.host_filter,
            .operation = static_cast<Operation>(wanted.operation),
            .permission = static_cast<Permission>(wanted.permission_type)};
}

Acl acl_of(const CreateAclsRequest::AclCreation& wanted) {
    return {.resource_type = static_cast<ResourceType>(wanted.resource_type),
            .resource_name = wanted.resource_name,
            .pattern_type = static_cast<PatternType>(wanted.resource_pattern_type),
            .principal = wanted.principal,
            .host = wanted.host,
            .operation = static_cast<Operation>(wanted.operation),
            .permission = static_cast<Permission>(wanted.permission_type)};
}

using Created = CreateAclsResponse::AclCreationResult;
using Deleted = DeleteAclsResponse::DeleteAclsFilterResult;

// These throw where the disk fails.
std::optional<Refused> carry_out(Authorizer& authorizer,
                                 const CreateAclsRequest::AclCreation& wanted, Created&) {
    Acl acl = acl_of(wanted);
    if (auto fault = fault_of(acl)) return Refused{KafkaError::InvalidRequest, *fault};
    authorizer.add(acl);
    return std::nullopt;
}

std::optional<Refused> carry_out(Authorizer& authorizer,
                                 const DeleteAclsRequest::DeleteAclsFilter& wanted,
                                 Deleted& result) {
    AclFilter filter = filter_of(wanted);
    if (!is_sound(filter)) return unknown_elements();
    for (const Acl& acl : authorizer.remove(filter)) {
        auto& gone = result.matching_acls.emplace_back();
        gone.error_message = std::nullopt;
        gone.resource_type = static_cast<int8_t>(acl.resource_type);
        gone.resource_name = acl.resource_name;
        gone.pattern_type = static_cast<int8_t>(acl.pattern_type);
        gone.principal = acl.principal;
        gone.host = acl.host;
        gone.operation = static_cast<int8_t>(acl.operation);
        gone.permission_type = static_cast<int8_t>(acl.permission);
    }
    return std::nullopt;
}

// Each change by itself: one result for each that is wanted.
template <typename Result, typename Wanted>
awaitable<std::vector<Result>> change_rules(Context context, std::vector<Wanted> wanted) {
    std::vector<Result> results(wanted.size());
    auto refused = refusal_of(context, Operation::Alter);
    auto change = [&](const Wanted& each, Result& result) -> std::optional<Refused> {
        if (refused) return refused;
        try {
            return carry_out(*context.broker.authorizer, each, result);
        } catch (const Error& error) {
            return Refused{kafka_error_of(error), error.what()};
        }
    };
    auto work = [&] {
        for (size_t i = 0; i < wanted.size(); ++i) {
            results[i].error_message = std::nullopt;
            auto fault = change(wanted[i], results[i]);
            if (!fault) continue;
            results[i].error_code = number_of(fault->error);
            results[i].error_message = fault->reason;
        }
    };
    co_await context.broker.blocking.run(work);
    co_return results;
}

bool is_of(const Acl& acl, const DescribeAclsResponse::DescribeAclsResource& resource) {
    return static_cast<int8_t>(acl.resource_type) == resource.resource_type &&
           acl.resource_name == resource.resource_name &&
           static_cast<int8_t>(acl.pattern_type) == resource.pattern_type;
}

}  // namespace

DescribeAclsResponse answer_describe_acls(const Context& context,
                                          const DescribeAclsRequest& request) {
    DescribeAclsResponse response;
    response.error_message = std::nullopt;
    auto refused = refusal_of(context, Operation::Describe);
    AclFilter filter = filter_of(request);
    if (!refused && !is_sound(filter)) refused = unknown_elements();
    if (refused) {
        response.error_code = number_of(refused->error);
        response.error_message = refused->reason;
        return response;
    }
    auto rules = context.broker.authorizer->rules();
    for (const Acl& acl : rules->all()) {
        if (!filter.matches(acl)) continue;
        auto& resources = response.resources;
        if (resources.empty() || !is_of(acl, resources.back())) {
            resources.push_back({.resource_type = static_cast<int8_t>(acl.resource_type),
                                 .resource_name = acl.resource_name,
                                 .pattern_type = static_cast<int8_t>(acl.pattern_type),
                                 .acls = {}});
        }
        resources.back().acls.push_back({.principal = acl.principal,
                                         .host = acl.host,
                                         .operation = static_cast<int8_t>(acl.operation),
                                         .permission_type = static_cast<int8_t>(acl.permission)});
    }
    return response;
}

awaitable<CreateAclsResponse> answer_create_acls(Context context, CreateAclsRequest request) {
    CreateAclsResponse response;
    response.results = co_await change_rules<Created>(context, std::move(request.creations));
    co_return response;
}

awaitable<DeleteAclsResponse> answer_delete_acls(Context context, DeleteAclsRequest request) {
    DeleteAclsResponse response;
    response.filter_results = co_await change_rules<Deleted>(context, std::move(request.filters));
    co_return response;
}

}  // namespace tarn::kafka
