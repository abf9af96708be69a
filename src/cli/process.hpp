// The running Tarn: the one place where every part is built, given what it needs, and started.
// Parts stop in the reverse order, so that whoever feeds another stops first. To follow how the
// parts are joined, read the constructor from top to bottom.
#pragma once

#include "base/clock.hpp"
#include "base/config.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "cli/data_folder.hpp"
#include "cli/iceberg_part.hpp"
#include "cli/jobs_part.hpp"
#include "http/server.hpp"
#include "kafka/broker/broker_metrics.hpp"
#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/producer_ids.hpp"
#include "kafka/broker/server.hpp"
#include "kafka/broker/transaction_coordinator.hpp"
#include "log/log.hpp"
#include "runtime/blocking.hpp"
#include "runtime/shards.hpp"
#include "s3/face.hpp"
#include "server/parts.hpp"
#include "server/process_metrics.hpp"
#include "server/rest_face.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {

// A command that works with what is in the folder itself is open to nobody: no face listens, and no
// job goes on by itself.
enum class OpenTo { All, Nobody };

class Process {
public:
    // Takes the data folder, then starts every part. Returns when all of them answer; throws what
    // the first one that cannot start says, after stopping those before it.
    explicit Process(const Config& config, OpenTo open_to = OpenTo::All);
    ~Process();

    // Where each part is reached.
    const Faces& faces() const { return faces_; }

    const std::filesystem::path& data_folder() const { return data_folder_.path(); }

    const JobsPart& jobs() const { return jobs_; }

private:
    void start_coordinators();
    void start_jobs();
    void start_kafka();
    void start_iceberg();
    void start_flink();
    void start_rest();
    void start_s3();
    void stop();

    const Config& config_;
    DataFolder data_folder_;
    SystemClock clock_;
    SystemRandom random_;
    Metrics metrics_;
    server::ProcessMetrics process_metrics_;
    server::Parts parts_;
    runtime::Shards shards_;
    runtime::BlockingPool blocking_;
    storage::S3Library s3_library_;
    // Before all that has tasks of its own: settings that it refuses leave nothing to stop.
    IcebergPart iceberg_;
    std::unique_ptr<storage::Disk> disk_;
    log::Log log_;
    kafka::GroupCoordinator groups_;
    kafka::ProducerIds producer_ids_;
    kafka::TransactionCoordinator transactions_;
    kafka::Users users_;
    std::unique_ptr<kafka::Authorizer> authorizer_;
    kafka::BrokerMetrics kafka_metrics_;
    kafka::Broker broker_;
    kafka::Server kafka_server_;
    JobsPart jobs_;
    std::unique_ptr<storage::LocalDisk> warehouse_;  // with the face, null when that is off
    std::unique_ptr<s3::Face> s3_face_;
    server::RestFace rest_face_;
    http::Server http_server_;
    Faces faces_;
};

}  // namespace tarn::cli
