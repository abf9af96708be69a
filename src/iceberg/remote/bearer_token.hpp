// The token that requests carry: the one that was given, or one that the server gives for a
// credential, for as long as it lasts. Calls may come from several threads.
#pragma once

#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "http/waiting_client.hpp"
#include "iceberg/remote/remote_settings.hpp"

namespace tarn::iceberg {

class BearerToken {
public:
    BearerToken(const RemoteSettings& settings, http::WaitingClient& client, const Clock& clock);

    // Empty when requests go without. Asks for a new one when the old one is about to end. Throws
    // Unauthorized when the server gives none.
    std::string text();
    // Whether there may be a better one after the server did not take this.
    bool renew(const std::string& refused);

private:
    void fetch();

    std::string credential_;
    std::string scope_;
    std::string token_uri_;
    http::WaitingClient& client_;
    const Clock& clock_;

    std::mutex mutex_;
    std::string token_;
    Ticks ends_ = Ticks::max();
};

}  // namespace tarn::iceberg
