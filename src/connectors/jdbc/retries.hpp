// Trying again what failed because a server was away.
#pragma once

#include <functional>

#include "base/error.hpp"

namespace tarn::connectors {

// Does it again while it throws Unavailable, so many times at most, each after a second more than
// the last one. What it has to do with the connection that failed is its own to know.
void with_retries(int64_t retries_max, std::string_view what, const std::function<void()>& work);

}  // namespace tarn::connectors
