#include "iceberg/catalog/table_change.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "iceberg/format/table_update.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

std::vector<JsonObject> objects_of(const json::value& array, std::string_view name) {
    std::vector<JsonObject> objects;
    if (array.is_null()) return objects;
    if (!array.is_array()) throw Error(ErrorCode::InvalidInput, "{}: an array is expected", name);
    for (const json::value& value : array.get_array()) {
        objects.emplace_back(value, fmt::format("{}[{}]", name, objects.size()));
    }
    return objects;
}

MetadataBuilder changed(const TableCommit& change, const TableMetadata* base, int64_t now_ms) {
    auto requirements = objects_of(change.requirements, "requirements");
    bool creates = std::ranges::any_of(requirements, [](const JsonObject& requirement) {
        return requirement.text("type") == "assert-create";
    });
    if (!base && !creates) {
        throw CatalogError(CatalogFault::NoSuchTable, "Table does not exist: {}",
                           to_text(change.name));
    }
    MetadataBuilder builder =
        base ? MetadataBuilder(*base, now_ms) : MetadataBuilder::from_nothing(now_ms);
    try {
        for (const JsonObject& requirement : requirements) check_requirement(requirement, base);
        for (const JsonObject& update : objects_of(change.updates, "updates")) {
            apply_update(update, builder);
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Conflict) throw;
        throw CatalogError(creates ? CatalogFault::AlreadyExists : CatalogFault::CommitFailed, "{}",
                           error.what());
    }
    return builder;
}

}  // namespace tarn::iceberg
