#include "log/topic_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn::log {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string refusal_of(const std::string& name, const std::string& value) {
    try {
        TopicConfig config(std::map<std::string, std::string>{{name, value}});
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(TopicConfig, has_the_defaults_of_kafka) {
    PartitionSettings settings = TopicConfig().partition_settings();
    EXPECT_EQ(settings.segment_bytes_max, 1 << 30);
    EXPECT_EQ(settings.batch_bytes_max, 1048588);
    EXPECT_EQ(settings.retention, std::chrono::milliseconds(7 * 24h));
    EXPECT_FALSE(settings.retention_bytes);
    EXPECT_TRUE(settings.deletes_old);
    EXPECT_FALSE(settings.compacts);
    EXPECT_FALSE(TopicConfig().stored_codec());
}

TEST(TopicConfig, turns_names_into_settings) {
    TopicConfig config({{"cleanup.policy", "compact, delete"},
                        {"retention.ms", "-1"},
                        {"retention.bytes", "1000"},
                        {"compression.type", "uncompressed"},
                        {"message.timestamp.type", "LogAppendTime"}});
    PartitionSettings settings = config.partition_settings();
    EXPECT_TRUE(settings.compacts && settings.deletes_old);
    EXPECT_FALSE(settings.retention);
    EXPECT_EQ(settings.retention_bytes, 1000);
    EXPECT_EQ(settings.timestamp_type, TimestampType::LogAppendTime);
    EXPECT_EQ(config.stored_codec(), Codec::None);
}

TEST(TopicConfig, refuses_names_and_values_that_do_not_fit) {
    EXPECT_EQ(refusal_of("retention.msec", "1"), "Unknown topic config name: retention.msec");
    EXPECT_THAT(refusal_of("retention.ms", "soon"), HasSubstr("Not a number"));
    EXPECT_THAT(refusal_of("retention.ms", "-2"), HasSubstr("at least -1"));
    EXPECT_THAT(refusal_of("min.cleanable.dirty.ratio", "1.5"), HasSubstr("no more than 1"));
    EXPECT_THAT(refusal_of("cleanup.policy", "compact,burn"), HasSubstr("one of: delete, compact"));
    EXPECT_THAT(refusal_of("preallocate", "yes"), HasSubstr("true or false"));
    EXPECT_EQ(refusal_of("compression.type", "zstd"), "");
}

TEST(TopicConfig, has_defaults_that_pass_their_own_checks) {
    for (const ConfigDefinition& definition : topic_config_definitions()) {
        EXPECT_NO_THROW(check_config_value(definition, definition.default_value))
            << definition.name;
    }
}

}  // namespace
}  // namespace tarn::log
