#include "columns/avro_encoder.hpp"

#include <arrow/array.h>
#include <arrow/util/decimal.h>

#include <algorithm>

#include "base/error.hpp"
#include "columns/avro_bytes.hpp"
#include "columns/field_ids.hpp"

namespace tarn::columns {
namespace {

using Kind = AvroType::Kind;

// Decimals as Iceberg wants them: big-endian two's complement.
std::string big_endian(const arrow::Decimal128& value) {
    auto bytes = value.ToBytes();
    std::reverse(bytes.begin(), bytes.end());
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Without the bytes in front that only repeat the sign.
std::string_view shortened(std::string_view number) {
    auto is_negative = [&](size_t place) { return static_cast<int8_t>(number[place]) < 0; };
    size_t idle = 0;
    while (idle + 1 < number.size()) {
        char sign = is_negative(idle + 1) ? '\xFF' : '\0';
        if (number[idle] != sign) break;
        ++idle;
    }
    return number.substr(idle);
}

}  // namespace

// One field of the schema joined to the column it is written from.
class AvroEncoder::ValueEncoder {
public:
    ValueEncoder(const AvroField& field, std::shared_ptr<arrow::Array> column)
        : name_(field.name),
          type_(*field.type),
          is_nullable_(field.is_nullable),
          null_branch_(field.null_branch),
          column_(std::move(column)) {
        check_type();
        add_children();
    }

    // Those of a record's fields.
    static std::vector<ValueEncoder> of(const AvroType& record, const arrow::FieldVector& columns,
                                        const arrow::ArrayVector& arrays) {
        std::vector<ValueEncoder> encoders;
        for (const AvroField& field : record.children) {
            auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& column) {
                auto id = field_id_of(*column);
                bool both_have_ids = id && field.field_id;
                return both_have_ids ? *id == *field.field_id : field.name == column->name();
            });
            if (found == columns.end()) {
                throw Error(ErrorCode::InvalidInput, "avro: no column for field '{}'", field.name);
            }
            encoders.emplace_back(field, arrays[found - columns.begin()]);
        }
        return encoders;
    }

    void append(std::string& out, int64_t row) const {
        bool is_null = column_->IsNull(row);
        if (is_nullable_) append_zigzag(out, is_null ? null_branch_ : 1 - null_branch_);
        if (!is_null) return append_value(out, row);
        if (!is_nullable_) {
            throw Error(ErrorCode::InvalidInput, "avro: field '{}' is null in row {} but required",
                        name_, row);
        }
    }

private:
    void check_type() const {
        arrow::Type::type id = column_->type_id();
        bool fits = false;
        switch (type_.kind) {
            case Kind::Record:
                fits = id == arrow::Type::STRUCT;
                break;
            case Kind::Array:
                fits = id == arrow::Type::LIST;
                break;
            case Kind::Map:
                fits = id == arrow::Type::MAP;
                break;
            default:
                fits = column_->type()->Equals(arrow_type_of(type_));
                break;
        }
        if (!fits) {
            throw Error(ErrorCode::InvalidInput, "avro: field '{}' is a {}, not a {}", name_,
                        arrow_type_of(type_)->ToString(), column_->type()->ToString());
        }
    }

    void add_children() {
        switch (type_.kind) {
            case Kind::Record: {
                const auto& rows = static_cast<const arrow::StructArray&>(*column_);
                children_ = of(type_, rows.struct_type()->fields(), rows.fields());
                return;
            }
            case Kind::Array:
                children_.emplace_back(type_.children[0],
                                       static_cast<const arrow::ListArray&>(*column_).values());
                return;
            case Kind::Map: {
                const auto& map = static_cast<const arrow::MapArray&>(*column_);
                children_.emplace_back(type_.children[0], map.keys());
                children_.emplace_back(type_.children[1], map.items());
                return;
            }
            default:
                return;
        }
    }

