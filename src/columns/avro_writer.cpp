#include "columns/avro_writer.hpp"

#include <arrow/array.h>
#include <arrow/util/decimal.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "columns/field_ids.hpp"

namespace tarn::columns {
namespace {

using Kind = AvroType::Kind;

void append_zigzag(std::string& out, int64_t value) {
    uint64_t rest = (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
    for (; rest >= 0x80; rest >>= 7) out.push_back(static_cast<char>(rest | 0x80));
    out.push_back(static_cast<char>(rest));
}

void append_sized(std::string& out, std::string_view bytes) {
    append_zigzag(out, static_cast<int64_t>(bytes.size()));
    out += bytes;
}

template <typename T>
void append_little_endian(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// Decimals as Iceberg wants them: big-endian two's complement.
std::string big_endian(const arrow::Decimal128& value) {
    auto bytes = value.ToBytes();
    std::reverse(bytes.begin(), bytes.end());
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// One field of the schema joined to the column it is written from.
class Encoder {
public:
    Encoder(const AvroField& field, std::shared_ptr<arrow::Array> column)
        : name_(field.name),
          type_(*field.type),
          is_nullable_(field.is_nullable),
          null_branch_(field.null_branch),
          column_(std::move(column)) {
        check_type();
        add_children();
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
                return add_fields(rows.struct_type()->fields(), rows.fields());
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

    void add_fields(const arrow::FieldVector& fields, const arrow::ArrayVector& columns);

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
                return append_sized(
                    out, is_decimal() ? std::string_view(decimal_at(row)) : text_at(row));
            case Kind::Fixed:
                return append_fixed(out, row);
            case Kind::Enum:
                return append_symbol(out, row);
            case Kind::Record:
                for (const Encoder& child : children_) child.append(out, row);
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
                for (const Encoder& child : children_) child.append(out, i);
            }
        }
        append_zigzag(out, 0);
    }

    std::string name_;
    const AvroType& type_;
    bool is_nullable_;
    int null_branch_;
    std::shared_ptr<arrow::Array> column_;
    std::vector<Encoder> children_;
};

std::vector<Encoder> encoders_of(const AvroType& record, const arrow::FieldVector& columns,
                                 const arrow::ArrayVector& arrays) {
    std::vector<Encoder> encoders;
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

void Encoder::add_fields(const arrow::FieldVector& fields, const arrow::ArrayVector& columns) {
    children_ = encoders_of(type_, fields, columns);
}

std::string deflated_raw(std::string_view data) {
    z_stream stream{};
    constexpr int raw_window_bits = -15;
    constexpr int memory_level = 8;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_window_bits, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        throw Error(ErrorCode::Internal, "zlib has no memory");
    }
    std::string out(deflateBound(&stream, data.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    int result = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    TARN_ASSERT(result == Z_STREAM_END);
    return out;
}

}  // namespace

AvroWriter::AvroWriter(AvroSchema schema, Random& random, AvroWriterOptions options)
    : schema_(std::move(schema)), options_(std::move(options)) {
    for (int i = 0; i < 2; ++i) append_little_endian(sync_, random.next());
    file_ = std::string("Obj\x01", 4);
    append_zigzag(file_, static_cast<int64_t>(options_.metadata.size()) + 2);
    append_sized(file_, "avro.schema");
    append_sized(file_, schema_.text());
    append_sized(file_, "avro.codec");
    append_sized(file_, options_.codec == AvroWriterOptions::Codec::Deflate ? "deflate" : "null");
    for (const auto& [key, value] : options_.metadata) {
        append_sized(file_, key);
        append_sized(file_, value);
    }
    append_zigzag(file_, 0);
    file_ += sync_;
}

void AvroWriter::append(const arrow::RecordBatch& batch) {
    auto encoders = encoders_of(schema_.record(), batch.schema()->fields(), batch.columns());
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
        for (const Encoder& encoder : encoders) encoder.append(block_, row);
        ++block_rows_;
        ++row_count_;
        if (block_.size() >= options_.block_bytes) close_block();
    }
}

void AvroWriter::close_block() {
    if (block_rows_ == 0) return;
    append_zigzag(file_, block_rows_);
    bool is_deflated = options_.codec == AvroWriterOptions::Codec::Deflate;
    append_sized(file_, is_deflated ? deflated_raw(block_) : block_);
    file_ += sync_;
    block_.clear();
    block_rows_ = 0;
}

Bytes AvroWriter::finish() {
    close_block();
    return copy_of(as_bytes(file_));
}

}  // namespace tarn::columns
