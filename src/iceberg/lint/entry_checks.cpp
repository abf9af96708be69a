#include "iceberg/lint/entry_checks.hpp"

#include "iceberg/format/code_points.hpp"
#include "iceberg/format/filter.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/lint/metadata_checks.hpp"

namespace tarn::iceberg {
namespace {

bool is_float(const Type& type) {
    return type.kind == TypeKind::Float || type.kind == TypeKind::Double;
}

bool is_utf8(std::string_view text) {
    for (size_t position = 0; position < text.size();) {
        if (!take_code_point(text, position)) return false;
    }
    return true;
}

class EntryChecks {
public:
    EntryChecks(const EntryCase& subject, LintFindings& findings)
        : subject_(subject), file_(subject.entry.file), findings_(findings) {}

    void run() {
        check_location(file_.path, subject_.manifest.path, findings_);
        check_numbers();
        check_equality_ids();
        check_vector();
        check_row_ids();
        check_bounds(file_.metrics.lower_bounds, "lower");
        check_bounds(file_.metrics.upper_bounds, "upper");
        check_nan_counts();
    }

private:
    // Readers fill in what an added file leaves out; nobody can for the others.
    void check_numbers() {
        if (subject_.table.format_version < 2 || subject_.entry.status == EntryStatus::Added) {
            return;
        }
        if (!subject_.entry.sequence_number || !subject_.entry.file_sequence_number) {
            findings_.add(LintRule::EntryNumbers, file_.path,
                          "an existing or deleted file without its sequence numbers");
        }
    }

    void check_equality_ids() {
        if (file_.content == FileContent::EqualityDeletes && file_.equality_ids.empty()) {
            findings_.add(LintRule::EqualityIds, file_.path, "an equality delete has none");
        }
    }

    void check_vector() {
        if (!file_.is_deletion_vector()) return;
        if (!file_.referenced_data_file || !file_.content_offset || !file_.content_bytes) {
            findings_.add(LintRule::DeletionVectors, file_.path,
                          "no referenced_data_file, content_offset or content_size_in_bytes");
        }
    }

    void check_row_ids() {
        if (!file_.first_row_id || subject_.table.format_version < 3) return;
        if (*file_.first_row_id + file_.record_count > subject_.table.next_row_id) {
            findings_.add(LintRule::RowLineage, file_.path,
                          "row ids from {} on for {} rows, next-row-id is {}", *file_.first_row_id,
                          file_.record_count, subject_.table.next_row_id);
        }
    }

    const Field* field_of(int32_t id) const {
        if (file_.content == FileContent::PositionDeletes) {
            return position_delete_schema()->find(id);
        }
        for (auto schema = subject_.table.schemas.rbegin(); schema != subject_.table.schemas.rend();
             ++schema) {
            if (const Field* field = (*schema)->find(id)) return field;
        }
        return nullptr;
    }

    void check_bounds(const std::map<int32_t, Bytes>& bounds, std::string_view side) {
        for (const auto& [id, bytes] : bounds) {
            // A column that all schemas have forgotten has bounds of nobody knows what.
            if (const Field* field = field_of(id)) check_bound(*field, bytes, side);
        }
    }

    void check_bound(const Field& field, const Bytes& bytes, std::string_view side) {
        auto value = from_bytes(bytes, field.type);
        auto add = [&](std::string_view why) {
            findings_.add(LintRule::Bounds, file_.path, "the {} bound of '{}' is {}", side,
                          field.name, why);
        };
        if (field.type.kind == TypeKind::String && !is_utf8(as_text(bytes))) {
            add("no UTF-8");
        } else if (!value) {
            add("no value of its type");
        } else if (is_nan(*value)) {
            findings_.add(LintRule::NanCounts, file_.path, "the {} bound of '{}' is NaN", side,
                          field.name);
        } else if (field.type.kind == TypeKind::Decimal && to_bytes(*value) != bytes) {
            add("longer than it must be");
        }
    }

    void check_nan_counts() {
        for (const auto& [id, count] : file_.metrics.value_counts) {
            const Field* field = field_of(id);
            if (field && is_float(field->type) && !file_.metrics.nan_counts.contains(id)) {
                findings_.add(LintRule::NanCounts, file_.path, "NaN is not counted in '{}'",
                              field->name);
            }
        }
    }

    const EntryCase& subject_;
    const DataFile& file_;
    LintFindings& findings_;
};

}  // namespace

void check_entry(const EntryCase& subject, LintFindings& findings) {
    EntryChecks(subject, findings).run();
}

}  // namespace tarn::iceberg
