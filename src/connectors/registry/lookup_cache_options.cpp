#include "connectors/registry/lookup_cache_options.hpp"

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {
namespace {

bool is_partial(const OptionValues& options) {
    std::string kind = options.text("lookup.cache").value_or("NONE");
    for (char& c : kind) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (kind == "PARTIAL" || kind == "NONE") return kind == "PARTIAL";
    throw Error(ErrorCode::InvalidInput, "'lookup.cache' = '{}' is neither NONE nor PARTIAL", kind);
}

std::optional<engine::LookupCacheSettings> by_old_names(const OptionValues& options) {
    auto rows = options.whole("lookup.cache.max-rows");
    auto ttl = options.duration("lookup.cache.ttl");
    bool is_wanted = rows && *rows > 0 && ttl && *ttl > std::chrono::milliseconds(0);
    if (!is_wanted) return std::nullopt;
    return engine::LookupCacheSettings{
        .rows_max = rows,
        .expire_after_write = ttl,
        .keeps_missing_keys = options.flag("lookup.cache.caching-missing-key").value_or(true)};
}

}  // namespace

std::optional<engine::LookupCacheSettings> lookup_cache_settings(const sql::Options& options) {
    OptionValues values(options);
    if (!is_partial(values)) return by_old_names(values);
    constexpr std::string_view Prefix = "lookup.partial-cache.";
    OptionValues partial(options, std::string(Prefix));
    return engine::LookupCacheSettings{
        .rows_max = partial.whole("max-rows"),
        .expire_after_write = partial.duration("expire-after-write"),
        .expire_after_access = partial.duration("expire-after-access"),
        .keeps_missing_keys = partial.flag("cache-missing-key").value_or(true)};
}

}  // namespace tarn::connectors
