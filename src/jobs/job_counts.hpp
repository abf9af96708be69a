// What a job has done so far, in JSON and in words.
#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "engine/job/job.hpp"

namespace tarn::jobs {

// As members: "rows_read", …
void put_counts(boost::json::object& object, const engine::JobCounts& counts);
// Of an object that has some of them; the others are 0.
engine::JobCounts counts_in(const boost::json::object& object);

// "1200 rows read, 3 late rows left out".
std::string text_of(const engine::JobCounts& counts);

}  // namespace tarn::jobs
