// A view as the catalog keeps it: queries under a name, in one or more dialects, and the versions
// that it went through. What a query means is for the engines that wrote it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iceberg/format/schema.hpp"

namespace tarn::iceberg {

struct ViewVersion {
    int32_t id = 0;
    int32_t schema_id = 0;
    int64_t timestamp_ms = 0;
    std::map<std::string, std::string> summary = {};
    std::optional<std::string> default_catalog = {};
    std::vector<std::string> default_namespace = {};
    // [{"type": "sql", "sql": …, "dialect": …}]: kept as they came.
    boost::json::array representations = {};

    // Whether both say the same, whenever and under whichever number.
    bool is_like(const ViewVersion& other) const;
};

struct ViewLogEntry {
    int64_t timestamp_ms = 0;
    int32_t version_id = 0;
};

struct ViewMetadata {
    std::string uuid = {};
    int format_version = 1;
    std::string location = {};
    std::vector<SchemaPtr> schemas = {};
    int32_t current_version_id = 0;
    std::vector<ViewVersion> versions = {};
    std::vector<ViewLogEntry> version_log = {};
    std::map<std::string, std::string> properties = {};

    // Null when there is none.
    const ViewVersion* find_version(int32_t id) const;
    const ViewVersion& current_version() const;
    SchemaPtr find_schema(int32_t id) const;
};

boost::json::object to_json(const ViewMetadata& view);
boost::json::object to_json(const ViewVersion& version);
// Throws InvalidInput that begins with `what` and names the place.
ViewMetadata view_from_json(const boost::json::value& json, std::string_view what);
ViewVersion view_version_from_json(const class JsonObject& json);

// Makes the next state of a view; each change throws InvalidInput for what cannot be.
class ViewBuilder {
public:
    explicit ViewBuilder(int64_t now_ms) : now_ms_(now_ms) {}
    ViewBuilder(ViewMetadata base, int64_t now_ms);

    void assign_uuid(const std::string& uuid);
    void upgrade_format_version(int version);
    void set_location(std::string location);
    void set_properties(const std::map<std::string, std::string>& properties);
    void remove_properties(const std::vector<std::string>& names);
    int32_t add_schema(const Schema& schema);
    // Its schema may be LastAdded. One like an earlier version takes that one's id.
    int32_t add_version(ViewVersion version);
    void set_current_version(int32_t id);

    bool has_changes() const { return has_changes_; }
    // Versions beyond `version.history.num-entries` are gone from it.
    ViewMetadata finish();

private:
    ViewMetadata view_;
    int64_t now_ms_;
    bool has_changes_ = false;
    bool is_new_ = true;
    std::optional<int32_t> before_;
    std::optional<int32_t> added_schema_;
    std::optional<int32_t> added_version_;
};

// One member of "updates" of a view's commit.
void apply_update(const JsonObject& update, ViewBuilder& view);
// One member of "requirements". Throws Conflict when it does not hold.
void check_requirement(const JsonObject& requirement, const ViewMetadata& view);

}  // namespace tarn::iceberg
