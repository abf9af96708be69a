#include "connectors/iceberg/prepared_epoch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <arrow/buffer.h>

#include "base/error.hpp"
#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/format/manifest_writer.hpp"

namespace tarn::connectors {
namespace {

using engine::StateRows;
using iceberg::DataFile;
using iceberg::ManifestContent;
using iceberg::TableMetadata;

// What becomes of files in a commit.
enum class Role : int64_t { Rows, Deletes, Replaced };

constexpr int64_t NoSnapshot = -1;

using FilesBySpec = std::map<int32_t, std::vector<DataFile>>;

FilesBySpec by_spec(const std::vector<DataFile>& files) {
    FilesBySpec groups;
    for (const DataFile& file : files) groups[file.spec_id].push_back(file);
    return groups;
}

ManifestContent content_of(Role role) {
    return role == Role::Rows ? ManifestContent::Data : ManifestContent::Deletes;
}

// The manifests of an epoch, as columns of its state.
struct ManifestColumns {
    std::vector<int64_t> roles;
    std::vector<int64_t> specs;
    std::vector<Bytes> manifests;
};

void add_files(ManifestColumns& columns, Role role, const std::vector<DataFile>& files,
               const TableMetadata& table, Random& random) {
    for (const auto& [spec, group] : by_spec(files)) {
        iceberg::ManifestWriter writer({.format_version = table.format_version,
                                        .content = content_of(role),
                                        .schema = table.find_schema(table.current_schema_id),
                                        .spec = *table.find_spec(spec)},
                                       random);
        for (const DataFile& file : group) writer.add(file);
        columns.roles.push_back(static_cast<int64_t>(role));
        columns.specs.push_back(spec);
        columns.manifests.push_back(writer.finish().bytes);
    }
}

std::vector<DataFile> files_in(std::string_view manifest, Role role, int32_t spec_id,
                               const TableMetadata& table) {
    const iceberg::PartitionSpec* spec = table.find_spec(spec_id);
    if (!spec) {
        throw Error(ErrorCode::Conflict, "the table has no partition spec {} any more", spec_id);
    }
    iceberg::ManifestFile described{
        .path = "of the epoch", .spec_id = spec_id, .content = content_of(role)};
    auto bytes = arrow::Buffer::FromString(std::string(manifest));
    std::vector<DataFile> files;
    for (auto& entry :
         iceberg::read_manifest(bytes, described, spec->partition_type(table.schema()))) {
        files.push_back(std::move(entry.file));
    }
    return files;
}

std::string json_of(const std::map<std::string, std::string>& texts) {
    boost::json::object object;
    for (const auto& [key, value] : texts) object[key] = value;
    return boost::json::serialize(object);
}

std::map<std::string, std::string> texts_in(std::string_view json) {
    std::map<std::string, std::string> texts;
    boost::json::value value = boost::json::parse(json);
    for (const auto& [key, text] : value.as_object()) {
        texts[std::string(key)] = std::string(text.as_string());
    }
    return texts;
}

StateRows head_of(const engine::OperatorState& state) {
    auto rows = state.all("epoch");
    if (rows.size() == 1) return rows.front();
    throw Error(ErrorCode::Corrupt, "the epoch has nothing about the table");
}

std::vector<std::string_view> views_of(const std::vector<Bytes>& all) {
    std::vector<std::string_view> views;
    for (const Bytes& bytes : all) views.push_back(as_text(bytes));
    return views;
}

void add_to(iceberg::RowDelta& delta, Role role, std::vector<DataFile> files) {
    auto& into = role == Role::Rows      ? delta.data_files
                 : role == Role::Deletes ? delta.delete_files
                                         : delta.replaced_delete_files;
    into.insert(into.end(), files.begin(), files.end());
}

}  // namespace

engine::OperatorState encoded(const PreparedEpoch& epoch, const TableMetadata& table,
                              Random& random) {
    std::string run = epoch.run.text();
    std::string summary = json_of(epoch.summary);
    std::string_view texts[] = {run, epoch.table_uuid, summary};
    int64_t since = epoch.since.value_or(NoSnapshot);
    auto overwrite = static_cast<int64_t>(epoch.overwrite);
    engine::OperatorState state;
    state.put("epoch", engine::state_rows({{"run", engine::bytes_column({&texts[0], 1})},
                                           {"table", engine::bytes_column({&texts[1], 1})},
                                           {"summary", engine::bytes_column({&texts[2], 1})},
                                           {"since", engine::number_column({&since, 1})},
                                           {"overwrite", engine::number_column({&overwrite, 1})}}));
    if (epoch.is_empty()) return state;
    ManifestColumns columns;
    add_files(columns, Role::Rows, epoch.files.data_files, table, random);
    add_files(columns, Role::Deletes, epoch.files.delete_files, table, random);
    add_files(columns, Role::Replaced, epoch.files.replaced_delete_files, table, random);
    state.put("files", engine::state_rows(
                           {{"role", engine::number_column(columns.roles)},
                            {"spec", engine::number_column(columns.specs)},
                            {"manifest", engine::bytes_column(views_of(columns.manifests))}}));
    for (const auto& keys : epoch.keys) state.put("keys", keys);
    return state;
}

PreparedEpoch decoded_epoch(const engine::OperatorState& state, const TableMetadata& table) {
    StateRows head = head_of(state);
    PreparedEpoch epoch{.run = run_of(state),
                        .table_uuid = std::string(engine::bytes_of(head, 1).at(0)),
                        .summary = texts_in(engine::bytes_of(head, 2).at(0)),
                        .keys = state.all("keys")};
    if (epoch.table_uuid != table.uuid) {
        throw Error(ErrorCode::Conflict, "the table was made anew since the job wrote to it")
            .with_hint("give the job another name, or remove its folder to begin anew");
    }
    int64_t since = engine::numbers_of(head, 3).at(0);
    if (since != NoSnapshot) epoch.since = since;
    // Epochs of older versions do not say it.
    constexpr int OverwritePlace = 4;
    if (head->num_columns() > OverwritePlace) {
        epoch.overwrite = Overwrite{engine::numbers_of(head, OverwritePlace).at(0)};
    }
    for (const StateRows& rows : state.all("files")) {
        auto roles = engine::numbers_of(rows, 0);
        auto specs = engine::numbers_of(rows, 1);
        auto manifests = engine::bytes_of(rows, 2);
        for (size_t i = 0; i < roles.size(); ++i) {
            Role role{roles[i]};
            add_to(epoch.files, role,
                   files_in(manifests[i], role, static_cast<int32_t>(specs[i]), table));
        }
    }
    return epoch;
}

JobRun run_of(const engine::OperatorState& state) {
    auto run = JobRun::parse(engine::bytes_of(head_of(state), 0).at(0));
    if (!run) throw Error(ErrorCode::Corrupt, "the epoch names no run of the job");
    return *run;
}

bool has_files(const engine::OperatorState& state) {
    return !state.all("files").empty();
}

}  // namespace tarn::connectors
