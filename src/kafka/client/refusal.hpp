// What a broker answers when it does not do what it was asked: an Error like any other, that also
// tells which of Kafka's it was.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "kafka/wire/error_codes.hpp"

namespace tarn::kafka::client {

class RefusedError : public Error {
public:
    // `what` is the subject of the message: "topic 'trades'". The broker's own words are added
    // where it gave some.
    RefusedError(KafkaError error, std::string_view what,
                 const std::optional<std::string>& words = std::nullopt);

    KafkaError error() const { return error_; }
    // Whether the same request may well succeed in a moment. A topic that is unknown stays unknown:
    // the protocol calls that retriable only because brokers learn of new topics late.
    bool is_passing() const;

private:
    KafkaError error_;
};

// Throws RefusedError unless the code is None.
void check(int16_t code, std::string_view what,
           const std::optional<std::string>& words = std::nullopt);

}  // namespace tarn::kafka::client
