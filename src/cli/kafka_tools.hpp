// What the tools of Apache Kafka have in common: how their words are read, and how they fail. They
// are here under their own names, with the options that scripts and tutorials use and the same
// output on stdout; what is not a result goes to stderr.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "kafka/client/client.hpp"
#include "kafka/client/properties.hpp"

namespace tarn::cli {

struct KafkaTool {
    std::string name;     // "kafka-topics"
    std::string summary;  // for `tarn help`
    std::vector<std::string> examples;
    std::vector<Option> options;  // besides --bootstrap-server and --help
    std::function<int(const Typed&, Terminal&)> run;
    // What stands in front of a message: "Error while executing topic command : ".
    std::string failure_prefix = {};
};

// One of the things that a tool can do, by the option that asks for it: "--list".
struct KafkaToolAction {
    std::string_view option;
    int (*run)(kafka::client::Client&, const Typed&, Terminal&);
};

// The command that runs a tool. Whatever goes wrong is exit code 1, as with Apache's.
Command command_of(const KafkaTool& tool);

// "--name value", "--name=value", and any beginning of a name that only one option has. An option
// whose value is named "[…]" takes the next word if that is no option. Throws InvalidInput.
Typed parse_tool_words(const KafkaTool& tool, std::span<const std::string> words);

// Throws InvalidInput unless the option was given.
std::string required(const Typed& typed, std::string_view option);

// The one that was asked for. Throws InvalidInput unless that is exactly one.
const KafkaToolAction& chosen_action(const Typed& typed, std::span<const KafkaToolAction> actions);
// Runs it with a client for the brokers of --bootstrap-server.
int run_chosen(const Typed& typed, Terminal& terminal, std::span<const KafkaToolAction> actions);

// "a=b" as often as it was given after one of the options.
kafka::client::Properties properties_of(const Typed& typed,
                                        std::initializer_list<std::string_view> options);

// How the tool is to reach its brokers: the file of --command-config, and over it what
// --command-property says, by these and by their older names.
kafka::client::Properties command_properties(const Typed& typed);

// Whether a name is the pattern, or matches it as a regular expression from end to end.
bool matches(const std::string& pattern, const std::string& name);

// The words between the separators.
std::vector<std::string> split_list(std::string_view text, char separator = ',');

// "a=b,c=[d,e]", where brackets hold a value with commas in it.
std::map<std::string, std::string> parse_config_list(std::string_view list);

}  // namespace tarn::cli
