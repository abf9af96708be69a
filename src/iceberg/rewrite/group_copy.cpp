#include "iceberg/rewrite/group_copy.hpp"

#include <arrow/array.h>

#include <limits>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"

namespace tarn::iceberg {

GroupCopier::GroupCopier(const CommitterParts& parts, const TableName& name,
                         const CompactionOptions& options, const PlannedTable& table)
    : parts_(parts), name_(name), options_(options), table_(table) {}

CopiedGroup GroupCopier::copy(const FileGroup& group) {
    ScanReader reader(table_.metadata(), parts_.files, table_.plan,
                      {.columns = columns(), .checks_filter = false});
    DataFileWriter writer(table_.metadata(), parts_.files, parts_.random, writer_options(group));
    CopiedGroup copied;
    for (const FileTask& task : group.tasks) copied.rows.push_back(copy_rows(reader, task, writer));
    copied.written = writer.finish();
    return copied;
}

MovedRows GroupCopier::copy_rows(ScanReader& reader, const FileTask& task, DataFileWriter& writer) {
    MovedRows moved;
    int64_t count = 0;
    TaskReader rows = reader.open(task);
    while (auto batch = rows.next()) {
        if (options_.is_stopped && options_.is_stopped()) {
            throw Error(ErrorCode::Unavailable, "the compaction of {} was stopped", to_text(name_));
        }
        count += batch->num_rows();
        int last = batch->num_columns() - 1;
        auto without_positions = columns::or_throw(batch->RemoveColumn(last));
        remember(moved, *batch->column(last), writer.append_and_place(*without_positions));
    }
    int64_t expected = task.file.record_count;
    if (task.deletes.empty() ? count != expected : count > expected) {
        throw Error(ErrorCode::Corrupt, "{} has {} rows, its manifest says {}", task.file.path,
                    count, expected);
    }
    return moved;
}

void GroupCopier::remember(MovedRows& rows, const arrow::Array& positions,
                           const std::vector<RowPlace>& places) {
    if (!knows_places()) return;
    size_t before = rows.run_count();
    const auto& old = static_cast<const arrow::Int64Array&>(positions);
    for (size_t row = 0; row < places.size(); ++row) {
        rows.add(old.Value(static_cast<int64_t>(row)), places[row]);
    }
    run_count_ += rows.run_count() - before;
}

// The position comes last.
std::vector<Field> GroupCopier::columns() const {
    std::vector<Field> fields = table_.plan.schema->fields();
    std::vector<std::string> more;
    if (has_lineage()) more = {"_row_id", "_last_updated_sequence_number"};
    more.emplace_back("_pos");
    auto added = select_columns(*table_.plan.schema, more);
    fields.insert(fields.end(), added.begin(), added.end());
    return fields;
}

DataFileOptions GroupCopier::writer_options(const FileGroup& group) const {
    using Sorting = DataFileOptions::Sorting;
    FileSizes sizes = FileSizes::of(table_.metadata(), options_.groups);
    DataFileOptions options{
        .sorting = options_.is_sorted ? Sorting::Always : Sorting::Never,
        .file_bytes_target = sizes.for_each_of(group.bytes),
        .keeps_lineage = has_lineage(),
        .keeps_places = true,
    };
    if (options_.is_sorted) {
        // One run, so that no two files of a group have the same values.
        options.limits.sorted_bytes_max = std::numeric_limits<int64_t>::max();
        options.limits.gathered_bytes_max = std::numeric_limits<int64_t>::max();
    }
    return options;
}

}  // namespace tarn::iceberg
