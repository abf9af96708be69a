// JSON that comes from outside.
#pragma once

#include <boost/json/value.hpp>

#include <string_view>

namespace tarn::http {

// Deeper JSON is refused: nobody means it, and each level costs stack when it is walked.
constexpr int JsonDepthMax = 64;

// Throws InvalidInput that begins with `name` and the place: "request body:2:17: syntax error".
boost::json::value parse_json(std::string_view text, std::string_view name);

}  // namespace tarn::http
