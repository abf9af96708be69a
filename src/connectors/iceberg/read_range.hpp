// Which snapshots of a table a job reads, by the options of its query: one as a whole, and, when it
// goes on with new ones, what they add to it.
#pragma once

#include <chrono>
#include <optional>

#include "iceberg/scan/plan.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::connectors {

struct ReadRange {
    // What is read as a whole.
    iceberg::TimeTravel at = {};
    // Reading begins behind this snapshot, and nothing is read as a whole.
    std::optional<iceberg::SnapshotId> after = {};
    // How often new snapshots are looked for; nothing when the job ends instead.
    std::optional<std::chrono::milliseconds> monitor_interval = {};

    // A time without a zone is in that of the session. Throws InvalidInput for what does not go
    // together, and for what does not run.
    static ReadRange of(const sql::stream::TableSource& source, const sql::TimeZone& zone);
};

}  // namespace tarn::connectors
