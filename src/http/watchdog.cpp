#include "http/watchdog.hpp"

#include "base/assert.hpp"

namespace tarn::http {

Watchdog::Watched::Watched(Watchdog& watchdog) : watchdog_(watchdog) {
    place_ = watchdog_.watched_.insert(watchdog_.watched_.end(), this);
    if (watchdog_.watched_.size() == 1) watchdog_.arm();
}

Watchdog::Watched::~Watched() {
    watchdog_.watched_.erase(place_);
    if (watchdog_.watched_.empty()) watchdog_.timer_->cancel();
}

Watchdog::Watchdog(Executor executor, std::chrono::milliseconds interval)
    : interval_(interval), timer_(std::make_shared<asio::steady_timer>(std::move(executor))) {}

Watchdog::~Watchdog() {
    TARN_ASSERT(watched_.empty());
}

void Watchdog::arm() {
    timer_->expires_after(interval_);
    // A tick that is under way when the watchdog goes finds that it was the last to hold the timer.
    timer_->async_wait([this, held = std::weak_ptr(timer_)](boost::system::error_code cancelled) {
        if (cancelled || held.expired() || watched_.empty()) return;
        Ticks now = timer_->expiry();
        for (auto next = watched_.begin(); next != watched_.end();) (*next++)->check(now);
        arm();
    });
}

}  // namespace tarn::http
