// Plans of scans, for clients that leave it to the catalog which files a query needs. A plan is
// made while its client waits and answered whole, so there are none to ask for later.
#include <boost/json/value_from.hpp>

#include <map>

#include "http/json.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/rest/answer.hpp"
#include "iceberg/scan/incremental.hpp"
#include "iceberg/table/partition_key.hpp"

namespace tarn::iceberg {
namespace {

namespace json = boost::json;

std::string_view text_of(FileContent content) {
    switch (content) {
        case FileContent::Data:
            return "data";
        case FileContent::PositionDeletes:
            return "position-deletes";
        case FileContent::EqualityDeletes:
            return "equality-deletes";
    }
    return "";
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

// As Java writes a map of field ids: keys and values side by side.
template <typename T, typename Text>
void put_map(json::object& text, std::string_view name, const std::map<int32_t, T>& values,
             const Text& text_of) {
    if (values.empty()) return;
    json::array keys;
    json::array texts;
    for (const auto& [field_id, value] : values) {
        keys.emplace_back(field_id);
        texts.push_back(text_of(value));
    }
    text[name] = {{"keys", std::move(keys)}, {"values", std::move(texts)}};
}

void put_metrics(json::object& text, const ColumnMetrics& metrics) {
    auto number = [](int64_t count) { return json::value(count); };
    put_map(text, "column-sizes", metrics.column_bytes, number);
    put_map(text, "value-counts", metrics.value_counts, number);
    put_map(text, "null-value-counts", metrics.null_counts, number);
    put_map(text, "nan-value-counts", metrics.nan_counts, number);
    // Java's client takes the bytes that manifests have, whatever the type of the column.
    auto bytes = [](const Bytes& bound) { return json::value(to_hex(bound)); };
    put_map(text, "lower-bounds", metrics.lower_bounds, bytes);
    put_map(text, "upper-bounds", metrics.upper_bounds, bytes);
}

class PlanText {
public:
    PlanText(const TableMetadata& table, const Schema& schema) : table_(table), schema_(schema) {}

    void add(const FileTask& task) {
        json::object text = {{"data-file", text_of_file(task.file)}};
        json::array references;
        for (const DeleteFilePtr& deletes : task.deletes) references.push_back(number_of(deletes));
        if (!references.empty()) text["delete-file-references"] = std::move(references);
        // Else the client would check its whole condition again.
        Filter rest = task.residual ? *task.residual : Filter();
        text["residual-filter"] = to_json(to_expression(rest, schema_));
        tasks_.push_back(std::move(text));
    }

    json::object finish() {
        return {{"status", "completed"},
                {"delete-files", std::move(deletes_)},
                {"file-scan-tasks", std::move(tasks_)}};
    }

private:
    // Many data files share a file of deletes: it is said once.
    size_t number_of(const DeleteFilePtr& deletes) {
        auto [place, is_new] = numbers_.try_emplace(deletes.get(), deletes_.size());
        if (is_new) deletes_.push_back(text_of_file(deletes->file));
        return place->second;
    }

    json::object text_of_file(const DataFile& file) {
        json::object text = {{"content", text_of(file.content)},
                             {"file-path", file.path},
                             {"file-format", lower(name_of(file.format))},
                             {"spec-id", file.spec_id},
                             {"partition", partition_of(file)},
                             {"file-size-in-bytes", file.file_bytes},
                             {"record-count", file.record_count}};
        if (!file.split_offsets.empty()) {
            text["split-offsets"] = json::value_from(file.split_offsets);
        }
        if (file.sort_order_id) text["sort-order-id"] = *file.sort_order_id;
        if (file.first_row_id) text["first-row-id"] = *file.first_row_id;
        if (!file.equality_ids.empty()) text["equality-ids"] = json::value_from(file.equality_ids);
        if (file.referenced_data_file) text["referenced-data-file"] = *file.referenced_data_file;
        if (file.content_offset) text["content-offset"] = *file.content_offset;
        if (file.content_bytes) text["content-size-in-bytes"] = *file.content_bytes;
        if (file.content == FileContent::Data) put_metrics(text, file.metrics);
        return text;
    }

    json::array partition_of(const DataFile& file) {
        const Type& type = type_of(file.spec_id);
        json::array values;
        for (size_t i = 0; i < file.partition.size() && i < type.fields.size(); ++i) {
            const OptionalValue& value = file.partition[i];
            values.push_back(value ? to_json(*value, type.fields[i].type) : json::value(nullptr));
        }
        return values;
    }

    const Type& type_of(int32_t spec_id) {
        auto [place, is_new] = types_.try_emplace(spec_id);
        const PartitionSpec* spec = table_.find_spec(spec_id);
        if (is_new && spec) place->second = spec->partition_type(*schema_of(*spec, table_));
        return place->second;
    }

    const TableMetadata& table_;
    const Schema& schema_;
    std::map<const DeleteFile*, size_t> numbers_;
    std::map<int32_t, Type> types_;
    json::array deletes_;
    json::array tasks_;
};

ScanPlan plan_between(const TableMetadata& table, RestCatalog& face, const ScanRequest& request,
                      const SnapshotRange& range) {
    ScanPlan planned{.schema = table.find_schema(table.current_schema_id)};
    planned.tasks = plan_appends(table, face.manifests, range, request.filter, request.metrics_of);
    return planned;
}

std::vector<int32_t> statistics_asked_for(const JsonObject& json, const TableMetadata& table,
                                          const ScanRequest& request) {
    SchemaPtr schema = request.has_columns_of_today ? table.find_schema(table.current_schema_id)
                                                    : schema_at(table, request.at);
    std::vector<int32_t> field_ids;
    for (const std::string& name : json.text_list("stats-fields")) {
        field_ids.push_back(find_column(*schema, name, {.ignores_case = request.ignores_case}).id);
    }
    return field_ids;
}

http::Response plan_scan(RestCatalog& face, const Ask& ask) {
    JsonObject json = ask.json();
    LoadedTable loaded = face.catalog.load_table(ask.table());
    const TableMetadata& table = loaded.metadata();
    ScanRequest request{.ignores_case = !json.find_flag("case-sensitive").value_or(true)};
    request.at.snapshot_id = json.find_number("snapshot-id");
    request.has_columns_of_today = !json.find_flag("use-snapshot-schema").value_or(false);
    if (json.has("filter")) {
        request.filter = expression_from_json(json.get("filter"), json.place_of("filter"));
    }
    request.metrics_of = statistics_asked_for(json, table, request);
    auto after = json.find_number("start-snapshot-id");
    auto up_to = json.find_number("end-snapshot-id");
    if (after && !up_to) json.refuse("end-snapshot-id", "it is missing");
    if (up_to && request.at.snapshot_id) {
        json.refuse("snapshot-id", "a scan is of one snapshot or of those between two");
    }
    ScanPlan planned = up_to ? plan_between(table, face, request, {.after = after, .up_to = *up_to})
                             : plan(table, face.manifests, request);
    PlanText text(table, *planned.schema);
    for (const FileTask& task : planned.tasks) text.add(task);
    return http::json_response(text.finish());
}

}  // namespace

void add_scan_routes(http::Router& router, RestCatalog& face) {
    add_route(router, face, http::Method::Post, "/namespaces/{namespace}/tables/{table}/plan",
              "The files that a query needs", plan_scan);
}

}  // namespace tarn::iceberg
