// Requests that are sent again until a server has taken them: after failures of the network and
// after statuses that may pass, each time later than before.
#pragma once

#include <atomic>
#include <memory>

#include "connectors/formats/option_values.hpp"
#include "http/waiting_client.hpp"

namespace tarn::connectors {

// Null where nobody can cancel.
using CancelFlag = std::shared_ptr<const std::atomic<bool>>;

struct Patience {
    int64_t retries_max = 10;
    // Before the first retry, twice as long before the next one.
    std::chrono::milliseconds wait{200};
    std::chrono::milliseconds wait_max{10'000};
    // By their hundreds: 429, or 5 for all of 500 to 599.
    std::vector<int> statuses = {408, 425, 429, 5};

    bool is_retried(int status) const;
};

// "408,425,5xx". Throws InvalidInput.
std::vector<int> parse_statuses(std::string_view text);

class PatientClient {
public:
    PatientClient(http::ClientOptions options, Patience patience, CancelFlag is_cancelled)
        : client_(std::move(options)),
          patience_(std::move(patience)),
          is_cancelled_(std::move(is_cancelled)) {}

    // The answer of a server that has taken the request. Throws when it refuses it, when all
    // retries are used up, and soon after the job was cancelled.
    http::ClientResponse send(const http::ClientRequest& request);

private:
    bool is_cancelled() const { return is_cancelled_ && *is_cancelled_; }
    // Nothing after a failure that may pass, which is noted.
    std::optional<http::ClientResponse> try_to_send(const http::ClientRequest& request);
    std::chrono::milliseconds wait_before(int64_t retry) const;
    void wait(std::chrono::milliseconds time) const;

    http::WaitingClient client_;
    Patience patience_;
    CancelFlag is_cancelled_;
    std::string failure_;                      // the last one
    std::chrono::milliseconds wished_wait_{};  // by the server that has failed
};

}  // namespace tarn::connectors
