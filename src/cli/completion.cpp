#include <fmt/format.h>

#include <set>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

namespace tarn::cli {
namespace {

// What may follow each word: the nouns and commands after `tarn`, the verbs after a noun, the
// options after a command.
struct Completions {
    std::set<std::string> first_words;
    std::map<std::string, std::set<std::string>> verbs;    // by noun
    std::map<std::string, std::set<std::string>> options;  // by command
};

Completions all_completions() {
    Completions completions;
    for (const Command& command : all_commands()) {
        auto space = command.name.find(' ');
        std::string noun = command.name.substr(0, space);
        completions.first_words.insert(noun);
        if (space != std::string::npos) {
            completions.verbs[noun].insert(command.name.substr(space + 1));
        }
        auto& options = completions.options[command.name];
        for (const Option& option : command.options) options.insert(option.name);
        if (command.takes_any_words) continue;
        for (const Option& option : common_options()) options.insert(option.name);
        for (const Argument& argument : command.arguments) {
            options.insert(argument.choices.begin(), argument.choices.end());
        }
    }
    completions.first_words.insert("help");
    return completions;
}

// The body shared by bash and zsh, which both speak compgen once bashcompinit is loaded.
std::string bash_script() {
    Completions completions = all_completions();
    std::string cases;
    for (const auto& [noun, verbs] : completions.verbs) {
        cases += fmt::format("        '{}') words='{}' ;;\n", noun, fmt::join(verbs, " "));
    }
    for (const auto& [command, options] : completions.options) {
        cases += fmt::format("        '{0}' | '{0} '*) words='{1}' ;;\n", command,
                             fmt::join(options, " "));
    }
    std::string tools;
    for (const Command& command : all_commands()) {
        if (command.takes_any_words) tools += fmt::format(" {0} {0}.sh", command.name);
    }
    return fmt::format(R"(_tarn() {{
    local before="${{COMP_WORDS[*]:1:COMP_CWORD-1}}" words=''
    case "$before" in
        '') words='{}' ;;
{}    esac
    COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _tarn tarn
_tarn_tool() {{
    local name="${{1##*/}}"
    COMP_WORDS=(tarn "${{name%.sh}}" "${{COMP_WORDS[@]:1}}")
    COMP_CWORD=$((COMP_CWORD + 1))
    _tarn
}}
complete -o default -F _tarn_tool{}
)",
                       fmt::join(completions.first_words, " "), cases, tools);
}

std::string zsh_script() {
    return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script();
}

std::string fish_script() {
    Completions completions = all_completions();
    std::string script =
        fmt::format("complete -c tarn -f\ncomplete -c tarn -n '__fish_use_subcommand' -a '{}'\n",
                    fmt::join(completions.first_words, " "));
    for (const auto& [noun, verbs] : completions.verbs) {
        script += fmt::format("complete -c tarn -n '__fish_seen_subcommand_from {}' -a '{}'\n",
                              noun, fmt::join(verbs, " "));
    }
    for (const auto& [command, options] : completions.options) {
        std::string noun = command.substr(0, command.find(' '));
        script += fmt::format("complete -c tarn -n '__fish_seen_subcommand_from {}' -a '{}'\n",
                              noun, fmt::join(options, " "));
    }
    return script;
}

int print_completion(Call& call) {
    std::string shell = call.typed.value_or("shell", "");
    if (shell == "bash") call.terminal.print(bash_script());
    if (shell == "zsh") call.terminal.print(zsh_script());
    if (shell == "fish") call.terminal.print(fish_script());
    return ExitOk;
}

}  // namespace

Command completion_command() {
    return {.name = "completion",
            .summary = "a script that completes tarn's words in your shell",
            .examples = {"source <(tarn completion bash)",
                         "tarn completion fish > ~/.config/fish/completions/tarn.fish"},
            .options = {},
            .arguments = {{"shell", "bash, zsh or fish", true, {"bash", "zsh", "fish"}}},
            .run = print_completion};
}

}  // namespace tarn::cli
