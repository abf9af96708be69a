// How the rows that are yet to come are laid out: by which partitions, and in which order. What is
// written stays where it is; each file keeps the spec and the order that it was written with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iceberg/format/metadata_builder.hpp"
#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

// Columns are named in full, "venue.city". Each change is made on what those before have left, and
// throws InvalidInput for what cannot be, NotFound for what is not there.
class SpecChange {
public:
    // The table outlives this.
    explicit SpecChange(const TableMetadata& table);

    // Without a name: "ts_day", "id_bucket_16", "name_trunc_4", for identity the column's own. A
    // field that the table has had before takes its id again.
    void add(std::string_view column, const Transform& transform,
             std::optional<std::string> name = {});
    // In version 1 it stays, as void: files there are read by the places of their values.
    void remove(std::string_view name);
    void remove(std::string_view column, const Transform& transform);
    void rename(std::string_view name, const std::string& new_name);

    const PartitionSpec& spec() const { return spec_; }
    // Makes it the one that is written by. The columns are those that `table` has by then.
    void apply_to(MetadataBuilder& table) const;

private:
    const Field& source(std::string_view column) const;
    PartitionField& find(std::string_view name);
    void remove(PartitionField& field);
    int32_t id_for(const PartitionField& field);
    void make_way_for(const std::string& name);

    const TableMetadata& table_;
    PartitionSpec spec_;
    int32_t last_field_id_;
    std::vector<int32_t> sources_by_time_;  // of the fields that this change adds
};

class SortChange {
public:
    explicit SortChange(const TableMetadata& table) : table_(table) {}

    // The columns from the first to the last that rows are compared by. Nulls come first where
    // small values do, unless told otherwise.
    void add(std::string_view column, Direction direction = Direction::Ascending,
             std::optional<NullOrder> nulls = {},
             const Transform& transform = Transform::identity());

    // Makes it the order of the table; without a column, rows lie as they come.
    void apply_to(MetadataBuilder& table) const;

private:
    const TableMetadata& table_;
    SortOrder order_;
};

}  // namespace tarn::iceberg
