#include "flink/face.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"
#include "flink/checkpoint_pages.hpp"
#include "flink/job_pages.hpp"
#include "flink/metric_pages.hpp"
#include "flink/parameters.hpp"
#include "flink/vertices.hpp"

namespace tarn::flink {
namespace {

namespace json = boost::json;
using http::Request;
using jobs::JobRecord;
using Jobs = std::vector<JobRecord>;

// Flink tells nothing but what went wrong, and knows no path without its method.
http::Response error_shape(const http::Failure& failure) {
    std::string text = failure.message;
    if (!failure.hint.empty()) text += "; " + failure.hint;
    int status = failure.status == 405 ? 404 : failure.status;
    return http::json_response(json::object{{"errors", json::array{text}}}, status);
}

class Routes {
public:
    explicit Routes(const Needs& needs)
        : needs_(needs),
          changes_(std::make_shared<Changes>(
              Changes::Needs{needs.jobs, needs.blocking, needs.clock, needs.random})) {
        router_.set_error_shape(error_shape);
    }

    void add(http::Method method, const std::string& path, std::string summary,
             http::Handler handler) {
        for (std::string_view prefix : {"", "/v1"}) {
            router_.add({.method = method,
                         .path = std::string(prefix) + path,
                         .summary = summary,
                         .handler = handler,
                         .tag = "flink"});
        }
    }

    void get(const std::string& path, std::string summary, http::Handler handler) {
        add(http::Method::Get, path, std::move(summary), std::move(handler));
    }

    // A page about one job.
    template <typename Page>
    void of_job(const std::string& path, std::string summary, Page page) {
        auto handler = [needs = needs_, page](Request& request) {
            return answer_of_job(needs, page, request);
        };
        get("/jobs/{jobid}" + path, std::move(summary), handler);
    }

    // A page about all jobs.
    template <typename Page>
    void of_jobs(const std::string& path, std::string summary, Page page) {
        auto handler = [needs = needs_, page](Request& request) {
            return answer_of_jobs(needs, page, request);
        };
        get(path, std::move(summary), handler);
    }

    // What changes a job.
    template <typename Call>
    void call(http::Method method, const std::string& path, std::string summary, Call call) {
        add(method, path, std::move(summary), [changes = changes_, call](Request& request) {
            return std::invoke(call, *changes, request);
        });
    }

    const Needs& needs() const { return needs_; }
    http::Router take() { return std::move(router_); }

private:
    template <typename Page>
    static awaitable<http::Response> answer_of_job(Needs needs, Page page, Request& request) {
        std::string id = id_in(request, "jobid");
        auto work = [&all = needs.jobs, id] { return job_with_id(all, id); };
        JobRecord record = co_await needs.blocking.run(work);
        co_return http::json_response(page(record, needs.clock.now(), request));
    }

    template <typename Page>
    static awaitable<http::Response> answer_of_jobs(Needs needs, Page page, Request& request) {
        auto work = [&all = needs.jobs] { return all.jobs(); };
        Jobs found = co_await needs.blocking.run(work);
        co_return http::json_response(page(found, needs.clock.now(), request));
    }

