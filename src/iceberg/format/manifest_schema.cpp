#include "iceberg/format/manifest_schema.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <set>

#include "base/error.hpp"
#include "iceberg/format/code_points.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

enum class Presence { Required, Optional };
using enum Presence;

json::object field(int32_t id, std::string_view name, json::value type, Presence presence) {
    json::object field{{"name", name}};
    if (presence == Optional) {
        field["type"] = json::array{"null", std::move(type)};
        field["default"] = nullptr;
    } else {
        field["type"] = std::move(type);
    }
    field["field-id"] = id;
    return field;
}

json::object record(std::string_view name, json::array fields) {
    return {{"type", "record"}, {"name", name}, {"fields", std::move(fields)}};
}

json::object list(int32_t element_id, json::value items) {
    return {{"type", "array"}, {"items", std::move(items)}, {"element-id", element_id}};
}

// Avro's own maps have text as keys, so those by field id are arrays of pairs.
json::object map_by_id(int32_t key_id, int32_t value_id, std::string_view value_type) {
    return {{"type", "array"},
            {"items", record(fmt::format("k{}_v{}", key_id, value_id),
                             {field(key_id, "key", "int", Required),
                              field(value_id, "value", json::string(value_type), Required)})},
            {"logicalType", "map"}};
}

// The types of partition fields. Avro wants a named type to be defined once only.
class PartitionTypes {
public:
    json::value avro_type(const Field& field) {
        switch (field.type.kind) {
            case TypeKind::Boolean:
                return "boolean";
            case TypeKind::Int:
                return "int";
            case TypeKind::Long:
                return "long";
            case TypeKind::Float:
                return "float";
            case TypeKind::Double:
                return "double";
            case TypeKind::String:
                return "string";
            case TypeKind::Binary:
                return "bytes";
            case TypeKind::Date:
                return logical("int", "date");
            case TypeKind::Time:
                return logical("long", "time-micros");
            case TypeKind::Timestamp:
                return timestamp("timestamp-micros", false);
            case TypeKind::TimestampTz:
                return timestamp("timestamp-micros", true);
            case TypeKind::TimestampNs:
                return timestamp("timestamp-nanos", false);
            case TypeKind::TimestampTzNs:
                return timestamp("timestamp-nanos", true);
            case TypeKind::Uuid:
                return fixed("uuid_fixed", 16, {{"logicalType", "uuid"}});
            case TypeKind::Fixed:
                return fixed(fmt::format("fixed_{}", field.type.length), field.type.length, {});
            case TypeKind::Decimal: {
                const Type& type = field.type;
                return fixed(fmt::format("decimal_{}_{}", type.precision, type.scale),
                             decimal_bytes(type.precision),
                             {{"logicalType", "decimal"},
                              {"precision", type.precision},
                              {"scale", type.scale}});
            }
            default:
                throw Error(ErrorCode::InvalidInput, "partition field '{}': a {} cannot be written",
                            field.name, to_text(field.type));
        }
    }

private:
    static json::value logical(std::string_view type, std::string_view logical_type) {
        return json::object{{"type", type}, {"logicalType", logical_type}};
    }

    static json::value timestamp(std::string_view logical_type, bool is_utc) {
        return json::object{
            {"type", "long"}, {"logicalType", logical_type}, {"adjust-to-utc", is_utc}};
    }

    json::value fixed(std::string name, int64_t size, json::object more) {
        if (!defined_.insert(name).second) return json::string(name);
        json::object type{{"type", "fixed"}, {"name", name}, {"size", size}};
        for (auto& member : more) type.insert(std::move(member));
        return type;
    }

    std::set<std::string> defined_;
};

json::object partition_record(const Type& partition) {
    PartitionTypes types;
    json::array fields;
    for (const Field& column : partition.fields) {
        std::string name = avro_name(column.name);
        json::object described = field(column.id, name, types.avro_type(column), Optional);
        if (name != column.name) described["iceberg-field-name"] = column.name;
        fields.push_back(std::move(described));
    }
    return record("r102", std::move(fields));
}

