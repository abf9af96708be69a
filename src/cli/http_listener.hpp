// From the settings of one face ("rest", "iceberg") to the listener that it is served by.
#pragma once

#include <string>
#include <string_view>

#include "base/config.hpp"
#include "http/listener.hpp"

namespace tarn::cli {

// Reads NAME.address, NAME.port and the settings of TLS, beside those that hold for every listener.
// Throws InvalidInput for a port that is none.
http::ListenerOptions http_listener(const Config& config, const std::string& face);

// The same for a face that asks for a bearer token by itself: NAME.token and NAME.allowed-hosts.
http::ListenerOptions guarded_http_listener(const Config& config, const std::string& face);

}  // namespace tarn::cli
