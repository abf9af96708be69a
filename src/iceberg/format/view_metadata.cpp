#include "iceberg/format/view_metadata.hpp"

#include <boost/json/value_from.hpp>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/json_object.hpp"
#include "iceberg/format/metadata_builder.hpp"
#include "iceberg/format/schema_json.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

constexpr int ViewFormatVersion = 1;
constexpr size_t VersionsKeptDefault = 10;

template <typename... Args>
Error refusal(fmt::format_string<Args...> text, Args&&... args) {
    return Error(ErrorCode::InvalidInput, text, std::forward<Args>(args)...);
}

std::vector<std::string> dialects_of(const ViewVersion& version) {
    std::vector<std::string> dialects;
    for (const json::value& value : version.representations) {
        JsonObject representation(value, "representations");
        dialects.push_back(representation.text("dialect"));
        std::ranges::transform(dialects.back(), dialects.back().begin(), ::tolower);
    }
    std::ranges::sort(dialects);
    return dialects;
}

void check_representations(const ViewVersion& version) {
    if (version.representations.empty()) throw refusal("a view needs a query");
    for (const json::value& value : version.representations) {
        JsonObject representation(value, "representations");
        representation.text("type");
        representation.text("sql");
    }
    auto dialects = dialects_of(version);
    auto twice = std::ranges::adjacent_find(dialects);
    if (twice != dialects.end()) {
        throw refusal("Invalid view version: Cannot add multiple queries for dialect {}", *twice);
    }
}

bool is_set(const ViewMetadata& view, const std::string& property) {
    auto found = view.properties.find(property);
    return found != view.properties.end() && found->second == "true";
}

size_t versions_kept(const ViewMetadata& view) {
    auto found = view.properties.find("version.history.num-entries");
    size_t number = VersionsKeptDefault;
    if (found != view.properties.end()) {
        const std::string& text = found->second;
        std::from_chars(text.data(), text.data() + text.size(), number);
        if (number == 0)
            throw refusal("version.history.num-entries must be positive but was {}", text);
    }
    return number;
}

struct Action {
    std::string_view name;
    void (*apply)(const JsonObject& update, ViewBuilder& view);
};

constexpr Action Actions[] = {
    {"assign-uuid", [](auto& update, auto& view) { view.assign_uuid(update.text("uuid")); }},
    {"upgrade-format-version",
     [](auto& update, auto& view) {
         view.upgrade_format_version(update.small_number("format-version"));
     }},
    {"add-schema",
     [](auto& update, auto& view) { view.add_schema(*schema_from_json(update.object("schema"))); }},
    {"set-location", [](auto& update, auto& view) { view.set_location(update.text("location")); }},
    {"set-properties",
     [](auto& update, auto& view) { view.set_properties(update.texts("updates")); }},
    {"remove-properties",
     [](auto& update, auto& view) { view.remove_properties(update.text_list("removals")); }},
    {"add-view-version",
     [](auto& update, auto& view) {
         view.add_version(view_version_from_json(update.object("view-version")));
     }},
    {"set-current-view-version",
     [](auto& update, auto& view) {
         view.set_current_version(update.small_number("view-version-id"));
     }},
};

}  // namespace

bool ViewVersion::is_like(const ViewVersion& other) const {
    return schema_id == other.schema_id && summary == other.summary &&
           default_catalog == other.default_catalog &&
           default_namespace == other.default_namespace && representations == other.representations;
}

const ViewVersion* ViewMetadata::find_version(int32_t id) const {
    auto found = std::ranges::find(versions, id, &ViewVersion::id);
    return found == versions.end() ? nullptr : &*found;
}

const ViewVersion& ViewMetadata::current_version() const {
    const ViewVersion* version = find_version(current_version_id);
    TARN_ASSERT(version);
    return *version;
}

SchemaPtr ViewMetadata::find_schema(int32_t id) const {
    auto found =
        std::ranges::find(schemas, id, [](const SchemaPtr& schema) { return schema->id(); });
    return found == schemas.end() ? nullptr : *found;
}

