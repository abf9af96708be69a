// A connection that is encrypted.
#pragma once

#include <memory>
#include <string>

#include "kafka/client/stream.hpp"
#include "net/tls.hpp"

namespace tarn::kafka::client {

// Agrees on TLS with the other side of `stream`, whose certificate must be for `host`; empty: for
// any. Throws Unauthorized when the certificate is not to be trusted, Corrupt when the other side
// speaks no TLS.
std::unique_ptr<Stream> encrypted(std::unique_ptr<Stream> stream, net::TlsContext context,
                                  const std::string& host, Ticks deadline);

}  // namespace tarn::kafka::client
