#include "kafka/client/security.hpp"

#include <array>
#include <cctype>

#include "base/error.hpp"
#include "kafka/client/jaas.hpp"
#include "net/tls_files.hpp"

namespace tarn::kafka::client {
namespace {

struct Protocol {
    std::string_view name;
    bool has_tls;
    bool has_sasl;
};
constexpr std::array Protocols = {
    Protocol{.name = "PLAINTEXT", .has_tls = false, .has_sasl = false},
    Protocol{.name = "SSL", .has_tls = true, .has_sasl = false},
    Protocol{.name = "SASL_PLAINTEXT", .has_tls = false, .has_sasl = true},
    Protocol{.name = "SASL_SSL", .has_tls = true, .has_sasl = true},
};

Protocol protocol_in(const Properties& properties) {
    std::string written = value_of(properties, "security.protocol");
    if (written.empty()) return Protocols[0];
    std::string name = written;
    for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    for (const Protocol& protocol : Protocols) {
        if (protocol.name == name) return protocol;
    }
    throw Error(ErrorCode::InvalidInput, "security.protocol: there is no '{}'", written)
        .with_hint("there are PLAINTEXT, SSL, SASL_PLAINTEXT and SASL_SSL");
}

Mechanism mechanism_in(const Properties& properties) {
    std::string name = value_of(properties, "sasl.mechanism");
    if (name.empty()) name = value_of(properties, "sasl.mechanisms");
    if (name.empty()) name = "GSSAPI";  // Kafka's default
    auto mechanism = mechanism_named(name);
    if (mechanism) return *mechanism;
    throw Error(ErrorCode::InvalidInput, "sasl.mechanism: {} is not known here", name)
        .with_hint("write sasl.mechanism=SCRAM-SHA-256; SCRAM-SHA-512 and PLAIN are known, too");
}

Login login_in(const Properties& properties) {
    Login login{.mechanism = mechanism_in(properties),
                .user = value_of(properties, "sasl.username"),
                .password = value_of(properties, "sasl.password")};
    std::string jaas = value_of(properties, "sasl.jaas.config");
    if (!jaas.empty()) {
        LoginModule module = parse_jaas(jaas);
        login.user = value_of(module.options, "username");
        login.password = value_of(module.options, "password");
    }
    if (login.user.empty() || login.password.empty()) {
        throw Error(ErrorCode::InvalidInput, "nothing says who the client is: {} is missing",
                    login.user.empty() ? "a user's name" : "a password")
            .with_hint(
                "write sasl.jaas.config=org.apache.kafka.common.security.scram."
                "ScramLoginModule required username=\"NAME\" password=\"PASSWORD\";");
    }
    std::string_view nul("\0", 1);
    if ((login.user + login.password).find(nul) != std::string::npos) {
        throw Error(ErrorCode::InvalidInput, "neither a user's name nor a password may hold NUL");
    }
    return login;
}

// The content of the file that a property names.
net::TlsFile file_of(const Properties& properties, std::string_view name,
                     std::string_view password_name) {
    try {
        return net::read_tls_file(value_of(properties, name), value_of(properties, password_name));
    } catch (const Error& error) {
        throw Error(ErrorCode::InvalidInput, "{}: {}", name, error.what()).with_hint(error.hint());
    }
}

std::string trusted_in(const Properties& properties) {
    std::string text = value_of(properties, "ssl.truststore.certificates");
    if (!text.empty()) return net::with_pem_lines(text);
    for (std::string_view name : {"ssl.truststore.location", "ssl.ca.location"}) {
        if (value_of(properties, name).empty()) continue;
        return file_of(properties, name, "ssl.truststore.password").certificates;
    }
    return "";
}

net::ClientTls tls_in(const Properties& properties) {
    net::ClientTls tls{.trusted = trusted_in(properties),
                       .key_password = value_of(properties, "ssl.key.password")};
    std::string chain = value_of(properties, "ssl.keystore.certificate.chain");
    if (!chain.empty()) {
        tls.certificate = net::with_pem_lines(chain);
        tls.key = net::with_pem_lines(value_of(properties, "ssl.keystore.key"));
    } else if (!value_of(properties, "ssl.keystore.location").empty()) {
        net::TlsFile own = file_of(properties, "ssl.keystore.location", "ssl.keystore.password");
        tls.certificate = std::move(own.certificates);
        tls.key = std::move(own.key);
    } else if (!value_of(properties, "ssl.certificate.location").empty()) {
        tls.certificate = file_of(properties, "ssl.certificate.location", "").certificates;
        tls.key = file_of(properties, "ssl.key.location", "").key;
    }
    return tls;
}

// Only an empty value turns the check off, and librdkafka's word for it.
bool checks_host(const Properties& properties) {
    auto set = properties.find("ssl.endpoint.identification.algorithm");
    return set == properties.end() || (!set->second.empty() && set->second != "none");
}

}  // namespace

Security security_of(const Properties& properties) {
    Protocol protocol = protocol_in(properties);
    Security security;
    if (protocol.has_tls) {
        security.encryption = {.tls = tls_in(properties), .checks_host = checks_host(properties)};
    }
    if (protocol.has_sasl) security.login = login_in(properties);
    return security;
}

}  // namespace tarn::kafka::client
