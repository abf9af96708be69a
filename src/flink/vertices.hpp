// The operators of a job as the vertices of Flink's job graph.
#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "jobs/job_record.hpp"

namespace tarn::flink {

// The one task manager.
constexpr std::string_view TaskManagerId = "tarn";

// 32 hexadecimal digits, the same at each start of the same job.
std::string vertex_id(const jobs::JobRecord& job, size_t place);

// Milliseconds since 1970; -1 where it has not come to that yet.
struct Span {
    int64_t start_ms;
    int64_t end_ms;
    int64_t duration_ms;
};
Span span_of_job(const jobs::JobRecord& job, WallTime now);
Span span_of_vertices(const jobs::JobRecord& job, WallTime now);

// "RUNNING": the state of each vertex, for they run together.
std::string_view vertex_state(const jobs::JobRecord& job);

// How many vertices are in each state.
boost::json::object vertex_counts(const jobs::JobRecord& job);

boost::json::array vertices_of(const jobs::JobRecord& job, WallTime now);

// Throws NotFound when the job has no such vertex.
boost::json::object vertex_page(const jobs::JobRecord& job, std::string_view vertex, WallTime now);

}  // namespace tarn::flink
