// What requests name in their paths and queries. All throw InvalidInput for what cannot be meant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace tarn::flink {

// 32 hexadecimal digits, made small.
std::string checked_id(std::string id, std::string_view name);
std::string id_in(const http::Request& request, std::string_view name);

// Not less than 0.
int64_t checked_number(std::string_view text, std::string_view name);

}  // namespace tarn::flink
