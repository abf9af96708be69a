// How commands reach Kafka: the brokers that --bootstrap names, else the Tarn that has the data
// folder, else whatever answers at the usual port.
#pragma once

#include "cli/command.hpp"
#include "kafka/client/client.hpp"

namespace tarn::cli {

kafka::client::Client kafka_client(const Call& call);

// A client of brokers as they were typed: "a:9092,b:9092".
kafka::client::Client kafka_client_at(std::string_view bootstrap);

// "--bootstrap", for every command that talks to Kafka.
Option bootstrap_option();

}  // namespace tarn::cli
