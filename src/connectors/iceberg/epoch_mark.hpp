// How a table knows which epochs of a job it has. Each epoch that has rows is one snapshot, which
// says so in its summary; the last one stands in a property of the table as well, since snapshots
// expire. Both come in one commit.
#pragma once

#include <optional>
#include <string>

#include "iceberg/format/table_metadata.hpp"

namespace tarn::connectors {

// A job from its first epoch on, however often it starts again. One that begins anew under the same
// name is another run, whose epochs count from 1 again.
struct JobRun {
    int64_t number = 0;  // of the runs of a job on a table
    std::string token;   // tells two apart that began at once

    // "3-9f86d081"
    std::string text() const;
    // Nothing for what is no run.
    static std::optional<JobRun> parse(std::string_view text);

    bool operator==(const JobRun&) const = default;
};

struct EpochMark {
    std::string job;
    JobRun run;
    int64_t epoch = 0;
};

// The last epoch of the job that the table has, of whichever run.
std::optional<EpochMark> last_mark(const std::string& job, const iceberg::TableMetadata& table);

// As the table has it.
std::pair<std::string, std::string> property_of(const EpochMark& mark);

// Whether a branch of the table has the epoch. Throws Conflict when the job must not go on from
// here: when the table has later epochs of it, or a later run of the job has taken over.
bool has_epoch(const EpochMark& mark, const iceberg::TableMetadata& table,
               const std::string& branch);

}  // namespace tarn::connectors
