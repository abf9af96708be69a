// How to reach an S3 server and who we are to it.
#pragma once

#include <chrono>
#include <string>

namespace tarn::storage {

struct S3Settings {
    std::string endpoint = {};  // "http://127.0.0.1:9000"; empty for AWS
    std::string region = "us-east-1";
    // Without an access key the usual places are searched: AWS_* environment, profile, instance.
    std::string access_key = {};
    std::string secret_key = {};
    std::string session_token = {};
    bool path_style = true;    // endpoint/bucket/key; otherwise bucket.endpoint/key
    bool make_bucket = false;  // when it is missing
    std::string ca_file = {};  // PEM, for a server whose certificate the system does not know
    int tries_max = 4;         // of requests that may be repeated
    std::chrono::milliseconds first_wait{100};  // before the second try; doubles from there
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::seconds stall_timeout{30};  // with no byte moving either way

    // Throws InvalidInput when a value cannot be used.
    void check() const;
    // Never empty: "https://s3.us-east-1.amazonaws.com".
    std::string base_url() const;
    // The certificates to trust; empty when this machine has none at the usual places.
    std::string trusted_ca_file() const;
};

}  // namespace tarn::storage
