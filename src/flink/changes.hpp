// What requests do to jobs.
#pragma once

#include "base/random.hpp"
#include "flink/triggers.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "jobs/job_service.hpp"
#include "runtime/blocking.hpp"

namespace tarn::flink {

class Changes {
public:
    // All of them outlive it.
    struct Needs {
        jobs::JobService& jobs;
        runtime::BlockingPool& blocking;
        const Clock& clock;
        Random& random;
    };
    explicit Changes(const Needs& needs) : needs_(needs) {}

    // PATCH /jobs/:jobid
    awaitable<http::Response> cancel(http::Request& request) const;
    // POST /jobs/:jobid/savepoints
    awaitable<http::Response> savepoint(http::Request& request);
    // POST /jobs/:jobid/stop
    awaitable<http::Response> stop(http::Request& request);
    // GET /jobs/:jobid/savepoints/:triggerid
    awaitable<http::Response> trigger_status(http::Request& request) const;

private:
    template <typename Ask>
    awaitable<http::Response> triggered(std::string job, std::string trigger, Ask ask);
    std::string trigger_id(const boost::json::object& body) const;

    Needs needs_;
    Triggers triggers_;
};

// By its id alone, not by its name. Throws NotFound.
jobs::JobRecord job_with_id(const jobs::JobService& all, const std::string& id);

}  // namespace tarn::flink
