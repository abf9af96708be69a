#include "storage/s3_settings.hpp"

#include <filesystem>

#include "base/error.hpp"

namespace tarn::storage {

void S3Settings::check() const {
    bool is_http = endpoint.starts_with("http://") || endpoint.starts_with("https://");
    std::string authority = endpoint.substr(std::min(endpoint.size(), endpoint.find("//") + 2));
    if (!endpoint.empty() &&
        (!is_http || authority.empty() || authority.find_first_of("/?# ") != std::string::npos)) {
        throw Error(ErrorCode::InvalidInput, "'{}' is no usable S3 endpoint", endpoint)
            .with_hint("write scheme, host and port only: http://127.0.0.1:9000");
    }
    if (region.empty()) throw Error(ErrorCode::InvalidInput, "the S3 region is empty");
    if (access_key.empty() != secret_key.empty()) {
        throw Error(ErrorCode::InvalidInput, "S3 needs both an access key and a secret key");
    }
    if (tries_max < 1) throw Error(ErrorCode::InvalidInput, "S3 needs at least one try");
}

std::string S3Settings::base_url() const {
    return endpoint.empty() ? fmt::format("https://s3.{}.amazonaws.com", region) : endpoint;
}

std::string S3Settings::trusted_ca_file() const {
    if (!ca_file.empty()) return ca_file;
    // Debian, Red Hat, Alpine. The libcurl inside Arrow was built to look elsewhere.
    for (auto path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                      "/etc/ssl/cert.pem"}) {
        std::error_code ignored;
        if (std::filesystem::exists(path, ignored)) return path;
    }
    return "";
}

}  // namespace tarn::storage
