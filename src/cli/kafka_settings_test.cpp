#include "cli/kafka_settings.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/settings.hpp"

using namespace tarn;
using namespace tarn::cli;

namespace {

Config with(std::initializer_list<std::pair<const char*, const char*>> values) {
    Config config(all_settings());
    for (const auto& [key, value] : values) config.set(Layer::Option, key, value, "--set");
    return config;
}

std::string error_of(const Config& config) {
    try {
        kafka_listeners(config);
        broker_settings(config, "a-cluster");
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

}  // namespace

TEST(KafkaSettings, read_from_an_address_what_its_listener_asks_for) {
    Config config = with({{"kafka.listeners",
                           "127.0.0.1:1, tls://127.0.0.1:2, sasl://127.0.0.1:3, "
                           "sasl+tls://127.0.0.1:4"}});

    std::string found;
    for (const auto& listener : kafka_listeners(config)) {
        found += fmt::format("{}:{} ", listener.name, listener.port);
        if (listener.tls) found += "tls ";
        if (listener.has_sasl) found += "sasl ";
    }

    EXPECT_EQ(found, "kafka:1 kafka-2:2 tls kafka-3:3 sasl kafka-4:4 tls sasl ");
}

TEST(KafkaSettings, refuse_what_would_let_nobody_in) {
    EXPECT_EQ(error_of(with({{"kafka.sasl-mechanisms", "SCRAM-SHA-1"}})),
              "--set: kafka.sasl-mechanisms holds 'SCRAM-SHA-1', which is no mechanism");
    EXPECT_EQ(
        error_of(with({{"kafka.listeners", "sasl://127.0.0.1:1"}, {"kafka.sasl-mechanisms", ""}})),
        "--set: nobody could come in by sasl://127.0.0.1:1");
}

TEST(KafkaSettings, offer_scram_alone_unless_told_otherwise) {
    auto settings = broker_settings(with({}), "a-cluster");

    EXPECT_EQ(settings.sasl_mechanisms,
              (std::vector{kafka::Mechanism::ScramSha256, kafka::Mechanism::ScramSha512}));
}
