#include <boost/json.hpp>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

namespace tarn::cli {
namespace {

std::string_view layer_name(Layer layer) {
    switch (layer) {
        case Layer::Default:
            return "default";
        case Layer::Profile:
            return "profile";
        case Layer::File:
            return "file";
        case Layer::Environment:
            return "environment";
        case Layer::Option:
            return "option";
    }
    return "";
}

int show_as_json(Call& call) {
    boost::json::array settings;
    for (const auto& [key, setting] : call.config.settings()) {
        const Config::Value& value = call.config.value(key);
        settings.push_back({{"key", key},
                            {"value", call.config.shown(key)},
                            {"layer", layer_name(value.layer)},
                            {"origin", value.origin}});
    }
    boost::json::object page = {{"schema", "tarn.config.show/1"}, {"settings", settings}};
    call.terminal.print_line(boost::json::serialize(page));
    return ExitOk;
}

int show(Call& call) {
    if (call.wants_json()) return show_as_json(call);
    bool wants_origin = call.typed.has("--origin");
    std::vector<std::string> header = {"SETTING", "VALUE", wants_origin ? "FROM" : "MEANING"};
    std::vector<std::vector<std::string>> rows;
    for (const auto& [key, setting] : call.config.settings()) {
        std::string value = call.config.shown(key);
        rows.push_back({key, value.empty() ? "-" : value,
                        wants_origin ? call.config.value(key).origin : setting.help});
    }
    call.terminal.table(header, rows);
    return ExitOk;
}

}  // namespace

Command config_show_command() {
    return {.name = "config show",
            .summary = "all settings, their values and where each came from",
            .examples = {"tarn config show", "tarn config show --origin",
                         "TARN_REST_PORT=9090 tarn config show --origin"},
            .options = {{"--origin", "", "say where each value came from instead of its meaning"}},
            .arguments = {},
            .run = show};
}

}  // namespace tarn::cli
