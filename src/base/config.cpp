#include "base/config.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <optional>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/units.hpp"

namespace tarn {
namespace {

constexpr std::string_view EnvironmentPrefix = "TARN_";
constexpr std::string_view ProfilePrefix = "profile.";

std::optional<bool> parse_flag(std::string_view text) {
    if (text == "true" || text == "on" || text == "yes" || text == "1") return true;
    if (text == "false" || text == "off" || text == "no" || text == "0") return false;
    return std::nullopt;
}

std::optional<int64_t> parse_integer(std::string_view text) {
    int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::vector<std::string> parse_list(std::string_view text) {
    std::vector<std::string> items;
    while (!text.empty()) {
        std::string_view item = text.substr(0, text.find(','));
        text.remove_prefix(std::min(item.size() + 1, text.size()));
        while (item.starts_with(' ')) item.remove_prefix(1);
        while (item.ends_with(' ')) item.remove_suffix(1);
        if (!item.empty()) items.emplace_back(item);
    }
    return items;
}

// Throws unless the text is a value of this setting.
void check_value(const Setting& setting, std::string_view text) {
    switch (setting.type) {
        case SettingType::Text:
            if (setting.choices.empty() || std::ranges::count(setting.choices, text)) return;
            throw Error(ErrorCode::InvalidInput, "'{}' is not one of its values", text)
                .with_hint(name_hint(text, setting.choices));
        case SettingType::Flag:
            if (parse_flag(text)) return;
            throw Error(ErrorCode::InvalidInput, "'{}' is neither true nor false", text);
        case SettingType::Integer:
            if (parse_integer(text)) return;
            throw Error(ErrorCode::InvalidInput, "'{}' is not a whole number", text);
        case SettingType::Size:
            parse_size(text);
            return;
        case SettingType::Duration:
            parse_duration(text);
            return;
        case SettingType::List:
            return;
    }
}

// The same with the place and the key in front of the complaint.
void check_setting(const Setting& setting, std::string_view text, const std::string& origin) {
    try {
        check_value(setting, text);
    } catch (const Error& error) {
        throw Error(error.code(), "{}: {}: {}", origin, setting.key, error.what())
            .with_hint(error.hint());
    }
}

std::string_view name_of(SettingType type) {
    switch (type) {
        case SettingType::Text:
            return "text in quotes";
        case SettingType::Flag:
            return "true or false";
        case SettingType::Integer:
            return "a whole number without quotes";
        case SettingType::Size:
            return "a size such as \"512MB\"";
        case SettingType::Duration:
            return "a duration such as \"10s\"";
        case SettingType::List:
            return "a list such as [\"a\", \"b\"]";
    }
    return "";
}

// A TOML value in the form an option has; nothing when its type does not fit.
std::optional<std::string> text_of(const toml::node& node, SettingType type) {
    auto text = node.value_exact<std::string>();
    auto number = node.value_exact<int64_t>();
    switch (type) {
        case SettingType::Text:
        case SettingType::Duration:
            return text;
        case SettingType::Size:
            return number ? std::to_string(*number) : text;
        case SettingType::Integer:
            return number ? std::optional(std::to_string(*number)) : std::nullopt;
        case SettingType::Flag: {
            auto flag = node.value_exact<bool>();
            return flag ? std::optional<std::string>(*flag ? "true" : "false") : std::nullopt;
        }
        case SettingType::List: {
            if (!node.is_array()) return text;
            std::vector<std::string> items;
            for (const toml::node& item : *node.as_array()) {
                auto item_text = item.value_exact<std::string>();
                if (!item_text) return std::nullopt;
                items.push_back(*item_text);
            }
            return fmt::format("{}", fmt::join(items, ","));
        }
    }
    return std::nullopt;
}

// "lab" of "profile.lab.kafka.port"; empty for a key outside the profiles.
std::string_view profile_of(std::string_view key) {
    if (!key.starts_with(ProfilePrefix)) return {};
    key.remove_prefix(ProfilePrefix.size());
    auto dot = key.find('.');
    return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

struct FoundValue {
    std::string key;
    const toml::node* node;
};

// The leaves of a TOML table under their dotted keys.
void collect(const toml::table& table, const std::string& prefix, std::vector<FoundValue>& found) {
    for (const auto& [key, node] : table) {
        std::string full = prefix + std::string(key.str());
        if (node.is_table()) {
            collect(*node.as_table(), full + ".", found);
        } else {
            found.push_back({full, &node});
        }
    }
}

}  // namespace

std::string environment_name(std::string_view key) {
    std::string name(EnvironmentPrefix);
    for (char c : key) name += c == '.' || c == '-' ? '_' : static_cast<char>(std::toupper(c));
    return name;
}

Config::Config(std::vector<Setting> settings) {
    for (Setting& setting : settings) {
        std::string key = setting.key;
        check_value(setting, setting.fallback);
        values_[key] = {setting.fallback, Layer::Default, "default"};
        bool is_new = settings_.emplace(key, std::move(setting)).second;
        TARN_ASSERT(is_new);
    }
}

void Config::set(Layer layer, std::string_view key, std::string_view value, std::string origin) {
    check_setting(find_setting(key, origin), value, origin);
    Value& current = values_.find(key)->second;
    if (layer >= current.layer) current = {std::string(value), layer, std::move(origin)};
}

std::vector<std::string> Config::set_from_toml(std::string_view text, const std::string& name,
                                               std::string_view profile) {
    toml::table table;
    try {
        table = toml::parse(text, name);
    } catch (const toml::parse_error& error) {
        throw Error(ErrorCode::InvalidInput, "{}:{}:{}: {}", name, error.source().begin.line,
                    error.source().begin.column, error.description());
    }
    std::vector<std::string> profiles;
    if (const toml::table* tables = table["profile"].as_table()) {
        for (const auto& [key, node] : *tables) profiles.emplace_back(key.str());
    }
    std::vector<FoundValue> found;
    collect(table, "", found);
    for (FoundValue& value : found) {
        toml::source_position at = value.node->source().begin;
        std::string place = fmt::format("{}:{}:{}", name, at.line, at.column);
        std::string owner(profile_of(value.key));
        if (!owner.empty()) value.key.erase(0, ProfilePrefix.size() + owner.size() + 1);
        const Setting& setting = find_setting(value.key, place);
        auto as_text = text_of(*value.node, setting.type);
        if (!as_text) {
            throw Error(ErrorCode::InvalidInput, "{}: {} has the wrong type", place, value.key)
                .with_hint(fmt::format("it takes {}", name_of(setting.type)));
        }
        if (owner.empty()) {
            set(Layer::File, value.key, *as_text, place);
        } else if (owner == profile) {
            set(Layer::Profile, value.key, *as_text, place);
        } else {
            check_setting(setting, *as_text, place);
        }
    }
    return profiles;
}

void Config::set_from_environment(char** environment) {
    std::map<std::string, std::string, std::less<>> key_by_name;
    std::vector<std::string> names;
    for (const auto& [key, setting] : settings_) {
        names.push_back(environment_name(key));
        key_by_name[names.back()] = key;
    }
    for (char** entry = environment; *entry; ++entry) {
        std::string_view text = *entry;
        if (!text.starts_with(EnvironmentPrefix)) continue;
        std::string_view name = text.substr(0, text.find('='));
        auto known = key_by_name.find(name);
        if (known == key_by_name.end()) {
            throw Error(ErrorCode::InvalidInput, "unknown environment variable {}", name)
                .with_hint(name_hint(name, names));
        }
        std::string_view value = text.substr(std::min(name.size() + 1, text.size()));
        set(Layer::Environment, known->second, value, std::string(name));
    }
}

void Config::set_from_option(std::string_view assignment) {
    auto equals = assignment.find('=');
    if (equals == std::string_view::npos) {
        throw Error(ErrorCode::InvalidInput, "--set {}: there is no '='", assignment)
            .with_hint("write it as --set key=value");
    }
    set(Layer::Option, assignment.substr(0, equals), assignment.substr(equals + 1), "--set");
}

std::string Config::text(std::string_view key) const {
    checked_setting(key, SettingType::Text);
    return value(key).text;
}

bool Config::flag(std::string_view key) const {
    checked_setting(key, SettingType::Flag);
    return *parse_flag(value(key).text);
}

int64_t Config::integer(std::string_view key) const {
    checked_setting(key, SettingType::Integer);
    return *parse_integer(value(key).text);
}

int64_t Config::size(std::string_view key) const {
    checked_setting(key, SettingType::Size);
    return parse_size(value(key).text);
}

std::chrono::microseconds Config::duration(std::string_view key) const {
    checked_setting(key, SettingType::Duration);
    return parse_duration(value(key).text);
}

std::chrono::milliseconds Config::duration_ms(std::string_view key) const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration(key));
}

std::vector<std::string> Config::list(std::string_view key) const {
    checked_setting(key, SettingType::List);
    return parse_list(value(key).text);
}

const Config::Value& Config::value(std::string_view key) const {
    auto found = values_.find(key);
    TARN_ASSERT(found != values_.end());
    return found->second;
}

std::string Config::shown(std::string_view key) const {
    const Value& found = value(key);
    bool hidden = settings_.find(key)->second.is_secret && !found.text.empty();
    return hidden ? "(hidden)" : found.text;
}

const Setting& Config::checked_setting(std::string_view key, SettingType type) const {
    auto found = settings_.find(key);
    TARN_ASSERT(found != settings_.end() && found->second.type == type);
    return found->second;
}

const Setting& Config::find_setting(std::string_view key, const std::string& origin) const {
    auto found = settings_.find(key);
    if (found != settings_.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [name, setting] : settings_) known.push_back(name);
    throw Error(ErrorCode::InvalidInput, "{}: unknown setting '{}'", origin, key)
        .with_hint(name_hint(key, known));
}

}  // namespace tarn
