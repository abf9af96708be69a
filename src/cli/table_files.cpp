// `tarn table files` and `partitions`: what a table is made of, now or at an earlier time.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <map>

#include "base/units.hpp"
#include "cli/catalog_access.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/typed_numbers.hpp"
#include "iceberg/scan/file_tables.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;
using iceberg::DataFile;
using iceberg::FileContent;
using iceberg::TableMetadata;

bool is_number(const std::string& text) {
    return std::ranges::all_of(text, [](unsigned char letter) { return std::isdigit(letter); });
}

// A snapshot's id, a time, or the name of a branch or tag.
iceberg::TimeTravel typed_time(const Call& call) {
    std::string typed = call.typed.value_or("--at", "");
    if (typed.empty()) return {};
    if (is_number(typed)) return {.snapshot_id = parse_number("--at", typed)};
    if (auto time = parse_time_ms(typed)) return {.as_of_ms = time};
    return {.ref = typed};
}

std::string partition_of(const TableMetadata& table, const DataFile& file) {
    const iceberg::PartitionSpec* spec = table.find_spec(file.spec_id);
    return spec ? partition_path(*spec, table.schema(), file.partition) : "";
}

std::string_view word_for(FileContent content) {
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

// The live files of the snapshot that was asked for, in the order of their manifests.
std::vector<DataFile> files_at(const Call& call, CatalogAccess& access,
                               const iceberg::LoadedTable& table) {
    iceberg::ManifestCache cache(access.files_of(table));
    auto snapshot = snapshot_at(table.metadata(), typed_time(call));
    if (!snapshot) return {};
    iceberg::ManifestsOf manifests{table.metadata(), cache, {snapshot}};
    std::vector<DataFile> files;
    for (const iceberg::ManifestFile& manifest : manifests.distinct()) {
        auto decoded = manifests.decoded(manifest);
        for (const iceberg::ManifestEntries& entries : decoded->batches) {
            for (int64_t i = 0; i < entries.size(); ++i) {
                if (entries.is_live(i)) files.push_back(entries.file(i));
            }
        }
    }
    return files;
}

// From the table's own folder on, where it lies there.
std::string short_path(const TableMetadata& table, const std::string& path) {
    std::string folder = table.location + "/";
    return path.starts_with(folder) ? path.substr(folder.size()) : path;
}

int show_files(Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    iceberg::LoadedTable table = access.catalog().load_table(name);
    TableRows rows;
    json::array list;
    for (const DataFile& file : files_at(call, access, table)) {
        std::string partition = partition_of(table.metadata(), file);
        rows.push_back({std::string(word_for(file.content)), std::to_string(file.record_count),
                        to_human_size(file.file_bytes), partition.empty() ? "-" : partition,
                        short_path(table.metadata(), file.path)});
        list.push_back({{"content", word_for(file.content)},
                        {"path", file.path},
                        {"format", name_of(file.format)},
                        {"partition", partition},
                        {"records", file.record_count},
                        {"bytes", file.file_bytes}});
    }
    return show_list(call, table_page("files", name), "files", std::move(list),
                     {"CONTENT", "RECORDS", "SIZE", "PARTITION", "FILE"}, rows,
                     "this table has no files");
}

struct PartitionTotals {
    int64_t records = 0;
    int64_t files = 0;
    int64_t bytes = 0;
    int64_t delete_files = 0;

    void add(const DataFile& file) {
        if (file.content != FileContent::Data) {
            ++delete_files;
            return;
        }
        ++files;
        records += file.record_count;
        bytes += file.file_bytes;
    }
};

int show_partitions(Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    iceberg::LoadedTable table = access.catalog().load_table(name);
    std::map<std::string, PartitionTotals> partitions;
    for (const DataFile& file : files_at(call, access, table)) {
        partitions[partition_of(table.metadata(), file)].add(file);
    }
    TableRows rows;
    json::array list;
    for (const auto& [partition, totals] : partitions) {
        rows.push_back({partition.empty() ? "-" : partition, std::to_string(totals.records),
                        std::to_string(totals.files), to_human_size(totals.bytes),
                        std::to_string(totals.delete_files)});
        list.push_back({{"partition", partition},
                        {"records", totals.records},
                        {"files", totals.files},
                        {"bytes", totals.bytes},
                        {"delete_files", totals.delete_files}});
    }
    return show_list(call, table_page("partitions", name), "partitions", std::move(list),
                     {"PARTITION", "RECORDS", "FILES", "SIZE", "DELETE FILES"}, rows,
                     "this table has no files");
}

Command looking_at(std::string verb, std::string summary, CatalogWork work) {
    std::string example = "tarn table " + verb + " lakehouse.trades";
    return {
        .name = "table " + verb,
        .summary = std::move(summary),
        .examples = {example, example + " --at 2026-11-21T09:30:00Z"},
        .options = {catalog_option(),
                    {"--at", "WHERE", "a snapshot's id, a time, a branch or tag (default now)"}},
        .arguments = {table_argument()},
        .run = on_catalog(work)};
}

}  // namespace

Command table_files_command() {
    return looking_at("files", "the files of a table, with their partitions and sizes", show_files);
}

Command table_partitions_command() {
    return looking_at("partitions", "what is in each partition of a table", show_partitions);
}

}  // namespace tarn::cli