    Needs needs_;
    std::shared_ptr<Changes> changes_;
    http::Router router_;
};

awaitable<http::Response> answer_with(json::value page) {
    co_return http::json_response(page);
}

awaitable<http::Response> refuse(ErrorCode code, std::string text, std::string hint) {
    throw Error(code, "{}", text).with_hint(std::move(hint));
    co_return http::Response{};
}

json::object statuses(const Jobs& jobs) {
    json::array list;
    for (const JobRecord& job : jobs) {
        list.push_back({{"id", job.id}, {"status", name_of(job.state)}});
    }
    return {{"jobs", std::move(list)}};
}

json::object overviews(const Jobs& jobs, WallTime now) {
    json::array list;
    for (const JobRecord& job : jobs) list.push_back(job_in_short(job, now));
    return {{"jobs", std::move(list)}};
}

void add_cluster_routes(Routes& routes) {
    Build build = routes.needs().build;
    routes.of_jobs(
        "/overview", "How many jobs are in which state",
        [build](const Jobs& jobs, WallTime, const Request&) { return overview_page(jobs, build); });
    routes.get("/config", "What Flink's web pages have to know",
               [build](Request&) { return answer_with(config_page(build)); });
    routes.of_jobs("/taskmanagers", "The one task manager",
                   [](const Jobs& jobs, WallTime now, const Request&) {
                       return task_managers_page(jobs, now);
                   });
    routes.of_jobs("/taskmanagers/{taskmanagerid}", "All that is known of it",
                   [](const Jobs& jobs, WallTime now, const Request& request) {
                       return task_manager_page(jobs, request.path_parameter("taskmanagerid"), now);
                   });
    routes.get(
        "/jobmanager/config", "Tarn's settings",
        [&config = routes.needs().config](Request&) { return answer_with(settings_page(config)); });
    routes.of_jobs("/jobmanager/metrics", "Counts of jobs",
                   [](const Jobs& jobs, WallTime, const Request& request) {
                       return metrics_page(metrics_of_cluster(jobs), request.query("get"));
                   });
}

void add_jobs_routes(Routes& routes) {
    routes.of_jobs("/jobs", "All jobs, the newest first",
                   [](const Jobs& jobs, WallTime, const Request&) { return statuses(jobs); });
    routes.of_jobs(
        "/jobs/overview", "All jobs, with times and counts",
        [](const Jobs& jobs, WallTime now, const Request&) { return overviews(jobs, now); });
    routes.of_jobs("/jobs/metrics", "Metrics of all jobs, put together",
                   [](Jobs jobs, WallTime now, const Request& request) {
                       auto only = request.query("jobs");
                       if (only) {
                           std::erase_if(jobs, [&](const JobRecord& job) {
                               return only->find(job.id) == std::string::npos;
                           });
                       }
                       return job_aggregates_page(jobs, now, request.query("get"),
                                                  request.query("agg"));
                   });
}

void add_job_routes(Routes& routes) {
    using Job = const JobRecord&;
    routes.of_job("", "All that is known of a job",
                  [](Job job, WallTime now, const Request&) { return job_page(job, now); });
    routes.of_job("/status", "The state of a job", [](Job job, WallTime, const Request&) {
        return json::object{{"status", name_of(job.state)}};
    });
    routes.of_job("/plan", "Its operators and who reads from whom",
                  [](Job job, WallTime, const Request&) { return plan_page(job); });
    routes.of_job("/config", "The settings of its session",
                  [](Job job, WallTime, const Request&) { return job_config_page(job); });
    routes.of_job("/vertices/{vertexid}", "One operator",
                  [](Job job, WallTime now, const Request& request) {
                      return vertex_page(job, id_in(request, "vertexid"), now);
                  });
    routes.of_job("/exceptions", "Its last failures",
                  [](Job job, WallTime, const Request& request) {
                      constexpr std::string_view Name = "maxExceptions";
                      std::string max = request.query(Name).value_or("20");
                      return exceptions_page(job, static_cast<size_t>(checked_number(max, Name)));
                  });
    routes.of_job("/metrics", "Its metrics", [](Job job, WallTime now, const Request& request) {
        return metrics_page(metrics_of_job(job, now), request.query("get"));
    });
    routes.of_job("/checkpoints", "Its last epochs",
                  [](Job job, WallTime, const Request&) { return checkpoints_page(job); });
    routes.of_job("/checkpoints/config", "How it makes epochs",
                  [](Job job, WallTime, const Request&) { return checkpoint_config_page(job); });
    routes.of_job("/checkpoints/details/{checkpointid}", "One epoch",
                  [](Job job, WallTime, const Request& request) {
                      constexpr std::string_view Name = "checkpointid";
                      return checkpoint_page(job,
                                             checked_number(request.path_parameter(Name), Name));
                  });
}

void add_changes(Routes& routes) {
    using enum http::Method;
    routes.call(Patch, "/jobs/{jobid}", "Ends a job at once", &Changes::cancel);
    routes.call(Post, "/jobs/{jobid}/savepoints", "Has a job end an epoch", &Changes::savepoint);
    routes.call(Post, "/jobs/{jobid}/stop", "Ends a job after an epoch", &Changes::stop);
    routes.call(Get, "/jobs/{jobid}/savepoints/{triggerid}", "Whether the epoch has ended",
                &Changes::trigger_status);
}

void add_refusals(Routes& routes) {
    using enum http::Method;
    auto submission = [](Request&) {
        return refuse(ErrorCode::Forbidden, "Tarn runs SQL and no Java programs",
                      "submit SQL: `tarn run job.sql --detach`");
    };
    routes.add(Post, "/jobs", "Refused: there is no Java", submission);
    routes.add(Post, "/jars/upload", "Refused: there is no Java", submission);
    routes.add(Delete, "/cluster", "Refused: more than jobs would end", [](Request&) {
        return refuse(ErrorCode::Forbidden, "Tarn is more than its jobs and goes on without them",
                      "`tarn down` ends it");
    });
}

}  // namespace

http::Router flink_routes(const Needs& needs) {
    Routes routes(needs);
    add_cluster_routes(routes);
    add_jobs_routes(routes);
    add_job_routes(routes);
    add_changes(routes);
    add_refusals(routes);
    return routes.take();
}

}  // namespace tarn::flink
