#include "cli/kafka_tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"

namespace tarn::cli {
namespace {

std::vector<Option> options_of(const KafkaTool& tool) {
    std::vector<Option> options = {
        {"--bootstrap-server", "HOST:PORT", "the brokers, several with commas between them"},
        {"--command-config", "FILE", "properties of a Kafka client, for brokers with TLS or SASL"},
        {"--help", "", "show this"}};
    options.insert(options.end(), tool.options.begin(), tool.options.end());
    return options;
}

Error unknown_option(const KafkaTool& tool, std::string_view typed) {
    if (typed == "--zookeeper") {
        return Error(ErrorCode::InvalidInput, "{}: there is no ZooKeeper any more", tool.name)
            .with_hint("say --bootstrap-server localhost:9092");
    }
    std::vector<std::string> known;
    for (const Option& option : options_of(tool)) known.push_back(option.name);
    auto nearest = nearest_name(typed, known);
    return Error(ErrorCode::InvalidInput, "{}: {} is not a recognized option", tool.name, typed)
        .with_hint(nearest ? "did you mean '" + *nearest + "'?"
                           : "`" + tool.name + " --help` shows those that it has");
}

Option find_option(const KafkaTool& tool, std::string_view typed) {
    std::vector<Option> found;
    for (const Option& option : options_of(tool)) {
        if (option.name == typed) return option;
        if (typed.size() > 2 && option.name.starts_with(typed)) found.push_back(option);
    }
    if (found.size() == 1) return found[0];
    throw unknown_option(tool, typed);
}

std::string help_of(const KafkaTool& tool) {
    std::string page = fmt::format("{}: {}\n\n", tool.name, tool.summary);
    for (const std::string& example : tool.examples) page += "  " + example + "\n";
    page += "\n";
    for (const Option& option : options_of(tool)) {
        page += fmt::format("  {:<34} {}\n", option.name + " " + option.value_name, option.help);
    }
    return page;
}

int run_tool(const KafkaTool& tool, Call& call) {
    Typed typed;
    try {
        typed = parse_tool_words(tool, call.typed.all("words"));
        if (typed.has("--help")) {
            call.terminal.print(help_of(tool));
            return ExitOk;
        }
        return tool.run(typed, call.terminal);
    } catch (const Error& error) {
        call.terminal.error(tool.failure_prefix + error.what(), error.hint());
        return ExitFailed;
    }
}

}  // namespace

Command command_of(const KafkaTool& tool) {
    return {.name = tool.name,
            .summary = tool.summary,
            .examples = tool.examples,
            .options = options_of(tool),
            .arguments = {},
            .run = [tool](Call& call) { return run_tool(tool, call); },
            .takes_any_words = true};
}

Typed parse_tool_words(const KafkaTool& tool, std::span<const std::string> words) {
    Typed typed;
    for (size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (!word.starts_with("--")) throw unknown_option(tool, word);
        size_t equals = word.find('=');
        Option option = find_option(tool, std::string_view(word).substr(0, equals));
        auto& values = typed.values[option.name];
        if (option.value_name.empty()) {
            if (equals != std::string::npos) {
                throw Error(ErrorCode::InvalidInput, "{}: {} takes no value", tool.name,
                            option.name);
            }
            values.emplace_back();
        } else if (equals != std::string::npos) {
            values.push_back(word.substr(equals + 1));
        } else if (i + 1 < words.size() && !words[i + 1].starts_with("--")) {
            values.push_back(words[++i]);
        } else if (option.value_name.starts_with('[')) {
            values.emplace_back();
        } else {
            throw Error(ErrorCode::InvalidInput, "{}: {} requires an argument", tool.name,
                        option.name);
        }
    }
    return typed;
}

std::string required(const Typed& typed, std::string_view option) {
    if (typed.has(option)) return typed.value_or(option, "");
    throw Error(ErrorCode::InvalidInput, "Missing required argument \"{}\"", option);
}

const KafkaToolAction& chosen_action(const Typed& typed, std::span<const KafkaToolAction> actions) {
    const KafkaToolAction* chosen = nullptr;
    int count = 0;
    std::vector<std::string_view> options;
    for (const KafkaToolAction& action : actions) {
        options.push_back(action.option);
        if (!typed.has(action.option)) continue;
        chosen = &action;
        ++count;
    }
    if (count == 1) return *chosen;
    throw Error(ErrorCode::InvalidInput, "Command must include exactly one action: {}",
                fmt::join(options, ", "));
}

int run_chosen(const Typed& typed, Terminal& terminal, std::span<const KafkaToolAction> actions) {
    const KafkaToolAction& action = chosen_action(typed, actions);
    kafka::client::Client kafka =
        kafka_client_at(required(typed, "--bootstrap-server"), command_properties(typed));
    return action.run(kafka, typed, terminal);
}

kafka::client::Properties properties_of(const Typed& typed,
                                        std::initializer_list<std::string_view> options) {
    kafka::client::Properties properties;
    for (std::string_view option : options) {
        for (const std::string& assignment : typed.all(option)) {
            size_t equals = assignment.find('=');
            if (equals == std::string::npos) {
                throw Error(ErrorCode::InvalidInput, "{}: '{}' is no property", option, assignment)
                    .with_hint("write NAME=VALUE");
            }
            properties[assignment.substr(0, equals)] = assignment.substr(equals + 1);
        }
    }
    return properties;
}

kafka::client::Properties command_properties(const Typed& typed) {
    kafka::client::Properties properties =
        properties_of(typed, {"--producer-property", "--consumer-property", "--command-property"});
    for (std::string_view option : {"--command-config", "--producer.config", "--consumer.config"}) {
        // What stands there already wins.
        if (typed.has(option)) {
            properties.merge(kafka::client::read_properties(typed.value_or(option, "")));
        }
    }
    return properties;
}

bool matches(const std::string& pattern, const std::string& name) {
    if (pattern == name) return true;
    try {
        return std::regex_match(name, std::regex(pattern));
    } catch (const std::regex_error&) {
        throw Error(ErrorCode::InvalidInput, "'{}' is no regular expression", pattern);
    }
}

std::vector<std::string> split_list(std::string_view text, char separator) {
    std::vector<std::string> words;
    while (true) {
        size_t at = text.find(separator);
        if (!text.substr(0, at).empty()) words.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) return words;
        text.remove_prefix(at + 1);
    }
}

std::map<std::string, std::string> parse_config_list(std::string_view list) {
    std::map<std::string, std::string> configs;
    while (!list.empty()) {
        size_t equals = list.find('=');
        if (equals == std::string_view::npos) {
            throw Error(ErrorCode::InvalidInput, "--add-config: '{}' is no setting", list)
                .with_hint("write a=b,c=d, and a=[b,c] for a list");
        }
        std::string name(list.substr(0, equals));
        list.remove_prefix(equals + 1);
        bool is_list = list.starts_with('[');
        size_t end = std::min(list.find(is_list ? ']' : ','), list.size());
        configs[name] = list.substr(is_list ? 1 : 0, is_list ? end - 1 : end);
        list.remove_prefix(std::min(end + (is_list ? 1 : 0), list.size()));
        if (list.starts_with(',')) list.remove_prefix(1);
    }
    return configs;
}

}  // namespace tarn::cli
