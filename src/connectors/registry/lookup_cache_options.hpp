// Which answers of a table that is looked up are kept, by its options.
#pragma once

#include <optional>

#include "engine/joins/lookup_cache.hpp"
#include "sql/syntax/statement.hpp"

namespace tarn::connectors {

// Nothing when none are. The old names count where both of the old limits are there, as in Flink.
std::optional<engine::LookupCacheSettings> lookup_cache_settings(const sql::Options& options);

}  // namespace tarn::connectors
