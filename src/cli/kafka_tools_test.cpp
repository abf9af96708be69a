#include "cli/kafka_tools.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"

namespace tarn::cli {
namespace {

KafkaTool sample_tool() {
    return KafkaTool{.name = "kafka-sample",
                     .summary = "",
                     .examples = {},
                     .options = {{"--topic", "NAME", ""},
                                 {"--topics-with-overrides", "", ""},
                                 {"--list", "", ""},
                                 {"--state", "[STATES]", ""},
                                 {"--property", "NAME=VALUE", ""},
                                 {"--command-property", "NAME=VALUE", ""}},
                     .run = {}};
}

Typed parse(std::vector<std::string> words) {
    return parse_tool_words(sample_tool(), words);
}

std::string refusal_of(std::vector<std::string> words) {
    try {
        parse(std::move(words));
    } catch (const Error& error) {
        return error.full_text();
    }
    return "accepted";
}

TEST(KafkaTools, read_values_behind_a_space_and_behind_an_equals_sign) {
    Typed typed = parse({"--topic", "a", "--bootstrap-server=localhost:9092", "--list"});

    EXPECT_EQ(typed.value_or("--topic", ""), "a");
    EXPECT_EQ(typed.value_or("--bootstrap-server", ""), "localhost:9092");
    EXPECT_TRUE(typed.has("--list"));
}

TEST(KafkaTools, take_the_beginning_of_a_name_that_only_one_option_has) {
    EXPECT_TRUE(parse({"--boot", "a:1"}).has("--bootstrap-server"));
    EXPECT_TRUE(parse({"--topic", "a"}).has("--topic"));
    EXPECT_NE(refusal_of({"--to", "a"}), "accepted");
}

TEST(KafkaTools, leave_the_next_option_alone_where_a_value_may_be_missing) {
    Typed typed = parse({"--state", "--list"});

    EXPECT_EQ(typed.value_or("--state", "-"), "");
    EXPECT_TRUE(typed.has("--list"));
    EXPECT_EQ(parse({"--state", "Empty"}).value_or("--state", ""), "Empty");
}

TEST(KafkaTools, name_the_nearest_option_for_a_slip) {
    EXPECT_NE(refusal_of({"--lst"}).find("--lst is not a recognized option"), std::string::npos);
    EXPECT_NE(refusal_of({"--lst"}).find("did you mean '--list'?"), std::string::npos);
    EXPECT_NE(refusal_of({"--zookeeper", "a"}).find("no ZooKeeper"), std::string::npos);
    EXPECT_NE(refusal_of({"--topic"}).find("requires an argument"), std::string::npos);
    EXPECT_NE(refusal_of({"--list=yes"}).find("takes no value"), std::string::npos);
    EXPECT_NE(refusal_of({"trades"}), "accepted");
}

TEST(KafkaTools, do_exactly_one_thing) {
    auto run = [](kafka::client::Client&, const Typed&, Terminal&) { return 0; };
    const KafkaToolAction actions[] = {{"--list", run}, {"--state", run}};

    EXPECT_EQ(chosen_action(parse({"--state"}), actions).option, "--state");
    for (std::vector<std::string> words : {{}, std::vector<std::string>{"--list", "--state"}}) {
        try {
            chosen_action(parse(words), actions);
            FAIL();
        } catch (const Error& error) {
            EXPECT_STREQ(error.what(), "Command must include exactly one action: --list, --state");
        }
    }
}

TEST(KafkaTools, keep_what_follows_the_first_equals_sign_of_a_property) {
    auto properties = properties_of(parse({"--property", "key.separator=="}), {"--property"});

    EXPECT_EQ(properties.at("key.separator"), "=");
}

TEST(KafkaTools, take_a_property_of_the_command_line_before_that_of_a_file) {
    std::string path = testing::TempDir() + "/kafka_tools_test.properties";
    std::ofstream(path) << "acks=all\nclient.id=of the file\n";

    auto properties = command_properties(
        parse({"--command-config", path, "--command-property", "client.id=typed"}));

    EXPECT_EQ(properties, (kafka::client::Properties{{"acks", "all"}, {"client.id", "typed"}}));
}

TEST(KafkaTools, read_lists_of_settings_with_brackets_around_commas) {
    using Configs = std::map<std::string, std::string>;
    EXPECT_EQ(parse_config_list("a=1,b=[x,y],c="), (Configs{{"a", "1"}, {"b", "x,y"}, {"c", ""}}));
    EXPECT_EQ(parse_config_list("b=[x,y]"), (Configs{{"b", "x,y"}}));
    EXPECT_THROW(parse_config_list("a"), Error);
}

TEST(KafkaTools, match_topics_by_name_or_from_end_to_end_by_pattern) {
    EXPECT_TRUE(matches("trades", "trades"));
    EXPECT_TRUE(matches("trades|bids", "bids"));
    EXPECT_FALSE(matches("trade", "trades"));
    EXPECT_THROW(matches("(", "trades"), Error);
}

}  // namespace
}  // namespace tarn::cli
