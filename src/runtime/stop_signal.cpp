#include "runtime/stop_signal.hpp"

#include <unistd.h>
#include <csignal>

namespace tarn::runtime {

StopSignal::StopSignal(Executor executor, std::function<void(int)> on_first)
    : signals_(std::move(executor), SIGINT, SIGTERM), on_first_(std::move(on_first)) {
    wait();
}

void StopSignal::wait() {
    signals_.async_wait([this](const boost::system::error_code& failure, int signal) {
        if (failure) return;
        // 128 + the signal is what a shell reports for a process that a signal ended.
        if (is_stopping_) _exit(128 + signal);
        is_stopping_ = true;
        wait();
        on_first_(signal);
    });
}

}  // namespace tarn::runtime
