// A command as data: its words, options, examples and what it does. Parsing, help, "did you mean"
// and shell completion all come from this one description, so they cannot disagree.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.hpp"
#include "cli/terminal.hpp"

namespace tarn::cli {

struct Option {
    std::string name;        // "--tail"
    std::string value_name;  // "N"; empty for a flag
    std::string help;
    std::string letter = {};  // "-n"
    std::vector<std::string> choices = {};
    bool is_repeatable = false;
};

struct Argument {
    std::string name;  // "part"
    std::string help;
    bool is_required = true;
    std::vector<std::string> choices = {};
};

// What was typed, after parsing.
struct Typed {
    std::map<std::string, std::vector<std::string>, std::less<>> values;  // by option or argument

    bool has(std::string_view name) const;
    std::string value_or(std::string_view name, std::string fallback) const;
    std::vector<std::string> all(std::string_view name) const;
};

// One run of a command: what was typed, the settings that follow from it, and where to print.
struct Call {
    const Typed& typed;
    const Config& config;
    Terminal& terminal;

    bool wants_json() const { return typed.has("--json"); }
};

struct Command {
    std::string name;     // "version", or noun and verb: "config show"
    std::string summary;  // one line, lower case, no full stop
    std::vector<std::string> examples;
    std::vector<Option> options;
    std::vector<Argument> arguments;
    std::function<int(Call&)> run;  // gives an exit code; may throw Error
    // A tool of somebody else's with a syntax of its own: all words that follow its name are handed
    // over as they are, under "words".
    bool takes_any_words = false;
};

// The options that every command has, unless it declares one of that name itself.
const std::vector<Option>& common_options();
bool redeclares(const Command& command, const Option& common);

}  // namespace tarn::cli
