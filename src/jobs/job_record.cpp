#include "jobs/job_record.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "jobs/job_counts.hpp"

namespace tarn::jobs {
namespace {

namespace json = boost::json;

constexpr std::string_view FileName = "/job.json";

int64_t number_in(const json::object& object, std::string_view key) {
    return json::value_to<int64_t>(object.at(key));
}

WallTime time_in(const json::object& object, std::string_view key) {
    return WallTime(std::chrono::milliseconds(number_in(object, key)));
}

std::string text_in(const json::object& object, std::string_view key) {
    return json::value_to<std::string>(object.at(key));
}

json::array operators_as_json(const std::vector<JobOperator>& operators) {
    json::array list;
    for (const JobOperator& each : operators) {
        list.push_back({{"name", each.name},
                        {"text", each.text},
                        {"inputs", json::value_from(each.inputs)},
                        {"is_source", each.is_source}});
    }
    return list;
}

std::vector<JobOperator> operators_in(const json::object& object) {
    std::vector<JobOperator> operators;
    for (const json::value& value : object.at("operators").as_array()) {
        const json::object& each = value.as_object();
        operators.push_back({.name = text_in(each, "name"),
                             .text = text_in(each, "text"),
                             .inputs = json::value_to<std::vector<size_t>>(each.at("inputs")),
                             .is_source = each.at("is_source").as_bool()});
    }
    return operators;
}

std::string record_as_text(const JobRecord& record) {
    json::object object = {{"id", record.id},
                           {"name", record.name},
                           {"state", name_of(record.state)},
                           {"created_ms", unix_ms(record.created)},
                           {"changed_ms", unix_ms(record.changed)},
                           {"file", record.file},
                           {"folder", record.folder},
                           {"sql", record.sql},
                           {"epoch", record.progress.epoch},
                           {"history", as_json(record.history)},
                           {"operators", operators_as_json(record.operators)},
                           {"settings", json::value_from(record.settings)}};
    put_counts(object, record.progress.counts);
    object["plan_change"] = static_cast<int>(record.plan_change);
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
    record.progress = {.epoch = number_in(object, "epoch"), .counts = counts_in(object)};
    // Tarn has not always kept these.
    if (object.contains("plan_change")) {
        record.plan_change = static_cast<engine::PlanChange>(number_in(object, "plan_change"));
    }
    if (const auto* history = object.if_contains("history")) {
        record.history = job_history_of(history->as_object());
        record.operators = operators_in(object);
        record.settings = json::value_to<SessionSettings>(object.at("settings"));
    }
    return record;
}

}  // namespace

bool is_over(JobState state) {
    return state == JobState::Canceled || state == JobState::Failed || state == JobState::Finished;
}

void JobRecords::put(const JobRecord& record) {
    folder_->write(folder_of(record.name) + std::string(FileName),
                   as_bytes(record_as_text(record)));
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
