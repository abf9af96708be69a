#include "connectors/iceberg/keyed_rows.hpp"

#include <arrow/array.h>

#include <set>

#include "base/error.hpp"
#include "iceberg/scan/task_reader.hpp"

namespace tarn::connectors {
namespace {

using iceberg::DataFile;
using iceberg::TableMetadata;

// A file of deletes for each data file: only so those of an epoch's own rows can be told apart.
TableMetadata with_deletes_by_file(TableMetadata table) {
    table.properties["write.delete.granularity"] = "file";
    return table;
}

std::vector<std::string> names_of_keys(const TableMetadata& table,
                                       const std::vector<int32_t>& ids) {
    std::vector<std::string> names;
    for (int32_t id : ids) names.push_back(table.schema().full_name(id));
    return names;
}

iceberg::TimeTravel at_branch(const TableMetadata& table, const std::string& branch) {
    iceberg::TimeTravel at;
    if (table.find_ref(branch)) at.ref = branch;
    return at;
}

std::optional<DataFile> vector_among(const std::vector<iceberg::DeleteFilePtr>& deletes) {
    for (const auto& each : deletes) {
        if (each->file.is_deletion_vector()) return each->file;
    }
    return std::nullopt;
}

std::vector<int64_t> positions_in(const arrow::RecordBatch& rows) {
    auto column = rows.GetColumnByName("_pos");
    const auto& numbers = static_cast<const arrow::Int64Array&>(*column);
    std::vector<int64_t> positions;
    for (int64_t row = 0; row < numbers.length(); ++row) positions.push_back(numbers.Value(row));
    return positions;
}

// Tells the writer each row that is there. Answers the snapshot that has them.
std::optional<iceberg::SnapshotId> load_keys(iceberg::UpsertWriter& writer, const KeyedTable& table,
                                             std::vector<std::string> columns) {
    const TableMetadata& metadata = table.metadata;
    columns.emplace_back("_pos");
    iceberg::ManifestCache manifests(table.files);
    iceberg::ScanPlan plan =
        iceberg::plan(metadata, manifests,
                      {.at = at_branch(metadata, table.branch), .has_columns_of_today = true});
    if (!plan.snapshot) return std::nullopt;
    iceberg::ScanReader reader(metadata, table.files, plan,
                               {.columns = iceberg::select_columns(metadata.schema(), columns)});
    for (const iceberg::FileTask& task : plan.tasks) {
        auto vector = vector_among(task.deletes);
        iceberg::TaskReader rows = reader.open(task);
        while (auto batch = rows.next()) {
            writer.load(task.file, *batch, positions_in(*batch), vector);
        }
    }
    return plan.snapshot->id;
}

}  // namespace

KeyedRows::KeyedRows(KeyedTable table)
    : table_(std::move(table)),
      metadata_(with_deletes_by_file(table_.metadata)),
      key_names_(names_of_keys(metadata_, table_.key_ids)) {
    writer_.emplace(metadata_, table_.files, table_.random,
                    iceberg::UpsertOptions{.key_ids = table_.key_ids});
    since_ = load_keys(*writer_, table_, key_names_);
}

std::shared_ptr<arrow::RecordBatch> KeyedRows::keys_of(const arrow::RecordBatch& rows) const {
    arrow::FieldVector fields;
    arrow::ArrayVector columns;
    for (const std::string& name : key_names_) {
        fields.push_back(rows.schema()->GetFieldByName(name));
        columns.push_back(rows.GetColumnByName(name));
    }
    return arrow::RecordBatch::Make(arrow::schema(fields), rows.num_rows(), columns);
}

void KeyedRows::upsert(const std::shared_ptr<arrow::RecordBatch>& rows) {
    if (rows->num_rows() == 0) return;
    keys_.push_back(keys_of(*rows));
    writer_->upsert(*rows);
}

void KeyedRows::remove(const std::shared_ptr<arrow::RecordBatch>& rows) {
    if (rows->num_rows() == 0) return;
    keys_.push_back(keys_of(*rows));
    writer_->remove(*keys_.back());
}

void KeyedRows::finish(PreparedEpoch& epoch) {
    epoch.files = writer_->finish();
    epoch.since = since_;
    epoch.keys = std::exchange(keys_, {});
}

PreparedEpoch made_again(PreparedEpoch epoch, const KeyedTable& table) {
    TableMetadata metadata = with_deletes_by_file(table.metadata);
    iceberg::UpsertWriter writer(metadata, table.files, table.random, {.key_ids = table.key_ids});
    epoch.since = load_keys(writer, table, names_of_keys(metadata, table.key_ids));
    for (const auto& keys : epoch.keys) writer.remove(*keys);
    iceberg::RowDelta again = writer.finish();

    std::set<std::string> own;
    for (const DataFile& file : epoch.files.data_files) own.insert(file.path);
    std::erase_if(epoch.files.delete_files, [&](const DataFile& file) {
        return !file.referenced_data_file || !own.contains(*file.referenced_data_file);
    });
    auto& deletes = epoch.files.delete_files;
    deletes.insert(deletes.end(), again.delete_files.begin(), again.delete_files.end());
    epoch.files.replaced_delete_files = std::move(again.replaced_delete_files);
    return epoch;
}

}  // namespace tarn::connectors
