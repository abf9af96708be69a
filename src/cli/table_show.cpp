// `tarn table …` as far as it only looks.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/catalog_access.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/optional_text.hpp"
#include "cli/table_text.hpp"
#include "iceberg/catalog/names_json.hpp"
#include "iceberg/format/schema_json.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;
using iceberg::EntryKind;
using iceberg::LoadedTable;
using iceberg::Snapshot;
using iceberg::TableMetadata;
using iceberg::to_text;

std::string time_of(int64_t ms) {
    return to_rfc3339(WallTime(std::chrono::milliseconds(ms)));
}

std::string summary_of(const Snapshot& snapshot, const std::string& name) {
    auto found = snapshot.summary.find(name);
    return found == snapshot.summary.end() ? "-" : found->second;
}

int list(Call& call, CatalogAccess& access) {
    iceberg::AnyCatalog& catalog = access.catalog();
    iceberg::Namespace within = typed_namespace(call);
    auto spaces = all_namespaces(catalog, within);
    if (!within.empty()) spaces.insert(spaces.begin(), within);
    TableRows rows;
    json::array tables;
    for (const auto& space : spaces) {
        for (EntryKind kind : {EntryKind::Table, EntryKind::View}) {
            std::string word = kind == EntryKind::Table ? "table" : "view";
            for (const std::string& name : catalog.names_in(space, kind)) {
                iceberg::TableName full{space, name};
                rows.push_back({to_text(full), word});
                json::object entry = iceberg::to_json(full);
                entry["kind"] = word;
                tables.push_back(std::move(entry));
            }
        }
    }
    return show_list(call, {{"schema", "tarn.table.list/1"}}, "tables", std::move(tables),
                     {"TABLE", "KIND"}, rows,
                     "there are no tables yet; `tarn table create` makes one");
}

TableRows column_rows(const iceberg::Schema& schema) {
    TableRows rows;
    for (const iceberg::Field& field : schema.fields()) {
        rows.push_back({std::to_string(field.id), field.name, to_text(field.type),
                        field.is_required ? "required" : "", field.doc});
    }
    return rows;
}

void print_description(Call& call, const iceberg::TableName& name, const LoadedTable& table) {
    const TableMetadata& metadata = table.metadata();
    auto snapshot = metadata.current_snapshot();
    std::string partitions = to_partition_text(metadata.spec(), metadata.schema());
    call.terminal.print_line(fmt::format("table {}  format {}, uuid {}\n", to_text(name),
                                         metadata.format_version, metadata.uuid));
    TableRows facts = {{"location", metadata.location},
                       {"metadata", table.metadata_location},
                       {"updated", time_of(metadata.last_updated_ms)},
                       {"partitioned by", partitions.empty() ? "-" : partitions},
                       {"snapshots", std::to_string(metadata.snapshots.size())}};
    if (snapshot) {
        facts.push_back({"current snapshot", std::to_string(snapshot->id)});
        facts.push_back({"records", summary_of(*snapshot, "total-records")});
        facts.push_back({"data files", summary_of(*snapshot, "total-data-files")});
        facts.push_back({"delete files", summary_of(*snapshot, "total-delete-files")});
    }
    call.terminal.table({"WHAT", "VALUE"}, facts);
    call.terminal.print_line("");
    call.terminal.table({"ID", "COLUMN", "TYPE", "REQUIRED", "DOC"},
                        column_rows(metadata.schema()));
    if (metadata.properties.empty()) return;
    call.terminal.print_line("");
    show_properties(call, metadata.properties, {});
}

int describe(Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    LoadedTable table = access.catalog().load_table(name);
    if (!call.wants_json()) {
        print_description(call, name, table);
        return ExitOk;
    }
    const TableMetadata& metadata = table.metadata();
    json::object page = table_page("describe", name);
    page["uuid"] = metadata.uuid;
    page["format_version"] = metadata.format_version;
    page["location"] = metadata.location;
    page["metadata_location"] = table.metadata_location;
    page["updated"] = time_of(metadata.last_updated_ms);
    page["current_snapshot_id"] = json_or_null(metadata.current_snapshot_id);
    page["snapshots"] = metadata.snapshots.size();
    page["columns"] = iceberg::to_json(metadata.schema()).at("fields");
    page["partition_by"] = to_partition_text(metadata.spec(), metadata.schema());
    page["properties"] = iceberg::to_json(metadata.properties);
    json::object summary;
    if (auto snapshot = metadata.current_snapshot()) summary = iceberg::to_json(snapshot->summary);
    page["summary"] = std::move(summary);
    call.terminal.print_line(json::serialize(page));
    return ExitOk;
}

