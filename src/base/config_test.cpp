#include "base/config.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/error.hpp"

namespace tarn {
namespace {

Config small_config() {
    return Config({
        {"kafka.port", SettingType::Integer, "9092", "where Kafka clients connect"},
        {"kafka.enabled", SettingType::Flag, "true", "whether the broker runs"},
        {"log.format", SettingType::Text, "auto", "how lines look", {"auto", "text", "json"}},
        {"log.segment-bytes", SettingType::Size, "1GiB", "when a segment is rolled"},
        {"log.retention", SettingType::Duration, "7d", "how long records are kept"},
        {"hosts", SettingType::List, "", "names that lead here"},
        {"s3.secret", SettingType::Text, "", "the password", {}, true},
    });
}

std::string failure_of(auto action) {
    try {
        action();
    } catch (const Error& error) {
        return error.full_text();
    }
    return "no failure";
}

TEST(Config, takes_the_highest_layer_in_whatever_order_they_come) {
    Config config = small_config();

    config.set(Layer::Environment, "kafka.port", "3", "TARN_KAFKA_PORT");
    config.set(Layer::Profile, "kafka.port", "1", "profile lab");
    config.set_from_toml("[kafka]\nport = 2\n", "tarn.toml");
    EXPECT_EQ(config.integer("kafka.port"), 3);
    EXPECT_EQ(config.value("kafka.port").origin, "TARN_KAFKA_PORT");

    config.set_from_option("kafka.port=4");
    EXPECT_EQ(config.integer("kafka.port"), 4);
}

TEST(Config, reads_each_type_from_toml) {
    Config config = small_config();

    config.set_from_toml(R"(
        hosts = ["kafka", "minio"]
        [kafka]
        enabled = false
        [log]
        segment-bytes = "64MiB"
        retention = "12h"
    )",
                         "tarn.toml");

    EXPECT_FALSE(config.flag("kafka.enabled"));
    EXPECT_EQ(config.size("log.segment-bytes"), 64 << 20);
    EXPECT_EQ(config.duration("log.retention"), std::chrono::hours(12));
    EXPECT_EQ(config.list("hosts"), (std::vector<std::string>{"kafka", "minio"}));
    EXPECT_EQ(config.value("kafka.enabled").origin, "tarn.toml:4:19");
}

TEST(Config, takes_the_chosen_profile_below_the_rest_of_the_file) {
    std::string file = R"(
        kafka.port = 1
        [profile.lab]
        kafka.port = 2
        hosts = ["minio"]
        [profile.weather]
        hosts = ["trino"]
    )";
    Config config = small_config();

    auto profiles = config.set_from_toml(file, "tarn.toml", "lab");

    EXPECT_EQ(profiles, (std::vector<std::string>{"lab", "weather"}));
    EXPECT_EQ(config.integer("kafka.port"), 1);
    EXPECT_EQ(config.list("hosts"), std::vector<std::string>{"minio"});
    EXPECT_EQ(config.value("hosts").layer, Layer::Profile);
}

TEST(Config, checks_the_profiles_that_were_not_chosen) {
    Config config = small_config();
    EXPECT_EQ(failure_of([&] {
                  config.set_from_toml("[profile.lab]\nlog.retention = \"1x\"", "tarn.toml");
              }),
              "tarn.toml:2:17: log.retention: '1x' is not a duration; "
              "write it with its unit, as in 250ms, 10s, 5m, 2h or 7d");
}

TEST(Config, names_the_nearest_setting_when_a_key_is_unknown) {
    Config config = small_config();

    EXPECT_EQ(failure_of([&] { config.set_from_toml("[kafka]\nprot = 1", "tarn.toml"); }),
              "tarn.toml:2:8: unknown setting 'kafka.prot'; did you mean 'kafka.port'?");
    EXPECT_EQ(failure_of([&] { config.set_from_option("log.retension=1d"); }),
              "--set: unknown setting 'log.retension'; did you mean 'log.retention'?");
}

TEST(Config, says_where_and_why_a_value_does_not_fit) {
    Config config = small_config();

    EXPECT_EQ(
        failure_of([&] { config.set_from_toml("[kafka]\nport = \"x\"", "tarn.toml"); }),
        "tarn.toml:2:8: kafka.port has the wrong type; it takes a whole number without quotes");
    EXPECT_EQ(failure_of([&] { config.set_from_option("log.format=jsn"); }),
              "--set: log.format: 'jsn' is not one of its values; did you mean 'json'?");
    EXPECT_EQ(failure_of([&] { config.set_from_option("log.retention=7"); }),
              "--set: log.retention: '7' is not a duration; "
              "write it with its unit, as in 250ms, 10s, 5m, 2h or 7d");
    EXPECT_EQ(failure_of([&] { config.set_from_option("kafka.port"); }),
              "--set kafka.port: there is no '='; write it as --set key=value");
}

TEST(Config, reports_broken_toml_with_its_place) {
    Config config = small_config();

    EXPECT_TRUE(failure_of([&] {
                    config.set_from_toml("a = [1,\nb = 2", "tarn.toml");
                }).starts_with("tarn.toml:2:"));
}

TEST(Config, reads_its_own_variables_of_the_environment_and_refuses_misspelt_ones) {
    Config config = small_config();
    std::string port = "TARN_KAFKA_PORT=1234", other = "PATH=/bin";
    std::array<char*, 3> environment = {port.data(), other.data(), nullptr};

    config.set_from_environment(environment.data());
    EXPECT_EQ(config.integer("kafka.port"), 1234);

    std::string wrong = "TARN_KAFKA_PROT=1";
    environment = {wrong.data(), nullptr, nullptr};
    EXPECT_EQ(failure_of([&] { config.set_from_environment(environment.data()); }),
              "unknown environment variable TARN_KAFKA_PROT; did you mean 'TARN_KAFKA_PORT'?");
}

TEST(Config, hides_secrets_when_shown) {
    Config config = small_config();
    EXPECT_EQ(config.shown("s3.secret"), "");

    config.set_from_option("s3.secret=minioadmin");

    EXPECT_EQ(config.shown("s3.secret"), "(hidden)");
    EXPECT_EQ(config.text("s3.secret"), "minioadmin");
}

}  // namespace
}  // namespace tarn
