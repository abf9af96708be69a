#include "jobs/restart_strategy.hpp"

#include <algorithm>
#include <deque>

#include "base/error.hpp"

namespace tarn::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class FixedDelay final : public RestartStrategy {
public:
    FixedDelay(int64_t attempts, milliseconds delay) : attempts_(attempts), delay_(delay) {}

    std::optional<milliseconds> after_failure(Ticks) override {
        if (attempts_ <= 0) return std::nullopt;
        --attempts_;
        return delay_;
    }

private:
    int64_t attempts_;
    milliseconds delay_;
};

class FailureRate final : public RestartStrategy {
public:
    FailureRate(int64_t failures_max, milliseconds interval, milliseconds delay)
        : failures_max_(failures_max), interval_(interval), delay_(delay) {}

    std::optional<milliseconds> after_failure(Ticks now) override {
        while (!failures_.empty() && now - failures_.front() > interval_) failures_.pop_front();
        failures_.push_back(now);
        if (static_cast<int64_t>(failures_.size()) > failures_max_) return std::nullopt;
        return delay_;
    }

private:
    int64_t failures_max_;
    milliseconds interval_;
    milliseconds delay_;
    std::deque<Ticks> failures_;
};

// Each time longer than the time before, until it has gone well for a while.
class ExponentialDelay final : public RestartStrategy {
public:
    explicit ExponentialDelay(const SessionSettings& settings)
        : first_(duration_of(settings, Prefix + "initial-backoff", seconds(1))),
          longest_(duration_of(settings, Prefix + "max-backoff", std::chrono::minutes(1))),
          good_time_(
              duration_of(settings, Prefix + "reset-backoff-threshold", std::chrono::hours(1))),
          factor_(number_of(settings, Prefix + "backoff-multiplier", 1.5)),
          attempts_max_(whole_of(settings, Prefix + "attempts-before-reset-backoff", INT64_MAX)) {}

    std::optional<milliseconds> after_failure(Ticks now) override {
        bool has_gone_well = last_ && now - *last_ > good_time_ + next_;
        if (!last_ || has_gone_well) {
            next_ = first_;
            attempts_ = 0;
        }
        last_ = now;
        if (attempts_++ >= attempts_max_) return std::nullopt;
        milliseconds delay = next_;
        auto longer = static_cast<double>(next_.count()) * factor_;
        next_ = std::min(longest_, milliseconds(static_cast<int64_t>(longer)));
        return delay;
    }

private:
    inline static const std::string Prefix = "restart-strategy.exponential-delay.";

    milliseconds first_;
    milliseconds longest_;
    milliseconds good_time_;
    double factor_;
    int64_t attempts_max_;
    milliseconds next_{};
    int64_t attempts_ = 0;
    std::optional<Ticks> last_;
};

}  // namespace

std::unique_ptr<RestartStrategy> restart_strategy(const SessionSettings& settings) {
    std::string old_name = text_of(settings, "restart-strategy", "exponential-delay");
    std::string type = text_of(settings, "restart-strategy.type", old_name);
    std::string name = type;
    std::erase(name, '-');
    if (name == "none" || name == "off" || name == "disable") {
        return std::make_unique<FixedDelay>(0, milliseconds(0));
    }
    if (name == "fixeddelay") {
        const std::string prefix = "restart-strategy.fixed-delay.";
        return std::make_unique<FixedDelay>(whole_of(settings, prefix + "attempts", 1),
                                            duration_of(settings, prefix + "delay", seconds(1)));
    }
    if (name == "failurerate") {
        const std::string prefix = "restart-strategy.failure-rate.";
        return std::make_unique<FailureRate>(
            whole_of(settings, prefix + "max-failures-per-interval", 1),
            duration_of(settings, prefix + "failure-rate-interval", std::chrono::minutes(1)),
            duration_of(settings, prefix + "delay", seconds(1)));
    }
    if (name == "exponentialdelay") return std::make_unique<ExponentialDelay>(settings);
    throw Error(ErrorCode::InvalidInput, "restart-strategy.type: there is no strategy '{}'", type)
        .with_hint("none, fixed-delay, failure-rate or exponential-delay");
}

}  // namespace tarn::jobs
