#include "http/waiting_client.hpp"

#include <optional>

namespace tarn::http {

struct WaitingClient::Line {
    explicit Line(const ClientOptions& options) : client(loop.get_executor(), options) {}

    ClientResponse send(ClientRequest request) {
        std::exception_ptr failure;
        std::optional<ClientResponse> answer;
        bool is_done = false;
        asio::co_spawn(loop, client.request(std::move(request)),
                       [&](std::exception_ptr error, ClientResponse response) {
                           failure = error;
                           answer.emplace(std::move(response));
                           is_done = true;
                       });
        // Not to the end of all work: kept connections are watched for as long as they are open.
        loop.restart();
        while (!is_done) loop.run_one();
        if (failure) std::rethrow_exception(failure);
        return std::move(*answer);
    }

    asio::io_context loop{1};
    Client client;
};

WaitingClient::WaitingClient(ClientOptions options) : options_(std::move(options)) {}

WaitingClient::~WaitingClient() = default;

ClientResponse WaitingClient::send(ClientRequest request) {
    std::unique_ptr<Line> line = take();
    ClientResponse answer = line->send(std::move(request));
    std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(line));
    return answer;
}

std::unique_ptr<WaitingClient::Line> WaitingClient::take() {
    std::scoped_lock lock(mutex_);
    if (idle_.empty()) return std::make_unique<Line>(options_);
    std::unique_ptr<Line> line = std::move(idle_.back());
    idle_.pop_back();
    return line;
}

}  // namespace tarn::http
