#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/error.hpp"
#include "base/suggest.hpp"

namespace tarn::cli {
namespace {

std::vector<std::string> names_of(std::span<const Command> commands) {
    std::vector<std::string> names;
    for (const Command& command : commands) names.push_back(command.name);
    return names;
}

bool is_noun(std::span<const Command> commands, const std::string& word) {
    return std::ranges::any_of(
        commands, [&](const Command& command) { return command.name.starts_with(word + " "); });
}

// How many of the leading words name a command, a noun and a verb or one word; with it the command.
struct Match {
    const Command* command;
    size_t words;
};

std::optional<Match> match(std::span<const Command> commands,
                           const std::vector<std::string>& words) {
    for (size_t count : {size_t{2}, size_t{1}}) {
        if (words.size() < count) continue;
        std::string name = words[0];
        if (count == 2) name += " " + words[1];
        auto found = std::ranges::find(commands, name, &Command::name);
        if (found != commands.end()) return Match{&*found, count};
    }
    return std::nullopt;
}

[[noreturn]] void refuse_unknown_command(std::span<const Command> commands,
                                         const std::vector<std::string>& words) {
    std::string typed = words[0];
    if (is_noun(commands, words[0]) && words.size() > 1) typed += " " + words[1];
    throw Error(ErrorCode::InvalidInput, "there is no command '{}'", typed)
        .with_hint(name_hint(typed, names_of(commands)) + "; `tarn help` lists all");
}

void declare(CLI::App& app, const Option& option, Typed& typed) {
    std::string spelling = option.letter.empty() ? option.name : option.letter + "," + option.name;
    if (option.value_name.empty()) {
        app.add_flag_callback(spelling,
                              [&typed, name = option.name] { typed.values[name] = {""}; });
        return;
    }
    auto* declared = app.add_option_function<std::vector<std::string>>(
        spelling,
        [&typed, name = option.name](const auto& values) { typed.values[name] = values; });
    declared->expected(1);
    declared->multi_option_policy(option.is_repeatable ? CLI::MultiOptionPolicy::TakeAll
                                                       : CLI::MultiOptionPolicy::TakeLast);
    if (!option.choices.empty()) declared->check(CLI::IsMember(option.choices));
}

void declare(CLI::App& app, const Argument& argument, Typed& typed) {
    auto* declared = app.add_option_function<std::string>(
        argument.name,
        [&typed, name = argument.name](const std::string& value) { typed.values[name] = {value}; });
    declared->required(argument.is_required);
    if (!argument.choices.empty()) declared->check(CLI::IsMember(argument.choices));
}

Error usage_error(const Command& command, const CLI::ParseError& failure,
                  const std::vector<std::string>& unexpected) {
    std::string help = "`tarn " + command.name + " --help` shows what it takes";
    if (unexpected.empty()) {
        return Error(ErrorCode::InvalidInput, "tarn {}: {}", command.name, failure.what())
            .with_hint(help);
    }
    std::vector<std::string> known;
    for (const Option& option : command.options) known.push_back(option.name);
    for (const Option& option : common_options()) known.push_back(option.name);
    std::string typed = unexpected.front().substr(0, unexpected.front().find('='));
    auto nearest = nearest_name(typed, known);
    return Error(ErrorCode::InvalidInput, "tarn {}: '{}' is not expected here", command.name, typed)
        .with_hint(nearest ? "did you mean '" + *nearest + "'?" : help);
}

}  // namespace

std::variant<ParsedCommand, HelpRequest> parse_command_line(std::span<const Command> commands,
                                                            const std::vector<std::string>& words) {
    if (words.empty() || words[0] == "--help" || words[0] == "-h") return HelpRequest{};
    if (words[0] == "help") return HelpRequest{words.size() > 1 ? words[1] : ""};
    if (words[0] == "--version") return parse_command_line(commands, {"version"});
    auto matched = match(commands, words);
    if (!matched) {
        bool asks_for_noun = is_noun(commands, words[0]) &&
                             (words.size() == 1 || words[1] == "--help" || words[1] == "-h");
        if (asks_for_noun) return HelpRequest{words[0]};
        refuse_unknown_command(commands, words);
    }
    const Command& command = *matched->command;
    if (command.takes_any_words) {
        Typed typed;
        typed.values["words"] = {words.begin() + static_cast<long>(matched->words), words.end()};
        return ParsedCommand{&command, std::move(typed)};
    }

    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    Typed typed;
    for (const Option& option : command.options) declare(app, option, typed);
    for (const Option& option : common_options()) {
        if (!redeclares(command, option)) declare(app, option, typed);
    }
    for (const Argument& argument : command.arguments) declare(app, argument, typed);

    // CLI11 takes the words last one first.
    std::vector<std::string> rest(words.rbegin(), words.rend() - static_cast<long>(matched->words));
    if (std::ranges::find(rest, "--help") != rest.end() ||
        std::ranges::find(rest, "-h") != rest.end())
        return HelpRequest{command.name};
    try {
        app.parse(rest);
        if (!app.remaining().empty()) throw CLI::ExtrasError(app.remaining());
    } catch (const CLI::ParseError& failure) {
        throw usage_error(command, failure, app.remaining());
    }
    return ParsedCommand{&command, std::move(typed)};
}

}  // namespace tarn::cli
