// What workers of a job send one another: rows and times for their exchanges. Nobody waits to send,
// so that two workers never wait for each other; who reads from sources holds back while much is on
// its way (waiting()).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "engine/operators/operator.hpp"

namespace tarn::engine {

struct BecomesIdle {};

struct Message {
    size_t exchange;  // of the receiving worker's pipeline, as of all others
    int from;
    std::variant<ChangeBatch, EventTime, BecomesIdle> what;
};

class Mail {
public:
    explicit Mail(int workers);

    int workers() const { return static_cast<int>(boxes_.size()); }

    // From any thread.
    void send(int to, Message message);

    // Hands over what has come for a worker, on its thread. Whether there was anything.
    bool deliver(int to, const std::function<void(const Message&)>& take);

    // How many messages have yet to be delivered to a worker.
    size_t waiting(int to) const { return boxes_[static_cast<size_t>(to)]->waiting; }

    // Nothing waits, and nobody works on what was delivered.
    bool is_quiet() const { return on_its_way_ == 0; }

    // Until something comes for the worker.
    void wait(int to, std::chrono::milliseconds at_most);

private:
    struct Box {
        std::mutex mutex;
        std::condition_variable has_come;
        std::vector<Message> messages;
        std::atomic<size_t> waiting = 0;
    };

    std::vector<std::unique_ptr<Box>> boxes_;
    std::atomic<int64_t> on_its_way_ = 0;
};

}  // namespace tarn::engine
