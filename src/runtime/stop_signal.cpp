#include "runtime/stop_signal.hpp"

#include <csignal>

namespace tarn::runtime {

StopSignal::StopSignal(const Executor& executor, std::function<void(int)> on_first)
    : signals_(executor, SIGINT, SIGTERM) {
    signals_.async_wait([this, on_first = std::move(on_first)](
                            const boost::system::error_code& failure, int signal) {
        if (failure) return;
        signals_.clear();  // gives both signals their default effect back
        on_first(signal);
    });
}

}  // namespace tarn::runtime
