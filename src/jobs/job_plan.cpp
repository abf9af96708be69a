#include "jobs/job_plan.hpp"

#include <fmt/format.h>

#include "jobs/job_settings.hpp"

namespace tarn::jobs {
namespace {

connectors::Surroundings around_job(const JobPlan& plan,
                                    const connectors::Surroundings& surroundings) {
    connectors::Surroundings around = surroundings;
    around.zone = plan.session.zone;
    around.has_rejects = true;
    return around;
}

std::vector<engine::JobEnd> ends_of(const JobPlan& plan,
                                    const connectors::Surroundings& surroundings,
                                    const connectors::CancelFlag& is_cancelled) {
    std::vector<engine::JobEnd> ends;
    for (const sql::StreamPlanPtr& insert : plan.inserts) {
        connectors::Surroundings around = around_job(plan, surroundings);
        around.writer = fmt::format("{}-{}", folder_of(plan.name), ends.size() + 1);
        around.is_cancelled = is_cancelled;
        const auto& sink = std::get<sql::stream::Sink>(insert->node);
        ends.push_back({insert, connectors::open_sink(sink, around)});
    }
    return ends;
}

engine::JobContext context_of(const JobPlan& plan, const connectors::Surroundings& surroundings) {
    engine::JobContext context = job_context(plan.settings, plan.session, surroundings.clock);
    context.open_lookup = lookups_in(plan.session, surroundings);
    return context;
}

engine::JobSettings settings_of(const JobPlan& plan, engine::PlanChange change) {
    engine::JobSettings settings = job_settings(plan.settings);
    settings.plan_change = change;
    return settings;
}

}  // namespace

std::string folder_of(std::string_view job) {
    std::string folder;
    for (char c : job) {
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || c == '-' || c == ' ' ||
                        (c == '.' && !folder.empty());
        folder +=
            is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return folder;
}

engine::OpenLookup lookups_in(const sql::Session& session,
                              const connectors::Surroundings& surroundings) {
    return [&surroundings, zone = session.zone](const sql::stream::TableSource& table,
                                                const std::vector<size_t>& key) {
        connectors::Surroundings around = surroundings;
        around.zone = zone;
        return connectors::open_lookup(table, key, around);
    };
}

OpenedJob::OpenedJob(const JobPlan& plan, const JobFolder& folder,
                     const connectors::Surroundings& surroundings, engine::PlanChange change)
    : epochs_(folder, folder_of(plan.name)),
      job_(
          ends_of(plan, surroundings, is_cancelled_),
          [&](const sql::stream::TableSource& table, engine::SourceShare share) {
              return connectors::open_source(table, around_job(plan, surroundings), share);
          },
          context_of(plan, surroundings), settings_of(plan, change), &epochs_,
          [&](const sql::stream::TableSource& table, size_t place) {
              connectors::Surroundings around = around_job(plan, surroundings);
              around.writer = fmt::format("{}-source-{}", folder_of(plan.name), place + 1);
              return connectors::open_rejects(table, plan.name, around);
          }) {}

}  // namespace tarn::jobs
