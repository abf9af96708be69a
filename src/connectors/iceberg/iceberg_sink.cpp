#include "connectors/iceberg/iceberg_sink.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"
#include "connectors/iceberg/epoch_commit.hpp"
#include "connectors/iceberg/recovery.hpp"
#include "connectors/iceberg/row_values.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using engine::Change;
using iceberg::LoadedTable;
using iceberg::TableMetadata;

// How often deletes are made again for what others have done to the table.
constexpr int RemadeMax = 20;

bool is_by_key(const sql::stream::Sink& sink) {
    if (sink.table->table.primary_key.empty()) return false;
    OptionValues options(sink.options);
    bool is_asked_for = options.is_on("upsert-enabled") || options.is_on("write.upsert.enabled");
    return is_asked_for || (sink.input && !sink.input->changes.is_insert_only());
}

// What Flink calls options of an INSERT are properties of the table by other names.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> WriteOptionNames{
    {{"write-format", "write.format.default"},
     {"target-file-size-bytes", "write.target-file-size-bytes"},
     {"compression-codec", "write.parquet.compression-codec"},
     {"compression-level", "write.parquet.compression-level"},
     {"distribution-mode", "write.distribution-mode"}}};

// The table as this job writes it.
TableMetadata with_options(TableMetadata table, const sql::Options& options) {
    for (const sql::Option& option : options) {
        if (option.key.starts_with("write.")) table.properties[option.key] = option.value;
        for (const auto& [name, property] : WriteOptionNames) {
            if (option.key == name) table.properties[std::string(property)] = option.value;
        }
    }
    return table;
}

std::map<std::string, std::string> summary_of(const engine::EpochFacts& epoch) {
    std::map<std::string, std::string> summary;
    if (!epoch.offsets.empty()) {
        boost::json::object offsets;
        for (const auto& [partition, offset] : epoch.offsets) offsets[partition] = offset;
        summary["tarn.offsets"] = boost::json::serialize(offsets);
    }
    bool has_time = epoch.watermark != engine::NoTimeYet && epoch.watermark != engine::EndOfTime;
    if (has_time) summary["tarn.watermark"] = std::to_string(epoch.watermark);
    return summary;
}

// The last change of each key, which is all that counts.
struct LastChanges {
    sql::RowList rows_that_come;
    sql::RowList rows_that_go;
};

LastChanges last_changes(const engine::ChangeBatch& batch, const std::vector<size_t>& key) {
    sql::PackedRows keys = engine::packed(batch, key);
    std::unordered_map<std::string_view, int64_t> last;
    for (int64_t row = 0; row < batch.size(); ++row) {
        if (batch.kind(row) == Change::UpdateBefore) continue;
        last[keys[static_cast<size_t>(row)]] = row;
    }
    LastChanges changes;
    for (const auto& [bytes, row] : last) {
        bool comes = engine::is_addition(batch.kind(row));
        (comes ? changes.rows_that_come : changes.rows_that_go).push_back(row);
    }
    std::ranges::sort(changes.rows_that_come);
    std::ranges::sort(changes.rows_that_go);
    return changes;
}

}  // namespace

IcebergSink::IcebergSink(const sql::stream::Sink& sink, IcebergTablePtr table, std::string job,
                         Random& random)
    : columns_(plain_columns(*sink.table)),
      key_(sink.table->table.primary_key),
      is_keyed_(is_by_key(sink)),
      is_overwrite_(sink.is_overwrite),
      branch_(OptionValues(sink.options).text("branch").value_or(std::string(iceberg::MainBranch))),
      table_(std::move(table)),
      job_(std::move(job)),
      random_(random),
      options_(sink.options) {
    if (OptionValues(sink.options).is_on("overwrite-enabled")) {
        throw Error(ErrorCode::InvalidInput, "{}: 'overwrite-enabled' is written INSERT OVERWRITE",
                    name_of(*sink.table));
    }
    if (is_overwrite_ && is_keyed_) {
        throw Error(ErrorCode::InvalidInput,
                    "{}: rows that replace those of their key cannot overwrite partitions as well",
                    name_of(*sink.table))
            .with_hint("write new rows only, without 'write.upsert.enabled'");
    }
    load();
}

void IcebergSink::load() {
    written_for_ = table_->load();
    metadata_ = with_options(written_for_.metadata(), options_);
    take_columns_of(metadata_);
}

