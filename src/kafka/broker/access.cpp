// What the client of a request may do.
#include "kafka/broker/request.hpp"

namespace tarn::kafka {
namespace {

using enum Operation;

std::vector<Operation> operations_of(ResourceType type) {
    switch (type) {
        case ResourceType::Topic:
            return {Read, Write, Create, Describe, Delete, Alter, DescribeConfigs, AlterConfigs};
        case ResourceType::Group:
            return {Read, Describe, Delete, DescribeConfigs, AlterConfigs};
        case ResourceType::Cluster:
            return {Create,          Alter,        Describe,       ClusterAction,
                    DescribeConfigs, AlterConfigs, IdempotentWrite};
        default:
            return {};
    }
}

Asker asker_of(const Session& session) {
    return {.principal = session.principal, .host = session.client_host};
}

}  // namespace

bool Context::may(Operation operation, const Resource& resource) const {
    const Authorizer* authorizer = broker.authorizer;
    return !authorizer || authorizer->may(asker_of(session), operation, resource);
}

bool Context::may_on_some(Operation operation, ResourceType type) const {
    const Authorizer* authorizer = broker.authorizer;
    return !authorizer || authorizer->may_on_some(asker_of(session), operation, type);
}

int32_t Context::operations_on(const Resource& resource) const {
    int32_t bits = 0;
    for (Operation operation : operations_of(resource.type)) {
        if (may(operation, resource)) bits |= 1 << static_cast<int>(operation);
    }
    return bits;
}

}  // namespace tarn::kafka
