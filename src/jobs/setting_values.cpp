#include "jobs/setting_values.hpp"

#include <charconv>
#include <optional>

#include "base/error.hpp"
#include "base/units.hpp"

namespace tarn::jobs {
namespace {

using std::chrono::milliseconds;

const std::string* value_of(const SessionSettings& settings, const std::string& name) {
    auto found = settings.find(name);
    return found == settings.end() ? nullptr : &found->second;
}

template <typename Number>
Number value_or(const SessionSettings& settings, const std::string& name, Number otherwise) {
    const std::string* text = value_of(settings, name);
    if (!text) return otherwise;
    Number value{};
    auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (failure == std::errc() && end == text->data() + text->size()) return value;
    throw Error(ErrorCode::InvalidInput, "{}: '{}' is not a number", name, *text);
}

}  // namespace

milliseconds duration_of(const SessionSettings& settings, const std::string& name,
                         milliseconds otherwise) {
    const std::string* text = value_of(settings, name);
    if (!text) return otherwise;
    bool is_bare = text->find_first_not_of("0123456789") == std::string::npos;
    try {
        return std::chrono::duration_cast<milliseconds>(
            parse_duration(is_bare ? *text + "ms" : *text));
    } catch (const Error& error) {
        throw Error(ErrorCode::InvalidInput, "{}: {}", name, error.what())
            .with_hint("SET '" + name + "' = '10 s';");
    }
}

int64_t whole_of(const SessionSettings& settings, const std::string& name, int64_t otherwise) {
    return value_or(settings, name, otherwise);
}

double number_of(const SessionSettings& settings, const std::string& name, double otherwise) {
    return value_or(settings, name, otherwise);
}

bool is_set(const SessionSettings& settings, const std::string& name) {
    return text_of(settings, name, "") == "true";
}

std::string text_of(const SessionSettings& settings, const std::string& name,
                    const std::string& otherwise) {
    const std::string* text = value_of(settings, name);
    return text ? *text : otherwise;
}

}  // namespace tarn::jobs
