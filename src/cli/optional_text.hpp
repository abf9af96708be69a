// Numbers that may not be known: a dash for people, null for scripts. Pages hold them as text,
// since JavaScript's numbers end at 2^53.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tarn::cli {

inline std::string text_or_dash(const std::optional<int64_t>& number) {
    return number ? std::to_string(*number) : "-";
}

inline boost::json::value json_or_null(const std::optional<int64_t>& number) {
    return number ? boost::json::value(std::to_string(*number)) : boost::json::value();
}

}  // namespace tarn::cli
