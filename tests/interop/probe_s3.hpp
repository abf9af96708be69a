// How probes reach tables in S3: at the endpoint and with the keys of AWS's variables.
#pragma once

#include <cstdlib>

#include "storage/open.hpp"

inline tarn::storage::S3Settings s3_of_environment() {
    tarn::storage::S3Settings settings;
    if (const char* endpoint = std::getenv("AWS_ENDPOINT_URL_S3")) settings.endpoint = endpoint;
    return settings;
}
