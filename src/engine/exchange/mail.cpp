#include "engine/exchange/mail.hpp"

#include <utility>

namespace tarn::engine {

Mail::Mail(int workers) {
    for (int i = 0; i < workers; ++i) boxes_.push_back(std::make_unique<Box>());
}

void Mail::send(int to, Message message) {
    Box& box = *boxes_[static_cast<size_t>(to)];
    ++on_its_way_;
    {
        std::lock_guard lock(box.mutex);
        box.messages.push_back(std::move(message));
        ++box.waiting;
    }
    box.has_come.notify_one();
}

bool Mail::deliver(int to, const std::function<void(const Message&)>& take) {
    Box& box = *boxes_[static_cast<size_t>(to)];
    std::vector<Message> come;
    {
        std::lock_guard lock(box.mutex);
        come.swap(box.messages);
    }
    for (const Message& message : come) {
        take(message);
        --box.waiting;
        // After all that has come of it has been sent.
        --on_its_way_;
    }
    return !come.empty();
}

void Mail::wait(int to, std::chrono::milliseconds at_most) {
    Box& box = *boxes_[static_cast<size_t>(to)];
    std::unique_lock lock(box.mutex);
    box.has_come.wait_for(lock, at_most, [&] { return !box.messages.empty(); });
}

}  // namespace tarn::engine
