// SIGINT and SIGTERM. The first one asks for an orderly stop: drain, flush, then exit. From then on
// the signals have their usual effect again, so a second one ends the process at once, even where
// the orderly stop hangs; recovery at the next start does the rest.
#pragma once

#include <boost/asio/signal_set.hpp>

#include <functional>

#include "runtime/awaitable.hpp"

namespace tarn::runtime {

class StopSignal {
public:
    // `on_first` runs on the executor with the number of the signal.
    StopSignal(const Executor& executor, std::function<void(int)> on_first);

private:
    asio::signal_set signals_;
};

}  // namespace tarn::runtime
