// Numbers and times as they are typed after an option, checked with the option's name in the
// message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::cli {

// Both throw InvalidInput.
int64_t parse_number(std::string_view option, std::string_view text, int64_t min = 0);
int32_t parse_int(std::string_view option, std::string_view text, int32_t min = 0);

// "2026-11-21T09:30:00Z", with a fraction of a second, a zone like +02:00, or without a time of
// day. Without a zone it is UTC. Milliseconds since 1970; nothing when the text is no such time.
std::optional<int64_t> parse_time_ms(std::string_view text);

}  // namespace tarn::cli