    void append_value(std::string& out, int64_t row) const {
        switch (type_.kind) {
            case Kind::Boolean:
                out.push_back(static_cast<const arrow::BooleanArray&>(*column_).Value(row) ? 1 : 0);
                return;
            case Kind::Int:
                return append_zigzag(out, number_at<int32_t>(row));
            case Kind::Long:
                return append_zigzag(out, number_at<int64_t>(row));
            case Kind::Float:
                return append_little_endian(out, number_at<float>(row));
            case Kind::Double:
                return append_little_endian(out, number_at<double>(row));
            case Kind::String:
                return append_sized(out, text_at(row));
            case Kind::Bytes:
                return append_sized(out, is_decimal() ? shortened(decimal_at(row)) : text_at(row));
            case Kind::Fixed:
                return append_fixed(out, row);
            case Kind::Enum:
                return append_symbol(out, row);
            case Kind::Record:
                for (const ValueEncoder& child : children_) child.append(out, row);
                return;
            case Kind::Array:
            case Kind::Map:
                return append_items(out, row);
        }
    }

    bool is_decimal() const { return type_.logical == AvroType::Logical::Decimal; }

    // Dates, times and timestamps are numbers here.
    template <typename T>
    T number_at(int64_t row) const {
        return column_->data()->GetValues<T>(1)[row];
    }

    std::string_view text_at(int64_t row) const {
        return static_cast<const arrow::BinaryArray&>(*column_).GetView(row);
    }

    std::string decimal_at(int64_t row) const {
        const auto& decimals = static_cast<const arrow::Decimal128Array&>(*column_);
        return big_endian(arrow::Decimal128(decimals.GetValue(row)));
    }

    void append_fixed(std::string& out, int64_t row) const {
        if (!is_decimal()) {
            out += static_cast<const arrow::FixedSizeBinaryArray&>(*column_).GetView(row);
            return;
        }
        // The bytes left out only repeat the sign when the schema's size suits its precision.
        std::string bytes = decimal_at(row);
        size_t excess = bytes.size() - type_.fixed_bytes;
        char sign = static_cast<int8_t>(bytes[excess]) < 0 ? '\xFF' : '\0';
        if (bytes.find_first_not_of(sign) < excess) {
            throw Error(ErrorCode::InvalidInput, "avro: field '{}' does not fit {} bytes in row {}",
                        name_, type_.fixed_bytes, row);
        }
        out += std::string_view(bytes).substr(excess);
    }

    void append_symbol(std::string& out, int64_t row) const {
        auto found = std::find(type_.symbols.begin(), type_.symbols.end(), text_at(row));
        if (found == type_.symbols.end()) {
            throw Error(ErrorCode::InvalidInput, "avro: '{}' is no symbol of field '{}'",
                        text_at(row), name_);
        }
        append_zigzag(out, found - type_.symbols.begin());
    }

    void append_items(std::string& out, int64_t row) const {
        const auto& lists = static_cast<const arrow::ListArray&>(*column_);
        int64_t begin = lists.value_offset(row);
        int64_t count = lists.value_length(row);
        if (count > 0) {
            append_zigzag(out, count);
            for (int64_t i = begin; i < begin + count; ++i) {
                for (const ValueEncoder& child : children_) child.append(out, i);
            }
        }
        append_zigzag(out, 0);
    }

    std::string name_;
    const AvroType& type_;
    bool is_nullable_;
    int null_branch_;
    std::shared_ptr<arrow::Array> column_;
    std::vector<ValueEncoder> children_;
};

AvroEncoder::AvroEncoder(const AvroSchema& schema, const arrow::RecordBatch& batch)
    : fields_(ValueEncoder::of(schema.record(), batch.schema()->fields(), batch.columns())) {
    if (schema.root().is_nullable) append_zigzag(head_, 1 - schema.root().null_branch);
}

AvroEncoder::~AvroEncoder() = default;

void AvroEncoder::append(std::string& out, int64_t row) const {
    out += head_;
    for (const ValueEncoder& field : fields_) field.append(out, row);
}

}  // namespace tarn::columns
