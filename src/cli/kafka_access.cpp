#include "cli/kafka_access.hpp"

#include "base/error.hpp"
#include "cli/data_folder.hpp"

namespace tarn::cli {
namespace {

std::string bootstrap_of(const Call& call) {
    if (call.typed.has("--bootstrap")) return call.typed.value_or("--bootstrap", "");
    if (auto running = running_in(call.config.text("data.folder"))) {
        auto face = running->faces.find("kafka");
        if (face != running->faces.end()) return face->second;
    }
    return "localhost:9092";
}

}  // namespace

kafka::client::Client kafka_client(const Call& call) {
    return kafka_client_at(bootstrap_of(call));
}

kafka::client::Client kafka_client_at(std::string_view bootstrap) {
    kafka::client::ClientSettings settings;
    settings.bootstrap = kafka::client::parse_addresses(bootstrap);
    return kafka::client::Client(std::move(settings));
}

Option bootstrap_option() {
    return {"--bootstrap", "HOST:PORT", "the Kafka brokers (default the running Tarn)", "-b"};
}

}  // namespace tarn::cli
