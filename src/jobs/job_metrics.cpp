#include "jobs/job_metrics.hpp"

#include "base/metrics.hpp"

namespace tarn::jobs {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

void put(Metrics& metrics, const std::string& name, const std::string& help, const Labels& labels,
         int64_t value) {
    metrics.gauge(name, help, labels).Set(static_cast<double>(value));
}

void put_job(Metrics& metrics, const JobRecord& job, WallTime now) {
    Labels labels{{"job_id", job.id}, {"job_name", job.name}};
    auto put_count = [&](const std::string& name, const std::string& help, int64_t value) {
        put(metrics, "flink_jobmanager_job_" + name, help, labels, value);
    };
    bool is_running = job.state == JobState::Running;
    put_count("runningState", "1 while the job runs.", is_running ? 1 : 0);
    put_count("uptime", "Milliseconds since the job has run without a break.",
              is_running ? unix_ms(now) - unix_ms(job.changed) : 0);
    put_count("numRestarts", "How often it has started again after a failure.",
              job.history.restarts);
    put_count("numberOfCompletedCheckpoints", "How many epochs are complete.",
              job.history.epochs_completed);
    if (!job.history.epochs.empty()) {
        const engine::CompletedEpoch& last = job.history.epochs.back();
        put_count("lastCheckpointDuration", "Milliseconds that the last epoch took.",
                  last.took.count());
        put(metrics, "tarn_job_stood_still_ms",
            "Milliseconds for which workers stood still for the last epoch.", labels,
            last.stood_still.count());
        put_count("lastCheckpointSize", "Bytes of the last epoch.", last.place.bytes);
        put(metrics, "tarn_job_committed_ago_ms", "Milliseconds since rows were last made visible.",
            labels, unix_ms(now) - unix_ms(last.began));
    }
    const engine::JobCounts& counts = job.progress.counts;
    put(metrics, "tarn_job_rows_read", "Rows that sources have read, in the life of the job.",
        labels, counts.rows_read);
    put(metrics, "tarn_job_rows_late", "Rows that came too late.", labels, counts.rows_late);
    put(metrics, "tarn_job_records_rejected", "Records that are no rows.", labels,
        counts.records_rejected);
}

void put_operator(Metrics& metrics, const JobRecord& job, size_t place, WallTime now) {
    const engine::OperatorCounts& counts = job.progress.operators[place];
    Labels labels{{"job_id", job.id},
                  {"job_name", job.name},
                  {"operator_id", std::to_string(place)},
                  {"operator_name", job.operators[place].name}};
    auto put_count = [&](const std::string& name, const std::string& help, int64_t value) {
        put(metrics, "flink_taskmanager_job_task_operator_" + name, help, labels, value);
    };
    put_count("numRecordsIn", "Rows that have come to the operator.", counts.rows_in);
    put_count("numRecordsOut", "Rows that it has given.", counts.rows_out);
    put_count("numLateRecordsDropped", "Rows that it has left out, late or without a time.",
              counts.rows_refused);
    if (counts.watermark != engine::NoTimeYet && counts.watermark != engine::EndOfTime) {
        put_count("currentOutputWatermark", "Its watermark, in milliseconds since 1970.",
                  counts.watermark);
        put(metrics, "tarn_operator_behind_ms", "How far its watermark is behind the clock.",
            labels, unix_ms(now) - counts.watermark);
    }
    put(metrics, "tarn_operator_busy_ms", "Milliseconds that it has worked, on all workers.",
        labels, duration_cast<milliseconds>(counts.busy).count());
    put(metrics, "tarn_operator_state_bytes", "What it remembered at the last epoch, roughly.",
        labels, counts.state_bytes);
}

}  // namespace

std::string job_metrics(const std::vector<JobRecord>& jobs, WallTime now) {
    Metrics metrics;
    for (const JobRecord& job : jobs) {
        put_job(metrics, job, now);
        for (size_t place = 0; place < job.progress.operators.size(); ++place) {
            put_operator(metrics, job, place, now);
        }
    }
    return metrics.text();
}

}  // namespace tarn::jobs
