#include "cli/command_line.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"

namespace tarn::cli {
namespace {

const std::vector<Command>& sample_commands() {
    static const std::vector<Command> commands = {
        {.name = "up",
         .summary = "start it",
         .examples = {"tarn up"},
         .options = {{"--ports", "HOW", "which ports", {}, {"fixed", "auto"}},
                     {"--detach", "", "in the background"}},
         .arguments = {},
         .run = {}},
        {.name = "topic list",
         .summary = "all topics",
         .examples = {},
         .options = {},
         .arguments = {},
         .run = {}},
        {.name = "topic create",
         .summary = "a new topic",
         .examples = {},
         .options = {},
         .arguments = {{"name", "of the topic"}, {"partitions", "how many", false}},
         .run = {}},
        {.name = "topic alter",
         .summary = "other settings",
         .examples = {},
         .options = {{"--config", "NAME=VALUE", "of the topic", "-c", {}, true}},
         .arguments = {},
         .run = {}},
        {.name = "their-tool",
         .summary = "of somebody else",
         .examples = {"their-tool"},
         .options = {},
         .arguments = {},
         .run = {},
         .takes_any_words = true},
    };
    return commands;
}

ParsedCommand parse(const std::vector<std::string>& words) {
    return std::get<ParsedCommand>(parse_command_line(sample_commands(), words));
}

std::string refusal_of(const std::vector<std::string>& words) {
    try {
        parse_command_line(sample_commands(), words);
    } catch (const Error& error) {
        return error.full_text();
    }
    return "no refusal";
}

TEST(CommandLine, finds_commands_of_one_word_and_of_noun_and_verb) {
    EXPECT_EQ(parse({"up"}).command->name, "up");
    EXPECT_EQ(parse({"topic", "list"}).command->name, "topic list");
}

TEST(CommandLine, reads_options_before_and_after_arguments) {
    Typed typed = parse({"topic", "create", "trades", "--json", "--set", "a=1", "--set=b=2"}).typed;

    EXPECT_EQ(typed.value_or("name", ""), "trades");
    EXPECT_FALSE(typed.has("partitions"));
    EXPECT_TRUE(typed.has("--json"));
    EXPECT_EQ(typed.all("--set"), (std::vector<std::string>{"a=1", "b=2"}));
}

TEST(CommandLine, takes_the_last_of_an_option_given_twice) {
    EXPECT_EQ(parse({"up", "--ports", "auto", "--ports", "fixed"}).typed.value_or("--ports", ""),
              "fixed");
}

TEST(CommandLine, lets_a_command_have_its_own_option_by_the_name_of_a_common_one) {
    Typed typed = parse({"topic", "alter", "-c", "a=1", "--config", "b=2"}).typed;

    EXPECT_EQ(typed.all("--config"), (std::vector<std::string>{"a=1", "b=2"}));
    std::string page = help_on("topic alter", sample_commands(), Terminal("never"));
    EXPECT_EQ(page.find("--config FILE"), std::string::npos);
}

TEST(CommandLine, hands_over_the_words_of_a_tool_as_they_are) {
    ParsedCommand parsed = parse({"their-tool", "--help", "-x", "--set"});

    EXPECT_EQ(parsed.command->name, "their-tool");
    EXPECT_EQ(parsed.typed.all("words"), (std::vector<std::string>{"--help", "-x", "--set"}));
}

TEST(CommandLine, suggests_the_nearest_command_and_option) {
    EXPECT_EQ(refusal_of({"pu"}),
              "there is no command 'pu'; did you mean 'up'?; `tarn help` lists all");
    EXPECT_EQ(
        refusal_of({"topic", "lsit"}),
        "there is no command 'topic lsit'; did you mean 'topic list'?; `tarn help` lists all");
    EXPECT_EQ(refusal_of({"up", "--prots=auto"}),
              "tarn up: '--prots' is not expected here; did you mean '--ports'?");
}

TEST(CommandLine, refuses_missing_arguments_and_values_that_are_no_choice) {
    EXPECT_NE(refusal_of({"topic", "create"}).find("name is required"), std::string::npos);
    EXPECT_NE(refusal_of({"up", "--ports", "some"}).find("not in {fixed,auto}"), std::string::npos);
}

TEST(CommandLine, gives_help_instead_of_running_when_asked) {
    auto topic_of = [](std::vector<std::string> words) {
        return std::get<HelpRequest>(parse_command_line(sample_commands(), words)).topic;
    };
    EXPECT_EQ(topic_of({}), "");
    EXPECT_EQ(topic_of({"help", "topic"}), "topic");
    EXPECT_EQ(topic_of({"topic"}), "topic");
    EXPECT_EQ(topic_of({"topic", "create", "--help"}), "topic create");
}

TEST(Help, fits_its_overview_on_a_small_screen) {
    std::string text = overview(all_commands(), Terminal("never"));
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 24);
    for (size_t begin = 0; begin < text.size();) {
        size_t end = text.find('\n', begin);
        EXPECT_LE(end - begin, 80) << text.substr(begin, end - begin);
        begin = end + 1;
    }
}

TEST(Help, shows_a_noun_with_its_verbs_in_one_line) {
    std::string text = overview(sample_commands(), Terminal("never"));
    EXPECT_NE(text.find("  topic               list, create, alter\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("their-tool"), std::string::npos);
}

TEST(Help, shows_examples_for_every_command) {
    for (const Command& command : all_commands()) {
        std::string page = help_on(command.name, all_commands(), Terminal("never"));
        EXPECT_FALSE(command.examples.empty()) << command.name;
        EXPECT_NE(page.find(command.examples.front()), std::string::npos);
    }
}

TEST(Help, finds_commands_by_a_word_they_mention) {
    std::string found = help_on("background", sample_commands(), Terminal("never"));
    EXPECT_NE(found.find("up"), std::string::npos);
    EXPECT_EQ(found.find("topic"), std::string::npos);
    EXPECT_THROW(help_on("elephant", sample_commands(), Terminal("never")), Error);
}

}  // namespace
}  // namespace tarn::cli
