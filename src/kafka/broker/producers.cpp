// Producers that ask for an id: one of their own, so that the log can tell a batch sent twice from
// two, or the one that goes with their transactional id.

#include "base/error.hpp"
#include "kafka/broker/producer_ids.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/broker/transaction_coordinator.hpp"
#include "kafka/wire/messages/init_producer_id.hpp"

namespace tarn::kafka {
namespace {

KafkaError check(const Context& context, const std::optional<std::string>& transactional_id) {
    if (transactional_id) {
        bool is_fine = context.may(Operation::Write, on_transactional_id(*transactional_id));
        return is_fine ? KafkaError::None : KafkaError::TransactionalIdAuthorizationFailed;
    }
    // Whoever may write to some topic may do so idempotently.
    bool is_fine = context.may(Operation::IdempotentWrite, on_cluster()) ||
                   context.may_on_some(Operation::Write, ResourceType::Topic);
    return is_fine ? KafkaError::None : KafkaError::ClusterAuthorizationFailed;
}

awaitable<Transaction::Answer> init_transactions(Context context, InitProducerIdRequest request) {
    Transaction::Init init{.timeout = std::chrono::milliseconds(request.transaction_timeout_ms)};
    bool names_id = request.producer_id != NoProducer, names_epoch = request.producer_epoch >= 0;
    if (names_id != names_epoch) {
        co_return Transaction::Answer{.error = KafkaError::InvalidRequest, .producer = {}};
    }
    if (names_id) init.expected = Producer{request.producer_id, request.producer_epoch};
    Transaction::Answer answer =
        co_await context.broker.transactions.init(std::move(*request.transactional_id), init);
    constexpr int VersionWithFenced = 4;
    if (answer.error == KafkaError::ProducerFenced && context.version < VersionWithFenced) {
        answer.error = KafkaError::InvalidProducerEpoch;
    }
    co_return answer;
}

}  // namespace

awaitable<InitProducerIdResponse> answer_init_producer_id(Context context,
                                                          InitProducerIdRequest request) {
    InitProducerIdResponse response;
    KafkaError error = check(context, request.transactional_id);
    if (error != KafkaError::None) {
        response.error_code = number_of(error);
        co_return response;
    }
    if (request.transactional_id) {
        Transaction::Answer answer = co_await init_transactions(context, std::move(request));
        response.error_code = number_of(answer.error);
        response.producer_id = answer.producer.id;
        response.producer_epoch = answer.producer.epoch;
        co_return response;
    }
    ProducerIds& ids = context.broker.producer_ids;
    response.producer_id = co_await context.broker.blocking.run([&ids] { return ids.next(); });
    co_return response;
}

}  // namespace tarn::kafka
