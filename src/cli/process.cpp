#include "cli/process.hpp"

#include <algorithm>
#include <thread>

#include "base/log.hpp"
#include "cli/build_info.hpp"
#include "cli/http_listener.hpp"
#include "cli/kafka_settings.hpp"
#include "cli/s3_settings.hpp"
#include "kafka/broker/cluster_metrics.hpp"

namespace tarn::cli {
namespace {

DataFolder take_data_folder(const Config& config) {
    DataFolder folder = DataFolder::take(config.text("data.folder"));
    logging::also_write_to(folder.log_file().string(), config.size("log.file-bytes-max"));
    return folder;
}

int shard_count(const Config& config) {
    auto wanted = static_cast<int>(config.integer("runtime.shards"));
    return wanted > 0 ? wanted : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

Process::Process(const Config& config, OpenTo open_to)
    : config_(config),
      data_folder_(take_data_folder(config)),
      process_metrics_(metrics_),
      parts_(clock_),
      shards_(shard_count(config)),
      blocking_(static_cast<int>(config.integer("runtime.blocking-threads")),
                static_cast<int>(config.integer("runtime.blocking-queue"))),
      iceberg_(config, data_folder_.path(), {clock_, random_, blocking_, metrics_, s3_library_}),
      disk_(storage::LocalDisk::open(storage::Uri::parse(data_folder_.path().string()))),
      log_({*disk_, shards_, blocking_, clock_, random_, metrics_}, log_settings(config)),
      groups_({log_, shards_, blocking_, clock_, random_}, group_settings(config)),
      producer_ids_(log_.registry()),
      transactions_({log_, shards_, blocking_, clock_, groups_, producer_ids_},
                    transaction_settings(config)),
      users_(log_.registry(), random_),
      authorizer_(authorizer(config, log_.registry())),
      kafka_metrics_(metrics_, clock_),
      broker_{.settings = broker_settings(config, log_.cluster_id()),
              .log = log_,
              .groups = groups_,
              .transactions = transactions_,
              .producer_ids = producer_ids_,
              .clock = clock_,
              .random = random_,
              .shards = shards_,
              .blocking = blocking_,
              .metrics = kafka_metrics_,
              .users = users_,
              .authorizer = authorizer_.get()},
      kafka_server_(broker_),
      jobs_(data_folder_.path(),
            {config, clock_, random_, blocking_, broker_, iceberg_, s3_library_}),
      rest_face_{.version = std::string(version()),
                 .commit = std::string(commit()),
                 .config = config_,
                 .clock = clock_,
                 .parts = parts_,
                 .metrics = metrics_,
                 .process_metrics = process_metrics_,
                 .started = clock_.now()},
      http_server_(shards_, metrics_) {
    try {
        start_coordinators();
        if (open_to == OpenTo::Nobody) return;
        start_kafka();
        start_s3();
        start_iceberg();
        start_jobs();
        start_flink();
        start_rest();
        data_folder_.leave_note(faces_);
    } catch (...) {
        stop();
        throw;
    }
    TARN_LOG_INFO("tarn {} is ready, data in {}", version(), data_folder_.path().string());
}

Process::~Process() {
    stop();
}

void Process::stop() {
    TARN_LOG_INFO("stopping");
    parts_.report("rest", server::PartState::Stopping);
    parts_.report("iceberg", server::PartState::Stopping);
    if (s3_face_) parts_.report("s3", server::PartState::Stopping);
    if (faces_.contains("flink")) parts_.report("flink", server::PartState::Stopping);
    runtime::run(http_server_.stop(config_.duration_ms("runtime.stop-grace")));
    jobs_.stop();
    runtime::run(iceberg_.stop_upkeep());
    if (s3_face_) runtime::run(s3_face_->stop_sweeping());
    parts_.report("kafka", server::PartState::Stopping);
    runtime::run(transactions_.stop());
    runtime::run(groups_.stop());
    runtime::run(kafka_server_.stop());
    runtime::run(log_.stop());
    TARN_LOG_INFO("stopped");
}

void Process::start_coordinators() {
    groups_.load();
    transactions_.load();
    groups_.start();
    transactions_.start();
}

void Process::start_jobs() {
    parts_.report("jobs", server::PartState::Starting);
    jobs_.start(faces_);
    rest_face_.more_metrics.push_back(
        [this]() -> awaitable<std::string> { co_return jobs_.metrics(); });
    parts_.report("jobs", server::PartState::Ready);
}

void Process::start_flink() {
    if (!config_.flag("flink.enabled")) return;
    parts_.report("flink", server::PartState::Starting);
    http::Listener& listener =
        http_server_.listen(guarded_http_listener(config_, "flink"),
                            jobs_.flink_routes({std::string(version()), std::string(commit())}));
    faces_["flink"] = listener.url();
    parts_.report("flink", server::PartState::Ready, listener.url());
}

void Process::start_kafka() {
    parts_.report("kafka", server::PartState::Starting);
    rest_face_.more_metrics.push_back([this] { return kafka::cluster_metrics(broker_); });
    std::vector<std::string> addresses;
    for (const kafka::ListenerOptions& options : kafka_listeners(config_)) {
        const kafka::Listener& listener = kafka_server_.listen(options);
        std::string address =
            fmt::format("{}:{}", listener.advertised_host, listener.advertised_port);
        faces_[listener.name] = address;
        addresses.push_back(address);
    }
    parts_.report("kafka", server::PartState::Ready, fmt::format("{}", fmt::join(addresses, ", ")));
}

void Process::start_iceberg() {
    parts_.report("iceberg", server::PartState::Starting);
    if (auto endpoint = iceberg_.warehouse_endpoint()) {
        faces_["warehouse"] = *endpoint;
    } else if (s3_face_) {
        iceberg_.reach_files_through(faces_["s3"]);
    }
    http::Listener& listener =
        http_server_.listen(guarded_http_listener(config_, "iceberg"), iceberg_.routes());
    faces_["iceberg"] = listener.url();
    iceberg_.start_upkeep(shards_.executor_of(runtime::ShardId(0)));
    parts_.report("iceberg", server::PartState::Ready, listener.url());
}

void Process::start_s3() {
    if (!config_.flag("s3.enabled")) return;
    parts_.report("s3", server::PartState::Starting);
    warehouse_ = storage::LocalDisk::open(s3_root(config_, data_folder_.path()));
    s3_face_ = std::make_unique<s3::Face>(s3::Face::Needs{.disk = *warehouse_,
                                                          .blocking = blocking_,
                                                          .clock = clock_,
                                                          .random = random_,
                                                          .metrics = metrics_},
                                          s3_settings(config_));
    for (const std::string& bucket : config_.list("s3.buckets")) s3_face_->provide_bucket(bucket);
    http::Listener& listener =
        http_server_.listen(http_listener(config_, "s3"), s3_face_->routes());
    s3_face_->start_sweeping(shards_.executor_of(runtime::ShardId(0)));
    faces_["s3"] = listener.url();
    bool is_default = config_.value("s3.secret-key").layer == Layer::Default;
    if (is_default && config_.value("s3.address").layer != Layer::Default) {
        TARN_LOG_WARN("{} is open to all who know its usual keys; set s3.secret-key",
                      listener.url());
    }
    parts_.report("s3", server::PartState::Ready, listener.url());
}

void Process::start_rest() {
    parts_.report("rest", server::PartState::Starting);
    http::Listener& listener = http_server_.listen(guarded_http_listener(config_, "rest"),
                                                   server::rest_routes(rest_face_, jobs_.routes()));
    faces_["rest"] = listener.url();
    parts_.report("rest", server::PartState::Ready, listener.url());
}

}  // namespace tarn::cli
