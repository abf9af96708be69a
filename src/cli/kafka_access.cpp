#include "cli/kafka_access.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "cli/data_folder.hpp"
#include "cli/kafka_settings.hpp"
#include "net/tls_files.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;

constexpr std::string_view UsualAddress = "localhost:9092";

client::Properties properties_for(const Call& call) {
    std::string file =
        call.typed.value_or("--command-config", call.config.text("kafka.command-config"));
    return file.empty() ? client::Properties() : client::read_properties(file);
}

// The listener of our own settings that lets such a client in; null when none does.
const kafka::ListenerOptions* fitting(const std::vector<kafka::ListenerOptions>& listeners,
                                      const client::Properties& properties,
                                      const client::Security& security) {
    bool may_be_encrypted = properties.empty();
    auto fits = [&](const kafka::ListenerOptions& listener) {
        return listener.has_sasl == security.login.has_value() &&
               (may_be_encrypted || listener.tls.has_value() == security.encryption.has_value());
    };
    auto found = std::ranges::find_if(listeners, fits);
    return found == listeners.end() ? nullptr : &*found;
}

// Whoever reads the same settings needs nobody else to vouch for the certificate in them.
void trust_own(client::Security& security, const net::Tls& own) {
    if (!security.encryption) security.encryption.emplace();
    client::Encryption& encryption = *security.encryption;
    if (!encryption.tls.trusted.empty()) return;
    encryption.tls.trusted = net::read_tls_file(own.certificate_path).certificates;
    encryption.checks_host = false;
}

// Where the running Tarn is reached by such a client, whose security is completed.
std::string address_in(const Faces& faces, const Config& config,
                       const client::Properties& properties, client::Security& security) {
    std::vector<kafka::ListenerOptions> listeners = kafka_listeners(config);
    const kafka::ListenerOptions* listener = fitting(listeners, properties, security);
    if (!listener && properties.empty()) {
        throw Error(ErrorCode::Unauthorized,
                    "every Kafka listener of this Tarn wants to know who its clients are")
            .with_hint(
                "name a properties file with security.protocol, sasl.mechanism and "
                "sasl.jaas.config by --command-config, or by kafka.command-config in tarn.toml");
    }
    if (listener && listener->tls) trust_own(security, *listener->tls);
    auto face = faces.find(listener ? listener->name : "kafka");
    return face == faces.end() ? std::string(UsualAddress) : face->second;
}

client::Client client_at(std::string_view bootstrap, const client::Properties& properties,
                         client::Security security) {
    client::ClientSettings settings;
    settings.bootstrap = client::parse_addresses(bootstrap);
    settings.security = std::move(security);
    std::string client_id = client::value_of(properties, "client.id");
    if (!client_id.empty()) settings.client_id = client_id;
    return client::Client(std::move(settings));
}

}  // namespace

client::Client kafka_client(const Call& call) {
    client::Properties properties = properties_for(call);
    client::Security security = client::security_of(properties);
    std::string bootstrap =
        call.typed.value_or("--bootstrap", client::value_of(properties, "bootstrap.servers"));
    if (bootstrap.empty()) {
        auto running = running_in(call.config.text("data.folder"));
        bootstrap = running ? address_in(running->faces, call.config, properties, security)
                            : std::string(UsualAddress);
    }
    return client_at(bootstrap, properties, std::move(security));
}

client::Client kafka_client_at(std::string_view bootstrap, const client::Properties& properties) {
    return client_at(bootstrap, properties, client::security_of(properties));
}

Option bootstrap_option() {
    return {"--bootstrap", "HOST:PORT", "the Kafka brokers (default the running Tarn)", "-b"};
}

Option command_config_option() {
    return {"--command-config", "FILE",
            "properties of a Kafka client, for brokers with TLS or SASL"};
}

}  // namespace tarn::cli
