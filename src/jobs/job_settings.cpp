#include "jobs/job_settings.hpp"

#include <algorithm>
#include <thread>

#include "base/error.hpp"
#include "sql/options/option_rule.hpp"

namespace tarn::jobs {

using std::chrono::milliseconds;

namespace {

int64_t cores() {
    auto known = static_cast<int64_t>(std::thread::hardware_concurrency());
    return std::clamp<int64_t>(known, 1, engine::KeyGroups::Count);
}

}  // namespace

engine::JobSettings job_settings(const SessionSettings& settings) {
    engine::JobSettings found;
    found.epoch_interval =
        duration_of(settings, "execution.checkpointing.interval", found.epoch_interval);
    found.idle_timeout =
        duration_of(settings, "table.exec.source.idle-timeout", found.idle_timeout);
    found.workers = static_cast<int>(whole_of(settings, "parallelism.default", cores()));
    if (found.workers < 1 || found.workers > engine::KeyGroups::Count) {
        throw Error(ErrorCode::InvalidInput, "parallelism.default: {} is not between 1 and {}",
                    found.workers, engine::KeyGroups::Count);
    }
    return found;
}

bool is_batch(const SessionSettings& settings) {
    return sql::is_equal_ignoring_case(text_of(settings, "execution.runtime-mode", "streaming"),
                                       "batch");
}

engine::JobContext job_context(const SessionSettings& settings, const sql::Session& session,
                               const Clock& clock) {
    bool drops = text_of(settings, "table.exec.sink.not-null-enforcer", "ERROR") == "DROP";
    return {.clock = clock,
            .zone = session.zone,
            .state_ttl = duration_of(settings, "table.exec.state.ttl", milliseconds(0)),
            .may_collapse = is_set(settings, "table.exec.mini-batch.enabled"),
            .is_batch = is_batch(settings),
            .null_in_not_null =
                drops ? engine::NullInNotNull::IsDropped : engine::NullInNotNull::Fails};
}

}  // namespace tarn::jobs
