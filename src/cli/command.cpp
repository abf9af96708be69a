#include "cli/command.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::cli {

bool Typed::has(std::string_view name) const {
    return values.contains(name);
}

std::string Typed::value_or(std::string_view name, std::string fallback) const {
    auto found = values.find(name);
    if (found == values.end()) return fallback;
    TARN_ASSERT(!found->second.empty());
    return found->second.back();
}

std::vector<std::string> Typed::all(std::string_view name) const {
    auto found = values.find(name);
    return found == values.end() ? std::vector<std::string>() : found->second;
}

const std::vector<Option>& common_options() {
    static const std::vector<Option> options = {
        {"--config", "FILE", "read this settings file instead of ./tarn.toml"},
        {"--profile", "NAME", "start from the settings of [profile.NAME]"},
        {"--set", "KEY=VALUE", "set one setting; may be given often", {}, {}, true},
        {"--data", "DIR", "the data folder (default tarn-data)", "-d"},
        {"--at", "URL", "the REST address of a running Tarn"},
        {"--json", "", "print JSON for scripts"},
        {"--color", "WHEN", "colour the output", {}, {"auto", "always", "never"}},
        {"--help", "", "show help", "-h"},
    };
    return options;
}

bool redeclares(const Command& command, const Option& common) {
    return std::ranges::find(command.options, common.name, &Option::name) != command.options.end();
}

}  // namespace tarn::cli
