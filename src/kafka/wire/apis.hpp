// The requests that we can read and write: their keys, names and versions, and which header goes
// with which version. What the broker serves of them is for it to say.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "kafka/wire/messages/api_key.hpp"

namespace tarn::kafka {

struct Api {
    ApiKey key;
    std::string_view name;  // "Produce"
    int16_t min_version;
    int16_t max_version;
    int16_t first_flexible;  // past max_version when none is
};

// In the order of their keys.
std::span<const Api> apis();

// Null when the key is not one of ours.
const Api* find_api(int16_t key);

// The name for logs, of any number: "Produce", "API 99".
std::string name_of_api(int16_t key);

// Both also for versions that we do not know: an ApiVersions request that is too new for us has to
// be understood as far as its header, to be answered.
int request_header_version(const Api& api, int version);
int response_header_version(const Api& api, int version);

}  // namespace tarn::kafka
