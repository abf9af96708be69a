#include "kafka/wire/version.hpp"

#include "base/error.hpp"

namespace tarn::kafka {

void check_version(std::string_view message, int version, int min, int max) {
    if (version >= min && version <= max) return;
    throw Error(ErrorCode::InvalidInput, "kafka: {} has no version {}, only {} to {}", message,
                version, min, max);
}

void refuse_field(std::string_view field, int version) {
    throw Error(ErrorCode::InvalidInput, "kafka: {} cannot be written in version {}", field,
                version);
}

void refuse_null(std::string_view field, int version) {
    throw Error(ErrorCode::InvalidInput, "kafka: {} cannot be null in version {}", field, version);
}

void refuse_key(ApiKey key) {
    throw Error(ErrorCode::InvalidInput, "kafka: there is no API with the key {}",
                static_cast<int>(key));
}

}  // namespace tarn::kafka