int snapshots(Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    LoadedTable table = access.catalog().load_table(name);
    TableRows rows;
    json::array list;
    for (const auto& snapshot : table.metadata().snapshots) {
        bool is_current = snapshot->id == table.metadata().current_snapshot_id;
        rows.push_back({std::to_string(snapshot->id), text_or_dash(snapshot->parent_id),
                        time_of(snapshot->timestamp_ms), snapshot->operation(),
                        summary_of(*snapshot, "added-records"),
                        summary_of(*snapshot, "total-records"), is_current ? "current" : ""});
        list.push_back({{"snapshot_id", std::to_string(snapshot->id)},
                        {"parent_id", json_or_null(snapshot->parent_id)},
                        {"sequence_number", std::to_string(snapshot->sequence_number)},
                        {"committed_at", time_of(snapshot->timestamp_ms)},
                        {"operation", snapshot->operation()},
                        {"manifest_list", snapshot->manifest_list},
                        {"summary", iceberg::to_json(snapshot->summary)},
                        {"current", is_current}});
    }
    return show_list(call, table_page("snapshots", name), "snapshots", std::move(list),
                     {"SNAPSHOT", "PARENT", "COMMITTED", "OPERATION", "ADDED", "RECORDS", "STATE"},
                     rows, "nothing was written to this table yet");
}

int history(Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    LoadedTable table = access.catalog().load_table(name);
    TableRows rows;
    json::array list;
    for (const auto& entry : table.metadata().snapshot_log) {
        auto snapshot = table.metadata().find_snapshot(entry.snapshot_id);
        std::string operation = snapshot ? snapshot->operation() : "expired";
        rows.push_back({time_of(entry.timestamp_ms), std::to_string(entry.snapshot_id), operation});
        list.push_back({{"made_current_at", time_of(entry.timestamp_ms)},
                        {"snapshot_id", std::to_string(entry.snapshot_id)},
                        {"operation", operation}});
    }
    return show_list(call, table_page("history", name), "history", std::move(list),
                     {"MADE CURRENT", "SNAPSHOT", "OPERATION"}, rows,
                     "nothing was written to this table yet");
}

std::string age_or_dash(const std::optional<int64_t>& ms) {
    return ms ? fmt::format("{} ms", *ms) : "-";
}

int refs(Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    LoadedTable table = access.catalog().load_table(name);
    TableRows rows;
    json::array list;
    for (const auto& [ref_name, ref] : table.metadata().refs) {
        std::string kind = ref.kind == iceberg::RefKind::Branch ? "branch" : "tag";
        rows.push_back(
            {ref_name, kind, std::to_string(ref.snapshot_id), age_or_dash(ref.max_ref_age_ms)});
        list.push_back({{"name", ref_name},
                        {"kind", kind},
                        {"snapshot_id", std::to_string(ref.snapshot_id)},
                        {"max_ref_age_ms", json_or_null(ref.max_ref_age_ms)},
                        {"max_snapshot_age_ms", json_or_null(ref.max_snapshot_age_ms)},
                        {"min_snapshots_to_keep", json_or_null(ref.min_snapshots_to_keep)}});
    }
    return show_list(call, table_page("refs", name), "refs", std::move(list),
                     {"NAME", "KIND", "SNAPSHOT", "KEPT FOR"}, rows,
                     "nothing was written to this table yet");
}

int location(Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    LoadedTable table = access.catalog().load_table(name);
    if (call.wants_json()) {
        json::object page = table_page("location", name);
        page["location"] = table.metadata().location;
        page["metadata_location"] = table.metadata_location;
        call.terminal.print_line(json::serialize(page));
    } else {
        call.terminal.print_line(table.metadata().location);
    }
    return ExitOk;
}

Command looking(std::string verb, std::string summary, CatalogWork work) {
    return {.name = "table " + verb,
            .summary = std::move(summary),
            .examples = {"tarn table " + verb + " lakehouse.trades"},
            .options = {catalog_option()},
            .arguments = {table_argument()},
            .run = on_catalog(work)};
}

}  // namespace

Command table_list_command() {
    return {.name = "table list",
            .summary = "the tables and views of all namespaces, or of one and those inside it",
            .examples = {"tarn table list", "tarn table list lakehouse --json"},
            .options = {catalog_option()},
            .arguments = {{"namespace", "only those in it", false}},
            .run = on_catalog(list)};
}

Command table_describe_command() {
    return looking("describe", "columns, partitions, properties and size of a table", describe);
}

Command table_snapshots_command() {
    return looking("snapshots", "the states of a table that can still be read", snapshots);
}

Command table_history_command() {
    return looking("history", "when which snapshot became the current one", history);
}

Command table_refs_command() {
    return looking("refs", "the branches and tags of a table", refs);
}

Command table_location_command() {
    return looking("location", "where the files of a table are", location);
}

}  // namespace tarn::cli
