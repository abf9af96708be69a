// How a client reaches brokers that want encrypted connections, or to know who it is, out of the
// properties in which Kafka's clients are told so.
#pragma once

#include <optional>
#include <string>

#include "kafka/client/properties.hpp"
#include "kafka/security/mechanism.hpp"
#include "net/tls.hpp"

namespace tarn::kafka::client {

// Who a client is, and how it shows it.
struct Login {
    Mechanism mechanism;
    std::string user;
    std::string password;
};

struct Encryption {
    net::ClientTls tls;
    bool checks_host = true;
};

struct Security {
    std::optional<Encryption> encryption;
    std::optional<Login> login;
};

// Reads security.protocol, sasl.* and ssl.*, by the names of Java's clients and by those of
// librdkafka, and the files that they name. All other properties are passed over, as Kafka does.
// Throws InvalidInput that names the property.
Security security_of(const Properties& properties);

}  // namespace tarn::kafka::client
