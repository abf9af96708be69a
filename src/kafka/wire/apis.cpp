#include "kafka/wire/apis.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tarn::kafka {

const Api* find_api(int16_t key) {
    std::span<const Api> all = apis();
    auto by_key = [](const Api& api) { return static_cast<int16_t>(api.key); };
    auto found = std::ranges::lower_bound(all, key, {}, by_key);
    return found != all.end() && by_key(*found) == key ? &*found : nullptr;
}

std::string name_of_api(int16_t key) {
    const Api* api = find_api(key);
    return api ? std::string(api->name) : fmt::format("API {}", key);
}

int request_header_version(const Api& api, int version) {
    return version >= api.first_flexible ? 2 : 1;
}

int response_header_version(const Api& api, int version) {
    // A client that asks for versions does not know yet what we speak, so the answer always has the
    // oldest header.
    if (api.key == ApiKey::ApiVersions) return 0;
    return version >= api.first_flexible ? 1 : 0;
}

}  // namespace tarn::kafka
