#include "cli/jobs_part.hpp"

#include <algorithm>
#include <iostream>

#include "base/error.hpp"
#include "cli/s3_settings.hpp"
#include "connectors/kafka/topics_in_place.hpp"
#include "http/url.hpp"
#include "storage/local_disk.hpp"

namespace tarn::cli {
namespace {

// The file system of a place on this machine; a place that is a file lies in its folder.
std::shared_ptr<storage::FileSystem> opened(const storage::Uri& place) {
    if (place.scheme() != storage::Scheme::File) {
        throw Error(ErrorCode::InvalidInput, "{} is no place on this machine", place.text())
            .with_hint("jobs read and write files of this machine so far");
    }
    bool is_file = std::filesystem::is_regular_file(place.path());
    return storage::LocalDisk::open(is_file ? place.parent() : place);
}

// How S3 is reached where SQL does not say it: as AWS's variables say, else by our own face.
storage::S3Settings s3_settings_of(const Config& config) {
    storage::S3Settings settings;
    std::string own =
        fmt::format("http://{}:{}", config.text("s3.address"), config.integer("s3.port"));
    settings.endpoint = variable_or("AWS_ENDPOINT_URL_S3", own);
    settings.region = variable_or("AWS_REGION", config.text("s3.region"));
    settings.access_key = variable_or("AWS_ACCESS_KEY_ID", config.text("s3.access-key"));
    settings.secret_key = variable_or("AWS_SECRET_ACCESS_KEY", config.text("s3.secret-key"));
    settings.session_token = variable_or("AWS_SESSION_TOKEN", "");
    return settings;
}

}  // namespace

JobsPart::JobsPart(const std::filesystem::path& data_folder, Parts parts)
    : config_(parts.config),
      clock_(parts.clock),
      random_(parts.random),
      blocking_(parts.blocking),
      own_(parts.config),
      folder_(storage::LocalDisk::open(storage::Uri::parse((data_folder / "jobs").string()))),
      surroundings_{
          .clock = parts.clock,
          .random = parts.random,
          .consoles = {std::cout, std::cerr},
          .files = {.open = opened, .base_folder = std::filesystem::current_path().string()},
          .writer = {},
          .iceberg = iceberg_access(parts)} {
    surroundings_.own_topics = [this, &broker = parts.broker](
                                   const std::vector<kafka::client::Address>& bootstrap,
                                   log::Isolation isolation) -> connectors::TopicAccessPtr {
        auto is_own = [this](const auto& each) { return own_.has(each.host, each.port); };
        if (!std::ranges::any_of(bootstrap, is_own)) return nullptr;
        return std::make_unique<connectors::TopicsInPlace>(broker, isolation);
    };
}

connectors::IcebergAccess JobsPart::iceberg_access(const Parts& parts) const {
    auto open_bucket = [&library = parts.s3_library](const storage::Uri& place,
                                                     const storage::S3Settings& settings) {
        return storage::S3FileSystem::open(library, place, settings);
    };
    auto own = [this, &iceberg = parts.iceberg](
                   const std::string& uri) -> connectors::CatalogConnectionPtr {
        http::Url url = http::parse_url(uri);
        if (!own_.has(url.host, url.port)) return nullptr;
        return std::make_shared<connectors::OwnCatalog>(iceberg.catalog(), iceberg.committers());
    };
    return {.s3 = s3_settings_of(parts.config), .open_bucket = open_bucket, .own = own};
}

void JobsPart::start(const Faces& faces) {
    own_.add(faces);
    jobs_ = std::make_unique<jobs::JobService>(folder_, surroundings_);
    queries_ = std::make_unique<jobs::QueryService>(surroundings_);
    jobs_->resume();
}

void JobsPart::stop() {
    queries_.reset();
    jobs_.reset();
}

}  // namespace tarn::cli
