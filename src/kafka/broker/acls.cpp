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

CreateAclsResponse::AclCreationResult create(Authorizer& authorizer, const Acl& acl) {
    CreateAclsResponse::AclCreationResult result;
    result.error_message = std::nullopt;
    if (auto fault = fault_of(acl)) {
        result.error_code = number_of(KafkaError::InvalidRequest);
        result.error_message = *fault;
        return result;
    }
    try {
        authorizer.add(acl);
    } catch (const Error& error) {
        result.error_code = number_of(kafka_error_of(error));
        result.error_message = error.what();
    }
    return result;
}

DeleteAclsResponse::DeleteAclsFilterResult remove(Authorizer& authorizer, const AclFilter& filter) {
    DeleteAclsResponse::DeleteAclsFilterResult result;
    result.error_message = std::nullopt;
    if (!is_sound(filter)) {
        result.error_code = number_of(KafkaError::InvalidRequest);
        result.error_message = "The filter contains unknown elements.";
        return result;
    }
    try {
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
    } catch (const Error& error) {
        result.error_code = number_of(kafka_error_of(error));
        result.error_message = error.what();
    }
    return result;
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
    if (!refused && !is_sound(filter)) {
        refused = {KafkaError::InvalidRequest, "The filter contains unknown elements."};
    }
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
    if (auto refused = refusal_of(context, Operation::Alter)) {
        response.results.resize(request.creations.size());
        for (auto& result : response.results) {
            result.error_code = number_of(refused->error);
            result.error_message = refused->reason;
        }
        co_return response;
    }
    Authorizer& authorizer = *context.broker.authorizer;
    auto work = [&authorizer, &request, &response] {
        for (const auto& wanted : request.creations) {
            response.results.push_back(create(authorizer, acl_of(wanted)));
        }
    };
    co_await context.broker.blocking.run(work);
    co_return response;
}

awaitable<DeleteAclsResponse> answer_delete_acls(Context context, DeleteAclsRequest request) {
    DeleteAclsResponse response;
    if (auto refused = refusal_of(context, Operation::Alter)) {
        response.filter_results.resize(request.filters.size());
        for (auto& result : response.filter_results) {
            result.error_code = number_of(refused->error);
            result.error_message = refused->reason;
        }
        co_return response;
    }
    Authorizer& authorizer = *context.broker.authorizer;
    auto work = [&authorizer, &request, &response] {
        for (const auto& wanted : request.filters) {
            response.filter_results.push_back(remove(authorizer, filter_of(wanted)));
        }
    };
    co_await context.broker.blocking.run(work);
    co_return response;
}

}  // namespace tarn::kafka
