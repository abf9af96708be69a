// How commands reach Kafka: the brokers that --bootstrap names, else the Tarn that has the data
// folder, else whatever answers at the usual port. A properties file says what brokers want to know
// that are encrypted or ask who their clients are.
#pragma once

#include "cli/command.hpp"
#include "kafka/client/client.hpp"
#include "kafka/client/properties.hpp"

namespace tarn::cli {

// Of the running Tarn it takes the listener that fits, and trusts its certificate.
kafka::client::Client kafka_client(const Call& call);

// A client of brokers as they were typed: "a:9092,b:9092".
kafka::client::Client kafka_client_at(std::string_view bootstrap,
                                      const kafka::client::Properties& properties);

// "--bootstrap" and "--command-config", for every command that talks to Kafka.
Option bootstrap_option();
Option command_config_option();

}  // namespace tarn::cli
