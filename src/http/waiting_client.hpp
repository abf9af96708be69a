// The client for threads that wait: each request runs to its end in the thread that sends it.
// Connections stay open between requests, and several threads send at once.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "http/client.hpp"

namespace tarn::http {

class WaitingClient {
public:
    explicit WaitingClient(ClientOptions options);
    ~WaitingClient();

    // Throws what the client throws when there is no answer.
    ClientResponse send(ClientRequest request);

private:
    // An event loop, and a client that lives on it.
    struct Line;

    std::unique_ptr<Line> take();

    ClientOptions options_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Line>> idle_;
};

}  // namespace tarn::http
