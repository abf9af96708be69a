#include "http/waiting_client.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <optional>

namespace tarn::http {
namespace {

// How long a wish to stop may go unheard.
constexpr std::chrono::milliseconds StopCheck(50);

}  // namespace

struct WaitingClient::Line {
    explicit Line(const ClientOptions& options) : client(loop.get_executor(), options) {}

    ClientResponse send(ClientRequest request, const std::function<bool()>& is_stopped) {
        asio::cancellation_signal stop;
        std::exception_ptr failure;
        std::optional<ClientResponse> answer;
        bool is_done = false;
        auto take = [&](std::exception_ptr error, ClientResponse response) {
            failure = error;
            answer.emplace(std::move(response));
            is_done = true;
        };
        asio::co_spawn(loop, client.request(std::move(request)),
                       asio::bind_cancellation_slot(stop.slot(), take));
        // Not to the end of all work: kept connections are watched for as long as they are open.
        loop.restart();
        while (!is_done) {
            if (!is_stopped) {
                loop.run_one();
                continue;
            }
            loop.run_one_for(StopCheck);
            if (!is_done && is_stopped()) stop.emit(asio::cancellation_type::terminal);
        }
        if (failure) std::rethrow_exception(failure);
        return std::move(*answer);
    }

    asio::io_context loop{1};
    Client client;
};

WaitingClient::WaitingClient(ClientOptions options) : options_(std::move(options)) {}

WaitingClient::~WaitingClient() = default;

ClientResponse WaitingClient::send(ClientRequest request, const std::function<bool()>& is_stopped) {
    std::unique_ptr<Line> line = take();
    ClientResponse answer = line->send(std::move(request), is_stopped);
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
