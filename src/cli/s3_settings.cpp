#include "cli/s3_settings.hpp"

#include <cstdlib>

#include "base/error.hpp"

namespace tarn::cli {

storage::Uri s3_root(const Config& config, const std::filesystem::path& data_folder) {
    std::string root = config.text("s3.root");
    if (root.empty()) root = (data_folder / "warehouse").string();
    return storage::Uri::parse(root);
}

s3::FaceSettings s3_settings(const Config& config) {
    s3::FaceSettings settings;
    std::string access_key = config.text("s3.access-key");
    if (!access_key.empty()) settings.secrets[access_key] = config.text("s3.secret-key");
    for (const std::string& pair : config.list("s3.more-keys")) {
        size_t colon = pair.find(':');
        if (colon == std::string::npos) {
            // Not quoted: it may be a secret.
            throw Error(ErrorCode::InvalidInput, "{}: s3.more-keys holds what is no pair",
                        config.value("s3.more-keys").origin)
                .with_hint("write ACCESS:SECRET");
        }
        settings.secrets[pair.substr(0, colon)] = pair.substr(colon + 1);
    }
    for (const auto& [key, secret] : settings.secrets) {
        if (key.empty() || secret.empty()) {
            throw Error(ErrorCode::InvalidInput, "an S3 access key needs a name and a secret")
                .with_hint("set s3.access-key and s3.secret-key");
        }
    }
    using s3::Authenticator;
    settings.anonymous = config.flag("s3.anonymous") ? Authenticator::Anonymous::Allowed
                                                     : Authenticator::Anonymous::Refused;
    settings.region = config.text("s3.region");
    settings.domains = config.list("s3.domains");
    settings.object_bytes_max = static_cast<uint64_t>(config.size("s3.object-bytes-max"));
    settings.transfers_max = static_cast<int>(config.integer("s3.transfers-max"));
    settings.upload_retention =
        std::chrono::duration_cast<std::chrono::seconds>(config.duration("s3.upload-retention"));
    return settings;
}

std::optional<storage::S3Settings> outside_s3_settings(const Config& config) {
    storage::S3Settings settings;
    settings.endpoint = config.text("iceberg.warehouse-endpoint");
    if (settings.endpoint.empty()) return std::nullopt;
    std::string region = config.text("iceberg.warehouse-region");
    settings.region = region.empty() ? variable_or("AWS_REGION", settings.region) : region;
    settings.access_key = config.text("iceberg.warehouse-access-key");
    settings.secret_key = config.text("iceberg.warehouse-secret-key");
    // A key of one place and a secret of another are no pair.
    if (settings.access_key.empty() && settings.secret_key.empty()) {
        settings.access_key = variable_or("AWS_ACCESS_KEY_ID", "");
        settings.secret_key = variable_or("AWS_SECRET_ACCESS_KEY", "");
        settings.session_token = variable_or("AWS_SESSION_TOKEN", "");
    }
    try {
        settings.check();
    } catch (const Error& error) {
        throw Error(error.code(), "{}: iceberg.warehouse-endpoint: {}",
                    config.value("iceberg.warehouse-endpoint").origin, error.what())
            .with_hint(error.hint());
    }
    return settings;
}

std::string variable_or(const char* name, std::string fallback) {
    const char* value = std::getenv(name);
    return value && *value ? value : fallback;
}

}  // namespace tarn::cli