json::object to_json(const ViewVersion& version) {
    json::object object;
    object["version-id"] = version.id;
    object["timestamp-ms"] = version.timestamp_ms;
    object["schema-id"] = version.schema_id;
    object["summary"] = json::value_from(version.summary);
    if (version.default_catalog) object["default-catalog"] = *version.default_catalog;
    object["default-namespace"] = json::value_from(version.default_namespace);
    object["representations"] = version.representations;
    return object;
}

json::object to_json(const ViewMetadata& view) {
    json::object object;
    object["view-uuid"] = view.uuid;
    object["format-version"] = view.format_version;
    object["location"] = view.location;
    json::array schemas;
    for (const SchemaPtr& schema : view.schemas) schemas.push_back(to_json(*schema));
    object["schemas"] = std::move(schemas);
    object["current-version-id"] = view.current_version_id;
    json::array versions;
    for (const ViewVersion& version : view.versions) versions.push_back(to_json(version));
    object["versions"] = std::move(versions);
    json::array log;
    for (const ViewLogEntry& entry : view.version_log) {
        log.push_back(
            json::object{{"timestamp-ms", entry.timestamp_ms}, {"version-id", entry.version_id}});
    }
    object["version-log"] = std::move(log);
    object["properties"] = json::value_from(view.properties);
    return object;
}

ViewVersion view_version_from_json(const JsonObject& json) {
    ViewVersion version;
    version.id = json.small_number("version-id");
    version.schema_id = json.small_number("schema-id");
    version.timestamp_ms = json.number("timestamp-ms");
    version.summary = json.texts("summary");
    version.default_catalog = json.find_text("default-catalog");
    version.default_namespace = json.text_list("default-namespace");
    if (!json.get("representations").is_array()) {
        json.refuse("representations", "an array is expected");
    }
    version.representations = json.get("representations").get_array();
    return version;
}

ViewMetadata view_from_json(const json::value& value, std::string_view what) {
    JsonObject json(value, std::string(what));
    ViewMetadata view;
    view.uuid = json.text("view-uuid");
    view.format_version = json.small_number("format-version");
    if (view.format_version != ViewFormatVersion) {
        json.refuse("format-version", "version {} is not supported", view.format_version);
    }
    view.location = json.text("location");
    for (const JsonObject& member : json.objects("schemas")) {
        view.schemas.push_back(schema_from_json(member));
    }
    view.current_version_id = json.small_number("current-version-id");
    for (const JsonObject& member : json.objects("versions")) {
        view.versions.push_back(view_version_from_json(member));
    }
    if (!view.find_version(view.current_version_id)) {
        json.refuse("current-version-id", "there is no version {}", view.current_version_id);
    }
    for (const JsonObject& member : json.objects("version-log")) {
        view.version_log.push_back({.timestamp_ms = member.number("timestamp-ms"),
                                    .version_id = member.small_number("version-id")});
    }
    view.properties = json.texts("properties");
    return view;
}

ViewBuilder::ViewBuilder(ViewMetadata base, int64_t now_ms)
    : view_(std::move(base)), now_ms_(now_ms), is_new_(false), before_(view_.current_version_id) {}

void ViewBuilder::assign_uuid(const std::string& uuid) {
    if (view_.uuid == uuid) return;
    if (!view_.uuid.empty()) throw refusal("Cannot reassign uuid");
    view_.uuid = uuid;
    has_changes_ = true;
}

void ViewBuilder::upgrade_format_version(int version) {
    if (version != ViewFormatVersion) {
        throw refusal("view format version {} is not supported, {} is", version, ViewFormatVersion);
    }
}

void ViewBuilder::set_location(std::string location) {
    if (location.empty()) throw refusal("a view needs a location");
    if (view_.location == location) return;
    view_.location = std::move(location);
    has_changes_ = true;
}

void ViewBuilder::set_properties(const std::map<std::string, std::string>& properties) {
    for (const auto& [name, value] : properties) view_.properties[name] = value;
    has_changes_ = has_changes_ || !properties.empty();
}

void ViewBuilder::remove_properties(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (view_.properties.erase(name) > 0) has_changes_ = true;
    }
}