iceberg::TableFiles& IcebergSink::files_of(const LoadedTable& table) const {
    return table_->connection->committers_of(table).parts().files;
}

void IcebergSink::take_columns_of(const TableMetadata& table) {
    arrow::FieldVector fields;
    for (const sql::TableColumn& column : columns_) {
        const iceberg::Field* field = table.schema().find(column.name);
        if (!field) {
            throw Error(ErrorCode::InvalidInput, "the table {} has no column '{}'",
                        to_text(table_->name), column.name);
        }
        auto known = iceberg::arrow_field(*field);
        if (!can_convert(*sql::arrow_type(column.type), *known->type())) {
            throw Error(ErrorCode::InvalidInput, "the column '{}' of {} is {}, not {}", column.name,
                        to_text(table_->name), to_text(field->type), text_of(column.type));
        }
        fields.push_back(std::move(known));
    }
    row_types_ = arrow::schema(std::move(fields));
}

bool IcebergSink::takes_from(int workers) {
    if (is_keyed_) return workers == 1;
    appends_.resize(static_cast<size_t>(workers));
    return true;
}

void IcebergSink::write_of(int worker, const engine::ChangeBatch& batch) {
    {
        std::lock_guard lock(opening_);
        open_writers();
    }
    if (is_keyed_) return write_by_key(batch);
    appends_[static_cast<size_t>(worker)]->append(*rows_for_table(batch));
}

void IcebergSink::open_writers() {
    if (appends_.front() || by_key_) return;
    load();
    iceberg::TableFiles& files = files_of(written_for_);
    if (is_keyed_) {
        by_key_.emplace(keyed(metadata_, files));
        return;
    }
    for (auto& writer : appends_) {
        writer = std::make_unique<iceberg::DataFileWriter>(metadata_, files, random_);
    }
}

KeyedTable IcebergSink::keyed(const TableMetadata& table, iceberg::TableFiles& files) const {
    std::vector<int32_t> ids;
    for (const std::string& column : key_) ids.push_back(table.schema().find(column)->id);
    return {.metadata = table,
            .files = files,
            .random = random_,
            .key_ids = std::move(ids),
            .branch = branch_};
}

IcebergSink::Rows IcebergSink::rows_for_table(const engine::ChangeBatch& batch) const {
    arrow::ArrayVector values;
    for (size_t i = 0; i < columns_.size(); ++i) {
        auto column = sql::spread(batch.rows.columns[i], batch.rows.rows);
        values.push_back(converted(column, row_types_->field(static_cast<int>(i))->type()));
    }
    return arrow::RecordBatch::Make(row_types_, batch.rows.rows, std::move(values));
}

void IcebergSink::write_by_key(const engine::ChangeBatch& batch) {
    std::vector<size_t> places;
    for (const std::string& column : key_) {
        auto found = std::ranges::find(columns_, column, &sql::TableColumn::name);
        places.push_back(static_cast<size_t>(found - columns_.begin()));
    }
    LastChanges changes = last_changes(batch, places);
    by_key_->upsert(rows_for_table(taken(batch, changes.rows_that_come)));
    by_key_->remove(rows_for_table(taken(batch, changes.rows_that_go)));
}

void IcebergSink::begin_run() {
    auto last = last_mark(job_, table_->load().metadata());
    run_ = JobRun{.number = last ? last->run.number + 1 : 1,
                  .token = fmt::format("{:08x}", static_cast<uint32_t>(random_.next()))};
}

// Files are closed while rows go to new ones already.
engine::Preparation IcebergSink::set_aside(const engine::EpochFacts& epoch) {
    if (!run_) begin_run();
    PreparedEpoch prepared{
        .run = *run_, .table_uuid = metadata_.uuid, .summary = summary_of(epoch)};
    if (by_key_) by_key_->finish(prepared);
    auto writers = std::make_shared<Writers>(appends_.size());
    writers->swap(appends_);
    bool is_end = epoch.watermark == engine::EndOfTime;
    return [this, is_end, table = metadata_, writers, prepared]() mutable {
        for (auto& writer : *writers) {
            if (!writer) continue;
            for (iceberg::DataFile& file : writer->finish().files) {
                prepared.files.data_files.push_back(std::move(file));
            }
        }
        if (is_overwrite_) wait_for_the_end(prepared, is_end);
        return encoded(prepared, table, random_);
    };
}

