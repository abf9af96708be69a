// The jobs over HTTP: POST /api/v1/jobs starts one, GET tells of them. POST /api/v1/queries shows
// the rows of queries while they come.
#pragma once

#include "http/route.hpp"
#include "jobs/query_service.hpp"
#include "runtime/blocking.hpp"

namespace tarn::jobs {

// All outlive the server that answers by these routes.
http::Router job_routes(JobService& jobs, QueryService& queries, runtime::BlockingPool& blocking);

}  // namespace tarn::jobs
