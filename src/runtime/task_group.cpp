#include "runtime/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/assert.hpp"
#include "base/log.hpp"

namespace tarn::runtime {

TaskGroup::TaskGroup(Executor executor)
    : executor_(std::move(executor)),
      when_empty_(executor_, asio::steady_timer::time_point::max()) {}

TaskGroup::~TaskGroup() {
    TARN_ASSERT(tasks_.empty());
}

void TaskGroup::spawn(std::string name, awaitable<void> task) {
    if (is_cancelled_) return;
    auto entry = tasks_.emplace(tasks_.end());
    entry->name = std::move(name);
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(
                       entry->cancel.slot(),
                       [this, entry](std::exception_ptr failure) { ended(entry, failure); }));
}

void TaskGroup::cancel() {
    is_cancelled_ = true;
    // A cancelled task may end within emit() and take its entry with it, so step on before.
    for (auto next = tasks_.begin(); next != tasks_.end();) {
        auto task = next++;
        task->cancel.emit(asio::cancellation_type::terminal);
    }
}

awaitable<void> TaskGroup::join() {
    while (!tasks_.empty()) {
        boost::system::error_code woken;
        co_await when_empty_.async_wait(asio::redirect_error(use_awaitable, woken));
    }
}

void TaskGroup::ended(std::list<Task>::iterator task, std::exception_ptr failure) {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        if (!is_cancellation(error)) TARN_LOG_ERROR("task {} failed: {}", task->name, error.what());
    }
    tasks_.erase(task);
    if (tasks_.empty()) when_empty_.cancel();
}

}  // namespace tarn::runtime
