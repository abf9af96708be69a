// The client for threads that wait: each request runs to its end in the thread that sends it.
// Connections stay open between requests, and several threads send at once.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "http/client.hpp"

namespace tarn::http {

class WaitingClient {
public:
    explicit WaitingClient(ClientOptions options);
    ~WaitingClient();

    // Throws what the client throws when there is no answer. Once `is_stopped` says so, which is
    // asked now and then, it is waited for no more.
    ClientResponse send(ClientRequest request, const std::function<bool()>& is_stopped = nullptr);

private:
    // An event loop, and a client that lives on it.
    struct Line;

    std::unique_ptr<Line> take();

    ClientOptions options_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Line>> idle_;
};

}  // namespace tarn::http
