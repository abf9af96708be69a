// The settings of the process. Every setting is declared once, with its type, default and one line
// of help; a value for anything else is an error that names the nearest setting. Values come in
// layers and the highest wins: built-in default < profile < tarn.toml < TARN_* < option. Each value
// remembers where it came from, which `tarn config show --origin` prints.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn {

enum class SettingType { Text, Flag, Integer, Size, Duration, List };

struct Setting {
    std::string key;  // "kafka.port"
    SettingType type;
    std::string fallback;  // in the form an option would have
    std::string help;
    std::vector<std::string> choices = {};  // what a Text may be, if not anything
    bool is_secret = false;                 // shown as "(hidden)"
};

enum class Layer { Default, Profile, File, Environment, Option };

class Config {
public:
    explicit Config(std::vector<Setting> settings);

    // Each checks the key and the type, and throws InvalidInput that begins with `origin`.
    void set(Layer layer, std::string_view key, std::string_view value, std::string origin);

    // A whole tarn.toml; `name` is how messages call it. Errors give line and column. The tables
    // [profile.NAME] hold the settings of profiles: those of `profile` are taken, in their lower
    // layer, the others only checked. Gives the names of all profiles in the file.
    std::vector<std::string> set_from_toml(std::string_view text, const std::string& name,
                                           std::string_view profile = {});

    // The variables of the environment that start with TARN_: TARN_KAFKA_PORT is kafka.port.
    void set_from_environment(char** environment);

    // "kafka.port=9092", the argument of --set.
    void set_from_option(std::string_view assignment);

    // Asking for an undeclared key or in the wrong type is a bug and asserts.
    std::string text(std::string_view key) const;
    bool flag(std::string_view key) const;
    int64_t integer(std::string_view key) const;
    int64_t size(std::string_view key) const;
    std::chrono::microseconds duration(std::string_view key) const;
    std::chrono::milliseconds duration_ms(std::string_view key) const;
    std::vector<std::string> list(std::string_view key) const;

    struct Value {
        std::string text;
        Layer layer;
        std::string origin;  // "default", "profile lab", "tarn.toml:4", "TARN_KAFKA_PORT", "--set"
    };
    const Value& value(std::string_view key) const;
    // The value as it may be printed: secrets are hidden.
    std::string shown(std::string_view key) const;

    // All settings in the order of their keys.
    const std::map<std::string, Setting, std::less<>>& settings() const { return settings_; }

private:
    const Setting& checked_setting(std::string_view key, SettingType type) const;
    const Setting& find_setting(std::string_view key, const std::string& origin) const;

    std::map<std::string, Setting, std::less<>> settings_;
    std::map<std::string, Value, std::less<>> values_;
};

// "kafka.port" -> "TARN_KAFKA_PORT".
std::string environment_name(std::string_view key);

}  // namespace tarn
