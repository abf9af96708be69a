#include "connectors/iceberg/iceberg_source.hpp"

#include "base/error.hpp"
#include "connectors/iceberg/file_filter.hpp"
#include "connectors/iceberg/row_values.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/scan/incremental.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using iceberg::TableMetadata;

// Of one stretch; what was read is not read again.
constexpr size_t ManifestBytesKept = 64 << 20;
constexpr int64_t Nothing = -1;

// A column that every file has, for those who only count rows.
const std::string RowNumber = "_pos";

std::vector<std::string> names_of(const StoredColumns& columns) {
    std::vector<std::string> names;
    for (const sql::TableColumn& column : columns) names.push_back(column.name);
    if (names.empty()) names.push_back(RowNumber);
    return names;
}

StoredColumns read_columns(const sql::stream::TableSource& source) {
    StoredColumns columns = asked_columns(source);
    for (const sql::TableColumn& column : columns) {
        if (!metadata_key(column)) continue;
        throw Error(ErrorCode::InvalidInput, "{}: Iceberg tables have no metadata column '{}'",
                    name_of(*source.table), column.name);
    }
    return columns;
}

}  // namespace

struct IcebergSource::Scan {
    Scan(const IcebergTable& table, const Stretch& stretch, const StoredColumns& columns,
         const std::vector<sql::Bound>& conditions)
        : stretch(stretch),
          loaded(table.load()),
          filter(file_filter(conditions, columns, loaded.metadata().schema())),
          files(table.connection->committers_of(loaded).parts().files),
          manifests(files, ManifestBytesKept),
          plan(planned()),
          reader(loaded.metadata(), files, plan, read_options(columns)) {}

    iceberg::ReadOptions read_options(const StoredColumns& columns) const {
        // The query looks at each row itself.
        return {.columns = iceberg::select_columns(loaded.metadata().schema(), names_of(columns)),
                .checks_filter = false};
    }

    iceberg::ScanPlan planned() {
        const TableMetadata& table = loaded.metadata();
        if (!stretch.after) {
            iceberg::ScanRequest whole{.filter = filter, .has_columns_of_today = true};
            whole.at.snapshot_id = stretch.up_to;
            return iceberg::plan(table, manifests, whole);
        }
        iceberg::ScanPlan added{.snapshot = table.find_snapshot(stretch.up_to),
                                .schema = table.find_schema(table.current_schema_id)};
        added.tasks =
            iceberg::plan_appends(table, manifests, {stretch.after, stretch.up_to}, filter);
        return added;
    }

    const std::string& file() const { return plan.tasks.at(task).file.path; }

    Stretch stretch;
    iceberg::LoadedTable loaded;
    iceberg::Expression filter;
    iceberg::TableFiles& files;
    iceberg::ManifestCache manifests;
    iceberg::ScanPlan plan;
    iceberg::ScanReader reader;
    size_t task = 0;        // of the plan; those before are done
    int64_t rows_done = 0;  // of its file
    std::unique_ptr<iceberg::TaskReader> open_file;
    Rows batch;  // of the file, of which rows are left; or null
    int64_t batch_row = 0;
};

IcebergSource::IcebergSource(const sql::stream::TableSource& source, IcebergTablePtr table,
                             const Clock& clock, const sql::TimeZone& zone)
    : columns_(read_columns(source)),
      conditions_(source.filters),
      range_(ReadRange::of(source, zone)),
      table_(std::move(table)),
      clock_(clock),
      done_(range_.after) {
    check_columns(table_->load().metadata());
}

IcebergSource::~IcebergSource() = default;

void IcebergSource::check_columns(const TableMetadata& table) const {
    for (const sql::TableColumn& column : columns_) {
        const iceberg::Field& field = iceberg::find_column(table.schema(), column.name);
        if (can_convert(*iceberg::arrow_type(field.type), *sql::arrow_type(column.type))) continue;
        throw Error(ErrorCode::InvalidInput, "the column '{}' of {} is {}, not {}", column.name,
                    to_text(table_->name), to_text(field.type), text_of(column.type));
    }
}

std::optional<engine::ChangeBatch> IcebergSource::read(int64_t rows_max) {
    while (scan_ || look_for_rows()) {
        if (read_file()) return next_rows(rows_max);
        if (scan_->task < scan_->plan.tasks.size()) continue;
        done_ = scan_->stretch.up_to;
        scan_.reset();
    }
    return std::nullopt;
}

bool IcebergSource::is_ended() const {
    return !range_.monitor_interval && looked_at_ && !scan_;
}

bool IcebergSource::look_for_rows() {
    Ticks now = clock_.ticks();
    bool is_due =
        !looked_at_ || (range_.monitor_interval && now - *looked_at_ >= *range_.monitor_interval);
    if (!is_due) return false;
    looked_at_ = now;
    auto stretch = next_stretch(table_->load().metadata());
    if (stretch) open(*stretch);
    return stretch.has_value();
}

