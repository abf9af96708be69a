// What stands in sasl.jaas.config: one login module of Java with its options, which hold who a
// client is.
#pragma once

#include <string>
#include <string_view>

#include "kafka/client/properties.hpp"

namespace tarn::kafka::client {

struct LoginModule {
    std::string class_name;  // "org.apache.kafka.common.security.scram.ScramLoginModule"
    Properties options;      // {"username", "alice"}
};

// "CLASS required username="alice" password="…";" Throws InvalidInput, without a word of the
// text, which holds a password.
LoginModule parse_jaas(std::string_view text);

}  // namespace tarn::kafka::client
