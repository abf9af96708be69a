// An Avro schema as Iceberg uses them: the text is kept exactly as it was given, because it carries
// field ids and names that readers insist on, and the tree says how to read and write the values.
// What Arrow has no place for is refused by name: unions of more than null and one type, and types
// that contain themselves.
#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::columns {

struct AvroField;

struct AvroType {
    enum class Kind {
        Boolean,
        Int,
        Long,
        Float,
        Double,
        Bytes,
        String,
        Enum,
        Fixed,
        Record,
        Array,  // items in children[0]
        // Children are the key and the value. Avro's own map, whose keys are text, and an array of
        // such records with logicalType "map" are the same bytes.
        Map,
    };
    enum class Logical {
        None,
        Decimal,
        Date,
        TimeMillis,
        TimeMicros,
        TimestampMillis,
        TimestampMicros,
        TimestampNanos,
        Uuid,
    };

    Kind kind;
    Logical logical = Logical::None;
    bool is_utc = true;  // of timestamps: instants, rather than what a clock on the wall shows
    int precision = 0;   // of decimals
    int scale = 0;
    size_t fixed_bytes = 0;
    std::vector<std::string> symbols;
    std::vector<AvroField> children;
    // How many nodes the tree has, and the fewest bytes a value can take.
    size_t node_count = 1;
    size_t bytes_min = 0;

    // Among the fields of a record: by field id, or by name where one side has none. Null when
    // there is no such field.
    const AvroField* find(std::optional<int32_t> field_id, std::string_view name) const;
};

// A field of a record, the items of an array, the values of a map.
struct AvroField {
    std::string name;
    std::optional<int32_t> field_id;
    std::shared_ptr<const AvroType> type;
    // Whether the value is a union with null, and which branch null is.
    bool is_nullable = false;
    int null_branch = 0;

    size_t bytes_min() const { return is_nullable ? 1 : type->bytes_min; }
};

class AvroSchema {
public:
    // Throws Corrupt, with the reason. The outermost type must be a record, or a union of null and
    // one, as Flink has it in its files.
    static AvroSchema parse(std::string text);

    const std::string& text() const { return text_; }
    const AvroType& record() const { return *root_.type; }
    // The same as a field without a name: each row is one value of it.
    const AvroField& root() const { return root_; }

    // The columns that the values fit, with field ids in the metadata of the fields.
    std::shared_ptr<arrow::Schema> arrow_schema() const;

private:
    AvroSchema(std::string text, AvroField root) : text_(std::move(text)), root_(std::move(root)) {}

    std::string text_;
    AvroField root_;
};

std::shared_ptr<arrow::DataType> arrow_type_of(const AvroType& type);

// What one block may hold when it is unpacked, and one column of a batch: a byte in the file can
// stand for a long symbol, or for a null that takes a fixed number of bytes in Arrow.
inline constexpr size_t avro_block_bytes_max = 256 << 20;
inline constexpr int avro_depth_max = 64;
// With named types used many times over, a short text can mean a tree of any size.
inline constexpr size_t avro_nodes_max = 10'000;

}  // namespace tarn::columns
