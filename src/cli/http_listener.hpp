// From the settings of one face ("rest", "iceberg") to the listener that it is served by.
#pragma once

#include <string>
#include <string_view>

#include "base/config.hpp"
#include "http/listener.hpp"

namespace tarn::cli {

// Reads NAME.address, NAME.port, NAME.token and, where the face has them, the settings of TLS,
// beside those that hold for every listener. Throws InvalidInput for a port that is none.
http::ListenerOptions http_listener(const Config& config, const std::string& face);

}  // namespace tarn::cli
