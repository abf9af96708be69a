#include "kafka/client/refusal.hpp"

namespace tarn::kafka::client {
namespace {

struct Meaning {
    ErrorCode code;
    std::string_view text;
    std::string_view hint = "";
};

Meaning meaning_of(KafkaError error) {
    using enum KafkaError;
    switch (error) {
        case UnknownTopicOrPartition:
        case UnknownTopicId:
            return {ErrorCode::NotFound, "there is no such topic or partition",
                    "`tarn topic list` shows the topics"};
        case TopicAlreadyExists:
            return {ErrorCode::Conflict, "it exists already",
                    "choose another name, or say --if-not-exists"};
        case InvalidTopicException:
            return {ErrorCode::InvalidInput, "that is no name for a topic",
                    "use up to 249 letters, digits, '.', '_' and '-'"};
        case InvalidPartitions:
            return {ErrorCode::InvalidInput, "it cannot have that many partitions"};
        case InvalidReplicationFactor:
            return {ErrorCode::InvalidInput, "there are fewer brokers than copies wanted",
                    "ask for replication factor 1"};
        case InvalidConfig:
            return {ErrorCode::InvalidInput, "a setting is not right"};
        case OffsetOutOfRange:
            return {ErrorCode::InvalidInput, "there is no such offset",
                    "`tarn topic offsets TOPIC` shows where its partitions begin and end"};
        case GroupIdNotFound:
            return {ErrorCode::NotFound, "there is no such group",
                    "`tarn group list` shows the groups"};
        case NonEmptyGroup:
            return {ErrorCode::Conflict, "the group still has members", "stop its consumers first"};
        case GroupSubscribedToTopic:
            return {ErrorCode::Conflict, "a member of the group still reads that topic",
                    "stop its consumers first"};
        case MessageTooLarge:
        case RecordListTooLarge:
            return {ErrorCode::TooLarge, "the records are larger than the topic takes",
                    "raise max.message.bytes of the topic"};
        case TopicAuthorizationFailed:
        case GroupAuthorizationFailed:
        case ClusterAuthorizationFailed:
            return {ErrorCode::Forbidden, "you may not do that"};
        case SaslAuthenticationFailed:
            return {ErrorCode::Unauthorized, "the credentials are wrong",
                    "are the user's name and the password those that this broker knows?"};
        case UnsupportedSaslMechanism:
            return {ErrorCode::Unauthorized, "the broker does not take that mechanism",
                    "sasl.mechanism names the one to use"};
        case IllegalSaslState:
            return {ErrorCode::Unauthorized, "the broker does not ask who its clients are",
                    "write security.protocol=SSL where this port is encrypted, else PLAINTEXT"};
        case RequestTimedOut:
            return {ErrorCode::Timeout, "the broker did not finish in time"};
        case InvalidRequest:
        case InvalidGroupId:
        case PolicyViolation:
        case InvalidRecord:
        case UnsupportedVersion:
            return {ErrorCode::InvalidInput, "the broker does not accept that"};
        case KafkaStorageError:
            return {ErrorCode::Internal, "the broker has trouble with its disk"};
        default:
            return is_retriable(error)
                       ? Meaning{ErrorCode::Unavailable, "the broker cannot do that now"}
                       : Meaning{ErrorCode::Internal, "the broker refuses"};
    }
}

std::string text_of(KafkaError error, const std::optional<std::string>& words) {
    if (words && !words->empty()) return *words;
    return fmt::format("{} ({})", meaning_of(error).text, name_of(error));
}

}  // namespace

RefusedError::RefusedError(KafkaError error, std::string_view what,
                           const std::optional<std::string>& words)
    : Error(Error(meaning_of(error).code, "{}: {}", what, text_of(error, words))
                .with_hint(std::string(meaning_of(error).hint))),
      error_(error) {}

bool RefusedError::is_passing() const {
    return is_retriable(error_) && error_ != KafkaError::UnknownTopicOrPartition &&
           error_ != KafkaError::UnknownTopicId;
}

void check(int16_t code, std::string_view what, const std::optional<std::string>& words) {
    if (code == code_of(KafkaError::None)) return;
    throw RefusedError(static_cast<KafkaError>(code), what, words);
}

}  // namespace tarn::kafka::client