void IcebergSink::wait_for_the_end(PreparedEpoch& epoch, bool is_end) {
    std::vector<iceberg::DataFile>& files = epoch.files.data_files;
    files.insert(files.begin(), waiting_.begin(), waiting_.end());
    waiting_ = is_end ? std::vector<iceberg::DataFile>() : files;
    epoch.overwrite = is_end ? Overwrite::Now : Overwrite::Waits;
}

void IcebergSink::commit(int64_t epoch, const engine::OperatorState& prepared) {
    // A job that has not prepared anything itself has just started again.
    bool is_recovered = !run_;
    if (is_recovered) run_ = run_of(prepared);
    if (!is_recovered && !has_files(prepared)) return;
    LoadedTable table = table_->load();
    EpochMark mark{job_, *run_, epoch};
    PreparedEpoch files = decoded_epoch(prepared, table.metadata());
    if (has_epoch(mark, table.metadata(), branch_) || files.is_empty()) return;
    if (is_recovered) {
        if (has_files_of(files, table.metadata(), files_of(table), branch_)) return;
        check_files_are_there(files, files_of(table));
        if (files.overwrite == Overwrite::Waits) waiting_ = files.files.data_files;
    }
    if (files.overwrite == Overwrite::Waits) return;
    LoadedTable after = committed(mark, files, table);
    if (by_key_) go_on_after(mark, files, after.metadata());
}

LoadedTable IcebergSink::committed(const EpochMark& mark, PreparedEpoch epoch,
                                   LoadedTable table) const {
    for (int remade = 0;; ++remade) {
        try {
            EpochCommit change(mark, changes_of(epoch, table.metadata()));
            crash_point("table-commit-begins");
            LoadedTable after =
                table_->connection->committers_of(table).commit(table_->name, change);
            crash_point("table-committed");
            return after;
        } catch (const iceberg::CatalogError&) {
            throw;
        } catch (const Error& error) {
            bool can_be_remade = is_keyed_ && error.code() == ErrorCode::Conflict;
            if (!can_be_remade || remade == RemadeMax) throw;
        }
        table = table_->load();
        if (has_epoch(mark, table.metadata(), branch_)) return table;
        epoch = made_again(std::move(epoch), keyed(table.metadata(), files_of(table)));
    }
}

// Files of all specs give way where the table has no partitions now.
iceberg::FileChanges IcebergSink::overwrite_of(const PreparedEpoch& epoch,
                                               const TableMetadata& table) const {
    std::vector<iceberg::DataFile> files = epoch.files.data_files;
    if (!table.spec().is_unpartitioned()) return iceberg::overwrite_partitions(std::move(files));
    auto all = [](const iceberg::DataFile&) { return iceberg::Match::All; };
    iceberg::FileChanges changes = iceberg::overwrite_where(all, std::move(files));
    changes.summary["replace-partitions"] = "true";  // as Iceberg's own libraries say of both
    return changes;
}

iceberg::FileChanges IcebergSink::changes_of(const PreparedEpoch& epoch,
                                             const TableMetadata& table) const {
    iceberg::FileChanges changes = iceberg::append(epoch.files.data_files);
    if (epoch.overwrite == Overwrite::Now) changes = overwrite_of(epoch, table);
    if (is_keyed_) {
        // Rows that others add may have the keys of ours.
        iceberg::ConflictRules rules{.since = epoch.since,
                                     .isolation = iceberg::Isolation::Serializable};
        changes = iceberg::row_delta(epoch.files.data_files, epoch.files.delete_files, rules);
        changes.removed = epoch.files.replaced_delete_files;
    }
    changes.summary.insert(epoch.summary.begin(), epoch.summary.end());
    changes.branch = branch_;
    return changes;
}

// The index of keys is right only as long as nobody else has written.
void IcebergSink::go_on_after(const EpochMark& mark, const PreparedEpoch& epoch,
                              const TableMetadata& table) {
    const iceberg::SnapshotRef* ref = table.find_ref(branch_);
    auto head = ref ? table.find_snapshot(ref->snapshot_id) : nullptr;
    bool is_ours = head && head->parent_id == epoch.since && head->summary.contains("tarn.epoch") &&
                   head->summary.at("tarn.epoch") == std::to_string(mark.epoch);
    if (is_ours) {
        by_key_->go_on_from(head->id);
    } else {
        by_key_.reset();
    }
}

}  // namespace tarn::connectors
