// The settings of a session as values of their kinds: SET gives them as text. All throw
// InvalidInput with the name of a setting whose value cannot be meant.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace tarn::jobs {

using SessionSettings = std::map<std::string, std::string>;

// "5 s", "200ms", "60000": bare numbers are milliseconds, as Flink reads them.
std::chrono::milliseconds duration_of(const SessionSettings& settings, const std::string& name,
                                      std::chrono::milliseconds otherwise);
int64_t whole_of(const SessionSettings& settings, const std::string& name, int64_t otherwise);
double number_of(const SessionSettings& settings, const std::string& name, double otherwise);
bool is_set(const SessionSettings& settings, const std::string& name);
std::string text_of(const SessionSettings& settings, const std::string& name,
                    const std::string& otherwise);

}  // namespace tarn::jobs
