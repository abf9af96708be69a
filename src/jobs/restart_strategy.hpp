// When a job that has failed starts again: Flink's strategies, by the names and defaults of their
// settings.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "jobs/setting_values.hpp"

namespace tarn::jobs {

class RestartStrategy {
public:
    virtual ~RestartStrategy() = default;

    // The job has failed now: after how long it is to start again; nothing when it is not.
    virtual std::optional<std::chrono::milliseconds> after_failure(Ticks now) = 0;
};

// The one that restart-strategy.type names; exponential-delay where it names none.
std::unique_ptr<RestartStrategy> restart_strategy(const SessionSettings& settings);

}  // namespace tarn::jobs
