// What a job takes from the settings of its session, under Flink's names.
#pragma once

#include "engine/job/job.hpp"
#include "jobs/setting_values.hpp"

namespace tarn::jobs {

// These throw InvalidInput with the name of a setting whose value cannot be meant.
engine::JobSettings job_settings(const SessionSettings& settings);
// execution.runtime-mode = batch.
bool is_batch(const SessionSettings& settings);

engine::JobContext job_context(const SessionSettings& settings, const sql::Session& session,
                               const Clock& clock);

}  // namespace tarn::jobs
