// A connection telling its broker who it is (SASL, by KIP-152's requests).
#pragma once

#include "kafka/client/connection.hpp"
#include "kafka/client/security.hpp"

namespace tarn::kafka::client {

// Throws RefusedError when the broker does not take the mechanism or the password, Unauthorized
// when it is not the broker that knows the password.
void log_in(Connection& connection, const Login& login, Ticks deadline);

}  // namespace tarn::kafka::client
