// How long to wait before trying again: twice as long each time, and never exactly as long as
// others do who began at the same moment.
#pragma once

#include <chrono>

#include "base/random.hpp"

namespace tarn::iceberg {

struct Backoff {
    std::chrono::milliseconds first{100};
    std::chrono::milliseconds longest{60'000};

    // `tries` have failed so far, at least one.
    std::chrono::milliseconds wait(int tries, Random& random) const;
};

}  // namespace tarn::iceberg
