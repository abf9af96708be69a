#include "jobs/job_settings.hpp"

#include "base/error.hpp"
#include "base/units.hpp"

namespace tarn::jobs {
namespace {

using std::chrono::milliseconds;

const std::string* value_of(const SessionSettings& settings, const std::string& name) {
    auto found = settings.find(name);
    return found == settings.end() ? nullptr : &found->second;
}

// "5 s", "200ms", "60000": bare numbers are milliseconds, as Flink reads them.
milliseconds duration_of(const SessionSettings& settings, const std::string& name,
                         milliseconds otherwise) {
    const std::string* text = value_of(settings, name);
    if (!text) return otherwise;
    bool is_bare = text->find_first_not_of("0123456789") == std::string::npos;
    try {
        return std::chrono::duration_cast<milliseconds>(
            parse_duration(is_bare ? *text + "ms" : *text));
    } catch (const Error& error) {
        throw Error(ErrorCode::InvalidInput, "{}: {}", name, error.what())
            .with_hint("SET '" + name + "' = '10 s';");
    }
}

bool is_set(const SessionSettings& settings, const std::string& name) {
    const std::string* text = value_of(settings, name);
    return text && *text == "true";
}

}  // namespace

engine::JobSettings job_settings(const SessionSettings& settings) {
    engine::JobSettings found;
    found.epoch_interval =
        duration_of(settings, "execution.checkpointing.interval", found.epoch_interval);
    found.idle_timeout =
        duration_of(settings, "table.exec.source.idle-timeout", found.idle_timeout);
    return found;
}

engine::JobContext job_context(const SessionSettings& settings, const sql::Session& session,
                               const Clock& clock) {
    const std::string* enforcer = value_of(settings, "table.exec.sink.not-null-enforcer");
    bool drops = enforcer && *enforcer == "DROP";
    return {.clock = clock,
            .zone = session.zone,
            .state_ttl = duration_of(settings, "table.exec.state.ttl", milliseconds(0)),
            .may_collapse = is_set(settings, "table.exec.mini-batch.enabled"),
            .null_in_not_null =
                drops ? engine::NullInNotNull::IsDropped : engine::NullInNotNull::Fails};
}

}  // namespace tarn::jobs
