#include "iceberg/table/backoff.hpp"

#include <algorithm>

namespace tarn::iceberg {
namespace {

// A further doubling makes no difference.
constexpr int DoublingsMax = 30;

}  // namespace

std::chrono::milliseconds Backoff::wait(int tries, Random& random) const {
    int64_t doubled = first.count() << std::min(tries - 1, DoublingsMax);
    int64_t most = std::clamp<int64_t>(doubled, 0, longest.count());
    // Between half of it and all of it.
    auto half = static_cast<uint64_t>(most / 2);
    return std::chrono::milliseconds(most - static_cast<int64_t>(random.below(half + 1)));
}

}  // namespace tarn::iceberg
