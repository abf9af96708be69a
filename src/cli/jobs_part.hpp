// What makes SQL run in a Tarn: what connectors reach, the jobs, and the queries that somebody
// watches.
#pragma once

#include <filesystem>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/iceberg_part.hpp"
#include "cli/own_addresses.hpp"
#include "flink/face.hpp"
#include "jobs/job_metrics.hpp"
#include "jobs/job_routes.hpp"
#include "kafka/broker/broker.hpp"
#include "storage/s3.hpp"

namespace tarn::cli {

class JobsPart {
public:
    // All of them outlive this.
    struct Parts {
        const Config& config;
        Clock& clock;
        Random& random;
        runtime::BlockingPool& blocking;
        kafka::Broker& broker;
        IcebergPart& iceberg;
        storage::S3Library& s3_library;
    };
    JobsPart(const std::filesystem::path& data_folder, Parts parts);

    // Where jobs of this data folder keep how far they have come.
    const jobs::JobFolder& folder() const { return folder_; }
    const connectors::Surroundings& surroundings() const { return surroundings_; }

    // Starts those that ran before, and takes new ones from here on. The faces are this Tarn's.
    void start(const Faces& faces);
    // Ends all jobs, each after an epoch, and all queries.
    void stop();

    // After start(): as Prometheus reads them.
    std::string metrics() const { return jobs::job_metrics(jobs_->jobs(), clock_.now()); }
    http::Router routes() { return jobs::job_routes(*jobs_, *queries_, blocking_); }
    http::Router flink_routes(const flink::Build& build) {
        return flink::flink_routes({*jobs_, blocking_, clock_, random_, config_, build});
    }

private:
    connectors::IcebergAccess iceberg_access(const Parts& parts) const;

    const Config& config_;
    Clock& clock_;
    Random& random_;
    runtime::BlockingPool& blocking_;
    OwnAddresses own_;
    jobs::JobFolder folder_;
    connectors::Surroundings surroundings_;
    std::unique_ptr<jobs::JobService> jobs_;
    std::unique_ptr<jobs::QueryService> queries_;
};

}  // namespace tarn::cli