int32_t ViewBuilder::add_schema(const Schema& schema) {
    for (const SchemaPtr& known : view_.schemas) {
        if (known->has_same_columns(schema)) {
            added_schema_ = known->id();
            return known->id();
        }
    }
    int32_t id = 0;
    for (const SchemaPtr& known : view_.schemas) id = std::max(id, known->id() + 1);
    view_.schemas.push_back(schema.with_id(id));
    added_schema_ = id;
    has_changes_ = true;
    return id;
}

int32_t ViewBuilder::add_version(ViewVersion version) {
    check_representations(version);
    if (version.schema_id == LastAdded) {
        if (!added_schema_) throw refusal("the change adds no schema that could be the last added");
        version.schema_id = *added_schema_;
    }
    if (!view_.find_schema(version.schema_id)) {
        throw refusal("Cannot add version with unknown schema: {}", version.schema_id);
    }
    int32_t next_id = 1;
    for (const ViewVersion& known : view_.versions) {
        if (known.is_like(version)) {
            added_version_ = known.id;
            return known.id;
        }
        next_id = std::max(next_id, known.id + 1);
    }
    version.id = next_id;
    added_version_ = next_id;
    view_.versions.push_back(std::move(version));
    has_changes_ = true;
    return next_id;
}

void ViewBuilder::set_current_version(int32_t id) {
    if (id == LastAdded) {
        if (!added_version_) {
            throw refusal("Cannot set last version id: no current version id has been set");
        }
        id = *added_version_;
    }
    const ViewVersion* version = view_.find_version(id);
    if (!version) throw refusal("Cannot set current version to unknown version: {}", id);
    if (!is_new_ && view_.current_version_id == id) return;
    if (before_ && !is_set(view_, "replace.drop-dialect.allowed")) {
        // Engines of a dialect that falls away would lose the view without a word.
        auto had = dialects_of(*view_.find_version(*before_));
        auto has = dialects_of(*version);
        if (!std::ranges::includes(has, had)) {
            throw refusal("Cannot replace view due to loss of view dialects");
        }
    }
    view_.current_version_id = id;
    bool is_added_now = added_version_ == id;
    view_.version_log.push_back(
        {.timestamp_ms = is_added_now ? version->timestamp_ms : now_ms_, .version_id = id});
    has_changes_ = true;
}

ViewMetadata ViewBuilder::finish() {
    if (view_.uuid.empty()) throw refusal("the view has no uuid");
    if (view_.location.empty()) throw refusal("the view has no location");
    if (!view_.find_version(view_.current_version_id)) throw refusal("the view has no version");
    size_t kept = versions_kept(view_);
    while (view_.versions.size() > kept) {
        auto oldest = std::ranges::find_if(view_.versions, [&](const ViewVersion& version) {
            return version.id != view_.current_version_id;
        });
        if (oldest == view_.versions.end()) break;
        view_.versions.erase(oldest);
    }
    // Of the log only what still says something: before a gap nobody could tell what was current.
    auto last_gap = std::find_if(
        view_.version_log.rbegin(), view_.version_log.rend(),
        [&](const ViewLogEntry& entry) { return !view_.find_version(entry.version_id); });
    view_.version_log.erase(view_.version_log.begin(), last_gap.base());
    return std::move(view_);
}

void apply_update(const JsonObject& update, ViewBuilder& view) {
    std::string name = update.text("action");
    const auto* action = std::ranges::find(Actions, name, &Action::name);
    if (action == std::end(Actions)) update.refuse("action", "'{}' is not known", name);
    action->apply(update, view);
}

void check_requirement(const JsonObject& requirement, const ViewMetadata& view) {
    std::string name = requirement.text("type");
    if (name != "assert-view-uuid") requirement.refuse("type", "'{}' is not known", name);
    std::string expected = requirement.text("uuid");
    if (expected != view.uuid) {
        throw Error(ErrorCode::Conflict,
                    "Requirement failed: view UUID does not match: expected {} != {}", view.uuid,
                    expected);
    }
}

}  // namespace tarn::iceberg
