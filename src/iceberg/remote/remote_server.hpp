// The way of one request to the server of a catalog: with a token, again where that is safe and may
// help, and a refusal as an error.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "http/waiting_client.hpp"
#include "iceberg/remote/bearer_token.hpp"
#include "iceberg/remote/remote_error.hpp"

namespace tarn::iceberg {

class RemoteServer {
public:
    RemoteServer(const RemoteSettings& settings, const Clock& clock);

    // Statuses below 400 come back, all others are thrown. A commit without a clear answer throws
    // CommitStateUnknown.
    http::ClientResponse send(http::ClientRequest request, Purpose purpose);

private:
    http::ClientResponse send_once(http::ClientRequest request, Purpose purpose);

    http::WaitingClient client_;
    BearerToken token_;
};

}  // namespace tarn::iceberg
