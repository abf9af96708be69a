#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace tarn::cli {
namespace {

std::string spelling_of(const Option& option) {
    std::string spelling = option.letter.empty() ? "    " : option.letter + ", ";
    spelling += option.name;
    if (!option.value_name.empty()) spelling += " " + option.value_name;
    return spelling;
}

std::string help_of(const Option& option) {
    if (option.choices.empty()) return option.help;
    return fmt::format("{} ({})", option.help, fmt::join(option.choices, ", "));
}

std::string list_of(std::span<const Command> commands) {
    std::string list;
    for (const Command& command : commands) {
        list += fmt::format("  {:<23} {}\n", command.name, command.summary);
    }
    return list;
}

constexpr std::array<std::string_view, 3> StartHere = {"up", "status", "doctor"};
constexpr auto Seldom = std::to_array<std::string_view>(
    {"bench", "completion", "config show", "fmt", "iceberg lint", "logs"});
// Everybody tries --version, which is the same.
constexpr std::string_view Untold = "version";
constexpr size_t VerbsLengthMax = 50;

// As many as fit into a line.
std::string list_of_verbs(const std::vector<std::string>& verbs) {
    std::string list;
    for (const std::string& verb : verbs) {
        if (list.size() + verb.size() > VerbsLengthMax) return list + ", …";
        if (!list.empty()) list += ", ";
        list += verb;
    }
    return list;
}

// What begins with one word: a command, or a noun with its verbs.
struct Line {
    std::string words;
    std::string text;
    bool is_noun = false;
};

Line line_of(const Command& command, std::span<const Command> commands) {
    size_t space = command.name.find(' ');
    if (space == std::string::npos) return {command.name, command.summary};
    std::string noun = command.name.substr(0, space);
    std::vector<std::string> verbs;
    for (const Command& other : commands) {
        if (other.name.starts_with(noun + " ")) verbs.push_back(other.name.substr(space + 1));
    }
    if (verbs.size() == 1) return {command.name, command.summary};
    return {noun, list_of_verbs(verbs), true};
}

// One line for each word after `tarn`; neighbours with the same verbs share one. Those that nobody
// looks for every day share a line, and so do the tools of other makers.
std::string grouped_list_of(std::span<const Command> commands) {
    std::vector<Line> lines;
    std::vector<std::string> others;
    for (const Command& command : commands) {
        if (command.takes_any_words || command.name == Untold) continue;
        if (std::ranges::find(StartHere, command.name) != StartHere.end()) continue;
        if (std::ranges::find(Seldom, command.name) != Seldom.end()) {
            others.push_back(command.name);
            continue;
        }
        Line line = line_of(command, commands);
        auto is_known = [&](const Line& known) {
            return known.is_noun && known.words == line.words;
        };
        if (std::ranges::any_of(lines, is_known)) continue;
        Line* last = lines.empty() ? nullptr : &lines.back();
        if (!last || !last->is_noun || last->text != line.text) {
            lines.push_back(std::move(line));
        } else if (!last->words.ends_with(line.words)) {
            last->words += ", " + line.words;
        }
    }
    if (!others.empty()) lines.push_back({"and", fmt::format("{}", fmt::join(others, ", "))});
    bool has_tools = std::ranges::any_of(commands, &Command::takes_any_words);
    if (has_tools)
        lines.push_back({"kafka-topics …", "the tools of Apache Kafka by their own names"});
    std::string list;
    for (const Line& line : lines) list += fmt::format("  {:<19} {}\n", line.words, line.text);
    return list;
}

std::string page_of(const Command& command, const Terminal& terminal) {
    auto heading = [&](std::string_view text) {
        return terminal.colored(text, Color::Bold) + "\n";
    };
    std::string usage = "tarn " + command.name;
    for (const Argument& argument : command.arguments) {
        usage += argument.is_required ? " " + argument.name : " [" + argument.name + "]";
    }
    std::string page = fmt::format("{} — {}\n\n{}", terminal.colored(usage, Color::Bold),
                                   command.summary, heading("Examples"));
    for (const std::string& example : command.examples) page += "  " + example + "\n";
    for (const Argument& argument : command.arguments) {
        page += fmt::format("\n{}  {:<22} {}\n", heading("Argument"), argument.name, argument.help);
    }
    if (!command.options.empty()) page += "\n" + heading("Options");
    for (const Option& option : command.options) {
        page += fmt::format("  {:<26} {}\n", spelling_of(option), help_of(option));
    }
    if (command.takes_any_words) return page;
    page += "\n" + heading("For every command");
    for (const Option& option : common_options()) {
        if (redeclares(command, option)) continue;
        page += fmt::format("  {:<26} {}\n", spelling_of(option), help_of(option));
    }
    return page;
}

bool mentions(const Command& command, const std::string& keyword) {
    auto holds = [&](const std::string& text) { return text.find(keyword) != std::string::npos; };
    return holds(command.name) || holds(command.summary) ||
           std::ranges::any_of(command.options, [&](const Option& option) {
               return holds(option.name) || holds(option.help);
           });
}

}  // namespace

std::string overview(std::span<const Command> commands, const Terminal& terminal) {
    return "Tarn: Kafka, Flink SQL and Iceberg in one process.\n\n" +
           terminal.colored("Start here", Color::Bold) +
           "\n"
           "  tarn up                 start it; Ctrl+C stops it\n"
           "  tarn status             see what runs and where\n"
           "  tarn doctor             find out why something does not\n\n" +
           terminal.colored("Commands", Color::Bold) + "\n" + grouped_list_of(commands) +
           "`tarn COMMAND --help` explains one, `tarn help WORD` finds what mentions it.\n";
}

std::string help_on(const std::string& topic, std::span<const Command> commands,
                    const Terminal& terminal) {
    if (topic.empty()) return overview(commands, terminal);
    auto exact = std::ranges::find(commands, topic, &Command::name);
    if (exact != commands.end()) return page_of(*exact, terminal);
    std::vector<Command> found;
    for (const Command& command : commands) {
        if (mentions(command, topic)) found.push_back(command);
    }
    if (found.empty()) {
        throw Error(ErrorCode::NotFound, "no command mentions '{}'", topic)
            .with_hint("`tarn help` lists all");
    }
    return list_of(found);
}

}  // namespace tarn::cli
