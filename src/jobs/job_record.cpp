#include "jobs/job_record.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/log.hpp"

namespace tarn::jobs {
namespace {

namespace json = boost::json;

constexpr std::string_view FileName = "/job.json";

constexpr auto StateNames = std::to_array<std::string_view>(
    {"CREATED", "RUNNING", "RESTARTING", "CANCELLING", "CANCELED", "FAILED", "FINISHED"});

JobState state_named(std::string_view name) {
    auto found = std::ranges::find(StateNames, name);
    if (found != StateNames.end()) return static_cast<JobState>(found - StateNames.begin());
    throw Error(ErrorCode::Corrupt, "there is no state '{}'", name);
}

int64_t number_in(const json::object& object, std::string_view key) {
    return json::value_to<int64_t>(object.at(key));
}

WallTime time_in(const json::object& object, std::string_view key) {
    return WallTime(std::chrono::milliseconds(number_in(object, key)));
}

std::string text_in(const json::object& object, std::string_view key) {
    return json::value_to<std::string>(object.at(key));
}

std::string as_json(const JobRecord& record) {
    json::array failures;
    for (const JobFailure& failure : record.failures) {
        failures.push_back({{"at_ms", unix_ms(failure.at)}, {"message", failure.message}});
    }
    json::object object = {{"id", record.id},
                           {"name", record.name},
                           {"state", name_of(record.state)},
                           {"created_ms", unix_ms(record.created)},
                           {"changed_ms", unix_ms(record.changed)},
                           {"file", record.file},
                           {"folder", record.folder},
                           {"sql", record.sql},
                           {"epoch", record.progress.epoch},
                           {"rows_read", record.progress.rows_read},
                           {"rows_late", record.progress.rows_late},
                           {"rows_without_time", record.progress.rows_without_time},
                           {"failures", std::move(failures)}};
    return json::serialize(object) + "\n";
}

JobRecord record_of(std::string_view text) {
    json::value value = json::parse(text);
    const json::object& object = value.as_object();
    JobRecord record{.id = text_in(object, "id"),
                     .name = text_in(object, "name"),
                     .sql = text_in(object, "sql"),
                     .file = text_in(object, "file"),
                     .folder = text_in(object, "folder"),
                     .state = state_named(text_in(object, "state")),
                     .created = time_in(object, "created_ms"),
                     .changed = time_in(object, "changed_ms")};
    record.progress = {.epoch = number_in(object, "epoch"),
                       .rows_read = number_in(object, "rows_read"),
                       .rows_late = number_in(object, "rows_late"),
                       .rows_without_time = number_in(object, "rows_without_time")};
    for (const json::value& failure : object.at("failures").as_array()) {
        const json::object& each = failure.as_object();
        record.failures.push_back({time_in(each, "at_ms"), text_in(each, "message")});
    }
    return record;
}

}  // namespace

std::string_view name_of(JobState state) {
    return StateNames[static_cast<size_t>(state)];
}

bool is_over(JobState state) {
    return state == JobState::Canceled || state == JobState::Failed || state == JobState::Finished;
}

void JobRecords::put(const JobRecord& record) {
    folder_->write(folder_of(record.name) + std::string(FileName), as_bytes(as_json(record)));
}

std::vector<JobRecord> JobRecords::all() const {
    std::vector<JobRecord> records;
    for (const storage::Entry& entry : folder_->list("", storage::Depth::OneFolder)) {
        std::string path = entry.path + std::string(FileName);
        if (!entry.is_folder || !folder_->exists(path)) continue;
        try {
            records.push_back(record_of(as_text(folder_->read(path))));
        } catch (const std::exception& error) {
            TARN_LOG_ERROR("{}: {}; this job is left out", folder_->uri_of(path), error.what());
        }
    }
    return records;
}

}  // namespace tarn::jobs
