// SIGINT and SIGTERM. The first one asks for an orderly stop: drain, flush, then exit. The second
// means "now": the process ends at once, and recovery at the next start does the rest.
#pragma once

#include <boost/asio/signal_set.hpp>

#include <functional>

#include "runtime/awaitable.hpp"

namespace tarn::runtime {

class StopSignal {
public:
    // `on_first` runs on the executor with the number of the signal.
    StopSignal(Executor executor, std::function<void(int)> on_first);

private:
    void wait();

    asio::signal_set signals_;
    std::function<void(int)> on_first_;
    bool is_stopping_ = false;
};

}  // namespace tarn::runtime
