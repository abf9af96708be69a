// Comparing what a client sent with what only those who may come in know.
#pragma once

#include <string_view>

namespace tarn::http {

// Takes the same time wherever the first difference lies, and whatever the lengths are.
bool is_same_secret(std::string_view left, std::string_view right);

}  // namespace tarn::http
