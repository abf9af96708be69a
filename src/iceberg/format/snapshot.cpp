#include "iceberg/format/snapshot.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

namespace tarn::iceberg {

namespace json = boost::json;

std::string Snapshot::operation() const {
    auto found = summary.find("operation");
    return found == summary.end() ? "" : found->second;
}

json::object to_json(const Snapshot& snapshot) {
    json::object object;
    object["sequence-number"] = snapshot.sequence_number;
    object["snapshot-id"] = snapshot.id;
    if (snapshot.parent_id) object["parent-snapshot-id"] = *snapshot.parent_id;
    object["timestamp-ms"] = snapshot.timestamp_ms;
    object["summary"] = json::value_from(snapshot.summary);
    if (snapshot.manifest_list.empty()) {
        object["manifests"] = json::value_from(snapshot.manifests);
    } else {
        object["manifest-list"] = snapshot.manifest_list;
    }
    if (snapshot.schema_id) object["schema-id"] = *snapshot.schema_id;
    if (snapshot.first_row_id) object["first-row-id"] = *snapshot.first_row_id;
    if (snapshot.added_rows) object["added-rows"] = *snapshot.added_rows;
    for (const auto& [name, value] : snapshot.unknown) object.emplace(name, value);
    return object;
}

const std::string& json_text(const Snapshot& snapshot) {
    return snapshot.json.text([&] { return json::serialize(to_json(snapshot)); });
}

Snapshot snapshot_from_json(const JsonObject& json) {
    Snapshot snapshot;
    snapshot.sequence_number = json.find_number("sequence-number").value_or(0);
    snapshot.id = json.number("snapshot-id");
    snapshot.parent_id = json.find_number("parent-snapshot-id");
    snapshot.timestamp_ms = json.number("timestamp-ms");
    snapshot.summary = json.texts("summary");
    snapshot.manifest_list = json.find_text("manifest-list").value_or("");
    snapshot.manifests = json.text_list("manifests");
    snapshot.schema_id = json.find_small_number("schema-id");
    snapshot.first_row_id = json.find_number("first-row-id");
    snapshot.added_rows = json.find_number("added-rows");
    snapshot.unknown = json.rest();
    if (snapshot.manifest_list.empty() && snapshot.manifests.empty() && !json.has("manifests")) {
        json.refuse("manifest-list", "it is missing");
    }
    return snapshot;
}

json::object to_json(const SnapshotRef& ref) {
    json::object object;
    object["snapshot-id"] = ref.snapshot_id;
    object["type"] = ref.kind == RefKind::Branch ? "branch" : "tag";
    if (ref.min_snapshots_to_keep) object["min-snapshots-to-keep"] = *ref.min_snapshots_to_keep;
    if (ref.max_snapshot_age_ms) object["max-snapshot-age-ms"] = *ref.max_snapshot_age_ms;
    if (ref.max_ref_age_ms) object["max-ref-age-ms"] = *ref.max_ref_age_ms;
    return object;
}

SnapshotRef ref_from_json(const JsonObject& json) {
    SnapshotRef ref;
    ref.snapshot_id = json.number("snapshot-id");
    std::string kind = json.text("type");
    if (kind != "branch" && kind != "tag") {
        json.refuse("type", "branch or tag is expected, not '{}'", kind);
    }
    ref.kind = kind == "branch" ? RefKind::Branch : RefKind::Tag;
    ref.min_snapshots_to_keep = json.find_small_number("min-snapshots-to-keep");
    ref.max_snapshot_age_ms = json.find_number("max-snapshot-age-ms");
    ref.max_ref_age_ms = json.find_number("max-ref-age-ms");
    if (ref.kind == RefKind::Tag && (ref.min_snapshots_to_keep || ref.max_snapshot_age_ms)) {
        json.refuse("type", "a tag keeps one snapshot; only max-ref-age-ms goes with it");
    }
    for (std::string_view name :
         {"min-snapshots-to-keep", "max-snapshot-age-ms", "max-ref-age-ms"}) {
        if (json.find_number(name).value_or(1) <= 0) json.refuse(name, "it must be above 0");
    }
    return ref;
}

}  // namespace tarn::iceberg
