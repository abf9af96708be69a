// What makes SQL run in a Tarn: what connectors reach, the jobs, and the queries that somebody
// watches.
#pragma once

#include <filesystem>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "jobs/job_routes.hpp"

namespace tarn::cli {

class JobsPart {
public:
    struct Parts {
        Clock& clock;
        Random& random;
        runtime::BlockingPool& blocking;
    };
    JobsPart(const std::filesystem::path& data_folder, Parts parts);

    // Where jobs of this data folder keep how far they have come.
    const jobs::JobFolder& folder() const { return folder_; }
    const connectors::Surroundings& surroundings() const { return surroundings_; }

    // Starts those that ran before, and takes new ones from here on.
    void start();
    // Ends all jobs, each after an epoch, and all queries.
    void stop();

    // After start().
    http::Router routes() { return jobs::job_routes(*jobs_, *queries_, blocking_); }

private:
    runtime::BlockingPool& blocking_;
    jobs::JobFolder folder_;
    connectors::Surroundings surroundings_;
    std::unique_ptr<jobs::JobService> jobs_;
    std::unique_ptr<jobs::QueryService> queries_;
};

}  // namespace tarn::cli