std::optional<IcebergSource::Stretch> IcebergSource::next_stretch(
    const TableMetadata& table) const {
    bool goes_on = range_.monitor_interval.has_value();
    // A branch may come into being only when somebody commits to it.
    if (goes_on && range_.at.ref && !table.find_ref(*range_.at.ref)) return std::nullopt;
    iceberg::SnapshotPtr head = iceberg::snapshot_at(table, range_.at);
    if (!head || head->id == done_) return std::nullopt;
    return Stretch{done_, head->id};
}

void IcebergSource::open(const Stretch& stretch) {
    try {
        scan_ = std::make_unique<Scan>(*table_, stretch, columns_, conditions_);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::NotFound) throw;
        throw Error(ErrorCode::NotFound, "{}: {}", to_text(table_->name), error.what())
            .with_hint(
                "a snapshot that was to be read has expired or was rolled back; begin the job "
                "anew, and keep snapshots longer than the job may stand still");
    }
}

// Whether there is a row to give; else the next file is the one to look into.
bool IcebergSource::read_file() {
    Scan& scan = *scan_;
    if (scan.batch) return true;
    if (scan.task == scan.plan.tasks.size()) return false;
    if (!scan.open_file) {
        // It does not move, so it is made where it stays.
        scan.open_file.reset(new iceberg::TaskReader(scan.reader.open(scan.plan.tasks[scan.task])));
    }
    scan.batch = scan.open_file->next();
    scan.batch_row = 0;
    if (scan.batch) return true;
    scan.open_file.reset();
    scan.rows_done = 0;
    ++scan.task;
    return false;
}

engine::ChangeBatch IcebergSource::next_rows(int64_t rows_max) {
    Scan& scan = *scan_;
    int64_t count = std::min(rows_max, scan.batch->num_rows() - scan.batch_row);
    Rows rows = scan.batch->Slice(scan.batch_row, count);
    scan.batch_row += count;
    scan.rows_done += count;
    if (scan.batch_row == scan.batch->num_rows()) scan.batch.reset();
    sql::Batch values{.columns = {}, .rows = count};
    for (size_t i = 0; i < columns_.size(); ++i) {
        auto type = sql::arrow_type(columns_[i].type);
        values.columns.push_back({converted(rows->column(static_cast<int>(i)), type)});
    }
    return {std::move(values)};
}

void IcebergSource::skip_rows(int64_t rows) {
    if (rows == 0) return;
    std::string file = scan_->file();
    while (scan_->rows_done < rows) {
        if (!read_file()) {
            throw Error(ErrorCode::Corrupt, "{} had {} rows when the job read it", file, rows);
        }
        next_rows(rows - scan_->rows_done);
    }
}

engine::OperatorState IcebergSource::position() const {
    engine::OperatorState state;
    // Before the first look nothing is decided.
    if (!looked_at_) return state;
    int64_t done = done_.value_or(Nothing);
    int64_t up_to = scan_ ? scan_->stretch.up_to : Nothing;
    auto task = static_cast<int64_t>(scan_ ? scan_->task : 0);
    int64_t rows = scan_ ? scan_->rows_done : 0;
    bool is_at_file = scan_ && scan_->task < scan_->plan.tasks.size();
    std::string_view file = is_at_file ? std::string_view(scan_->file()) : std::string_view();
    state.put("place", engine::state_rows({{"done", engine::number_column({&done, 1})},
                                           {"up_to", engine::number_column({&up_to, 1})},
                                           {"file", engine::number_column({&task, 1})},
                                           {"row", engine::number_column({&rows, 1})},
                                           {"path", engine::bytes_column({&file, 1})}}));
    return state;
}

void IcebergSource::seek(const engine::OperatorState& position) {
    scan_.reset();
    looked_at_.reset();
    done_ = range_.after;
    for (const engine::StateRows& rows : position.all("place")) {
        auto number = [&](int column) { return engine::numbers_of(rows, column).at(0); };
        // What is read once is not looked for again.
        if (!range_.monitor_interval) looked_at_ = clock_.ticks();
        if (number(0) != Nothing) done_ = number(0);
        if (number(1) == Nothing) continue;
        open({done_, number(1)});
        scan_->task = static_cast<size_t>(number(2));
        std::string_view path = engine::bytes_of(rows, 4).at(0);
        bool is_at_end = scan_->task == scan_->plan.tasks.size();
        if (scan_->task > scan_->plan.tasks.size() || (!is_at_end && scan_->file() != path)) {
            throw Error(ErrorCode::Corrupt, "snapshot {} of {} has no file {} any more", number(1),
                        to_text(table_->name), path);
        }
        skip_rows(number(3));
    }
}

std::map<std::string, std::string> IcebergSource::offsets() const {
    if (!done_) return {};
    return {{to_text(table_->name), std::to_string(*done_)}};
}

}  // namespace tarn::connectors