json::object data_file_record(int version, const Type& partition) {
    using namespace manifest_field;
    json::array fields;
    if (version >= 2) fields.push_back(field(Content, "content", "int", Required));
    fields.push_back(field(Path, "file_path", "string", Required));
    fields.push_back(field(Format, "file_format", "string", Required));
    fields.push_back(field(Partition, "partition", partition_record(partition), Required));
    fields.push_back(field(RecordCount, "record_count", "long", Required));
    fields.push_back(field(FileBytes, "file_size_in_bytes", "long", Required));
    if (version == 1) fields.push_back(field(BlockBytes, "block_size_in_bytes", "long", Required));
    fields.push_back(field(ColumnBytes, "column_sizes", map_by_id(117, 118, "long"), Optional));
    fields.push_back(field(ValueCounts, "value_counts", map_by_id(119, 120, "long"), Optional));
    fields.push_back(field(NullCounts, "null_value_counts", map_by_id(121, 122, "long"), Optional));
    fields.push_back(field(NanCounts, "nan_value_counts", map_by_id(138, 139, "long"), Optional));
    fields.push_back(field(LowerBounds, "lower_bounds", map_by_id(126, 127, "bytes"), Optional));
    fields.push_back(field(UpperBounds, "upper_bounds", map_by_id(129, 130, "bytes"), Optional));
    fields.push_back(field(KeyMetadata, "key_metadata", "bytes", Optional));
    fields.push_back(field(SplitOffsets, "split_offsets", list(133, "long"), Optional));
    if (version >= 2) {
        fields.push_back(field(EqualityIds, "equality_ids", list(136, "int"), Optional));
    }
    fields.push_back(field(SortOrderId, "sort_order_id", "int", Optional));
    if (version >= 3) fields.push_back(field(FirstRowId, "first_row_id", "long", Optional));
    if (version >= 2) {
        fields.push_back(field(ReferencedDataFile, "referenced_data_file", "string", Optional));
    }
    if (version >= 3) {
        fields.push_back(field(ContentOffset, "content_offset", "long", Optional));
        fields.push_back(field(ContentBytes, "content_size_in_bytes", "long", Optional));
    }
    return record("r2", std::move(fields));
}

json::object partition_summary_record() {
    using namespace manifest_list_field;
    return record("r508", {field(ContainsNull, "contains_null", "boolean", Required),
                           field(ContainsNan, "contains_nan", "boolean", Optional),
                           field(LowerBound, "lower_bound", "bytes", Optional),
                           field(UpperBound, "upper_bound", "bytes", Optional)});
}

// A character of UTF-16, as Java counts them, spelled out.
std::string spelled_out(char32_t unit) {
    return fmt::format("_x{:X}", static_cast<uint32_t>(unit));
}

bool is_letter(char32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char32_t c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::string manifest_schema(int format_version, const Type& partition) {
    using namespace manifest_field;
    json::array fields{
        field(Status, "status", "int", Required),
        field(EntrySnapshotId, "snapshot_id", "long", format_version == 1 ? Required : Optional)};
    if (format_version >= 2) {
        fields.push_back(field(SequenceNumber, "sequence_number", "long", Optional));
        fields.push_back(field(FileSequenceNumber, "file_sequence_number", "long", Optional));
    }
    fields.push_back(
        field(File, "data_file", data_file_record(format_version, partition), Required));
    return json::serialize(record("manifest_entry", std::move(fields)));
}

std::string manifest_list_schema(int format_version) {
    using namespace manifest_list_field;
    Presence counted = format_version == 1 ? Optional : Required;
    json::array fields{field(Path, "manifest_path", "string", Required),
                       field(Length, "manifest_length", "long", Required),
                       field(SpecId, "partition_spec_id", "int", Required)};
    if (format_version >= 2) {
        fields.push_back(field(Content, "content", "int", Required));
        fields.push_back(field(SequenceNumber, "sequence_number", "long", Required));
        fields.push_back(field(MinSequenceNumber, "min_sequence_number", "long", Required));
    }
    fields.push_back(field(AddedSnapshotId, "added_snapshot_id", "long", Required));
    fields.push_back(field(AddedFiles, "added_files_count", "int", counted));
    fields.push_back(field(ExistingFiles, "existing_files_count", "int", counted));
    fields.push_back(field(DeletedFiles, "deleted_files_count", "int", counted));
    fields.push_back(field(AddedRows, "added_rows_count", "long", counted));
    fields.push_back(field(ExistingRows, "existing_rows_count", "long", counted));
    fields.push_back(field(DeletedRows, "deleted_rows_count", "long", counted));
    fields.push_back(
        field(Partitions, "partitions", list(508, partition_summary_record()), Optional));
    fields.push_back(field(KeyMetadata, "key_metadata", "bytes", Optional));
    if (format_version >= 3) fields.push_back(field(FirstRowId, "first_row_id", "long", Optional));
    return json::serialize(record("manifest_file", std::move(fields)));
}

std::string avro_name(std::string_view name) {
    std::string spelled;
    for (size_t position = 0; position < name.size();) {
        bool is_first = position == 0;
        auto taken = take_code_point(name, position);
        if (!taken) throw Error(ErrorCode::InvalidInput, "the name '{}' is no UTF-8", name);
        char32_t character = *taken;
        if (is_letter(character) || (is_digit(character) && !is_first)) {
            spelled += static_cast<char>(character);
        } else if (is_digit(character)) {
            spelled += '_';
            spelled += static_cast<char>(character);
        } else if (character > 0xFFFF) {
            spelled += spelled_out(0xD800 + ((character - 0x10000) >> 10));
            spelled += spelled_out(0xDC00 + ((character - 0x10000) & 0x3FF));
        } else {
            spelled += spelled_out(character);
        }
    }
    return spelled;
}

}  // namespace tarn::iceberg
