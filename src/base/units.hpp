// Sizes and durations as people write them: "512MB", "1.5GiB", "10s", "250 ms".
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tarn {

// Bytes. B, KB, MB, GB and TB count in thousands, KiB … TiB in 1024s, as the units say. A bare
// number is bytes. Throws InvalidInput for anything else, a negative or a too large one.
int64_t parse_size(std::string_view text);

// us, ms, s, m (or min), h, d. A unit is required, save for 0.
std::chrono::microseconds parse_duration(std::string_view text);

// Three significant digits in the unit that fits: "1.46 GB", "312 B".
std::string to_human_size(int64_t bytes);
std::string to_human_duration(std::chrono::microseconds duration);

}  // namespace tarn
