#include "columns/avro_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/field_ids.hpp"
#include "columns/time_units.hpp"

namespace tarn::columns {
namespace {

using Kind = AvroType::Kind;

// Items that take no bytes are bounded by nothing that arrived.
constexpr int64_t empty_items_max = 4096;

template <typename... Args>
[[noreturn]] void fail_corrupt(fmt::format_string<Args...> text, Args&&... args) {
    throw Error(ErrorCode::Corrupt, "avro: {}", fmt::format(text, std::forward<Args>(args)...));
}

bool is_32_bit(arrow::Type::type type) {
    return type == arrow::Type::INT32 || type == arrow::Type::DATE32 || type == arrow::Type::TIME32;
}

bool is_whole_number(arrow::Type::type type) {
    return is_32_bit(type) || type == arrow::Type::INT64 || type == arrow::Type::TIME64 ||
           type == arrow::Type::TIMESTAMP;
}

bool is_text(arrow::Type::type type) {
    return type == arrow::Type::STRING || type == arrow::Type::BINARY;
}

// Whether a value written as one type may be read into a column of the other.
bool can_be_read_as(const arrow::DataType& written, const arrow::DataType& wanted) {
    if (written.Equals(wanted)) return true;
    // Writers do not agree on how to mark a time zone; the number means the same.
    if (written.id() == arrow::Type::TIMESTAMP && wanted.id() == arrow::Type::TIMESTAMP)
        return true;
    bool is_plain_side = written.id() == arrow::Type::INT32 || written.id() == arrow::Type::INT64 ||
                         wanted.id() == arrow::Type::INT32 || wanted.id() == arrow::Type::INT64;
    if (is_plain_side && is_whole_number(written.id()) && is_whole_number(wanted.id())) return true;
    bool is_number = written.id() == arrow::Type::INT32 || written.id() == arrow::Type::INT64;
    if (is_number && arrow::is_floating(wanted.id())) return true;
    if (written.id() == arrow::Type::FLOAT && wanted.id() == arrow::Type::DOUBLE) return true;
    return is_text(written.id()) && is_text(wanted.id());
}

int64_t units_in(const arrow::DataType& timestamp) {
    return units_per_second(static_cast<const arrow::TimestampType&>(timestamp).unit());
}

}  // namespace

AvroFieldReader::AvroFieldReader(const AvroSchema& schema, StructBuilder& rows,
                                 const std::vector<int32_t>* map_keys)
    : name_("row"),
      type_(&schema.record()),
      can_be_null_(schema.root().is_nullable),
      null_branch_(schema.root().null_branch),
      builder_(&rows),
      map_keys_(map_keys) {
    target_ = arrow::Type::STRUCT;
    accepts_null_ = false;
    plan_children(rows.type().get());
}

AvroFieldReader::AvroFieldReader(const AvroField& written, const arrow::Field* wanted,
                                 ColumnBuilder* builder, const std::vector<int32_t>* map_keys)
    : name_(written.name),
      type_(written.type.get()),
      can_be_null_(written.is_nullable),
      null_branch_(written.null_branch),
      builder_(builder),
      map_keys_(map_keys) {
    if (wanted) {
        check_type(*wanted->type());
        plan_unit(*wanted->type());
        target_ = wanted->type()->id();
        accepts_null_ = wanted->nullable();
    }
    plan_children(wanted ? wanted->type().get() : nullptr);
}

void AvroFieldReader::check_type(const arrow::DataType& wanted) const {
    bool fits = false;
    switch (type_->kind) {
        case Kind::Record:
            fits = wanted.id() == arrow::Type::STRUCT;
            break;
        case Kind::Array:
            fits = wanted.id() == arrow::Type::LIST;
            break;
        case Kind::Map:
            fits = wanted.id() == arrow::Type::MAP;
            break;
        default:
            fits = can_be_read_as(*arrow_type_of(*type_), wanted);
            break;
    }
    if (!fits) {
        throw Error(ErrorCode::InvalidInput, "avro: field '{}' is written as {}, not as {}", name_,
                    arrow_type_of(*type_)->ToString(), wanted.ToString());
    }
}

void AvroFieldReader::plan_unit(const arrow::DataType& wanted) {
    if (type_->kind != Kind::Long || wanted.id() != arrow::Type::TIMESTAMP) return;
    auto written = arrow_type_of(*type_);
    if (written->id() != arrow::Type::TIMESTAMP) return;
    int64_t from = units_in(*written);
    int64_t to = units_in(wanted);
    multiplier_ = std::max<int64_t>(to / from, 1);
    divisor_ = std::max<int64_t>(from / to, 1);
}

// Finer digits than the wanted unit has are cut off, towards the past.
int64_t AvroFieldReader::in_wanted_unit(int64_t value) const {
    if (divisor_ > 1) return floor_divide(value, divisor_).whole;
    int64_t result = 0;
    if (__builtin_mul_overflow(value, multiplier_, &result)) {
        fail_corrupt("field '{}': the time {} does not fit 64 bits", name_, value);
    }
    return result;
}

void AvroFieldReader::plan_children(const arrow::DataType* wanted) {
    auto add = [this](size_t child, const arrow::Field* field, ColumnBuilder* builder) {
        children_.push_back(AvroFieldReader(type_->children[child], field, builder, map_keys_));
    };
    switch (type_->kind) {
        case Kind::Record:
            return plan_record(wanted);
        case Kind::Array: {
            auto* list = static_cast<ListBuilder*>(builder_);
            return add(0, wanted ? wanted->field(0).get() : nullptr,
                       list ? &list->elements() : nullptr);
        }
        case Kind::Map: {
            const auto* map = static_cast<const arrow::MapType*>(wanted);
            auto* list = static_cast<ListBuilder*>(builder_);
            auto* entries = list ? static_cast<StructBuilder*>(&list->elements()) : nullptr;
            add(0, map ? map->key_field().get() : nullptr, entries ? &entries->child(0) : nullptr);
            return add(1, map ? map->item_field().get() : nullptr,
                       entries ? &entries->child(1) : nullptr);
        }
        default:
            return;
    }
}

void AvroFieldReader::plan_record(const arrow::DataType* wanted) {
    std::vector<int> column_of(type_->children.size(), -1);
    auto* row = static_cast<StructBuilder*>(builder_);
    for (int i = 0; wanted && i < wanted->num_fields(); ++i) {
        const arrow::Field& column = *wanted->field(i);
        const AvroField* written = type_->find(field_id_of(column), column.name());
        if (written) {
            int& taken_by = column_of[written - type_->children.data()];
            if (taken_by >= 0) {
                throw Error(ErrorCode::InvalidInput, "avro: field '{}' is wanted twice",
                            written->name);
            }
            taken_by = i;
        } else if (column.nullable()) {
            absent_.push_back(&row->child(i));
        } else {
            throw Error(ErrorCode::InvalidInput, "avro: the file has no field '{}'", column.name());
        }
    }
    for (size_t child = 0; child < type_->children.size(); ++child) {
        int column = column_of[child];
        bool is_wanted = column >= 0;
        children_.push_back(AvroFieldReader(type_->children[child],
                                            is_wanted ? wanted->field(column).get() : nullptr,
                                            is_wanted ? &row->child(column) : nullptr, map_keys_));
    }
}

void AvroFieldReader::read(ByteReader& in) {
    if (can_be_null_) {
        int64_t branch = in.take_zigzag();
        if (branch != 0 && branch != 1) fail_corrupt("field '{}' has no branch {}", name_, branch);
        if (branch == null_branch_) return append_null();
    }
    return builder_ ? read_value(in) : skip_value(in);
}

void AvroFieldReader::skip(ByteReader& in) {
    if (can_be_null_) {
        int64_t branch = in.take_zigzag();
        if (branch != 0 && branch != 1) fail_corrupt("field '{}' has no branch {}", name_, branch);
        if (branch == null_branch_) return;
    }
    skip_value(in);
}

void AvroFieldReader::append_null() {
    if (!builder_) return;
    if (!accepts_null_) fail_corrupt("field '{}' must not be null", name_);
    builder_->append_null();
    if (target_ == arrow::Type::FIXED_SIZE_BINARY) check_size();
}

void AvroFieldReader::check_size() const {
    if (builder_->data_bytes() > avro_block_bytes_max) {
        throw Error(ErrorCode::TooLarge, "avro: field '{}' takes more than {} bytes", name_,
                    avro_block_bytes_max);
    }
}

void AvroFieldReader::read_value(ByteReader& in) {
    switch (type_->kind) {
        case Kind::Boolean: {
            uint8_t byte = in.take_byte();
            if (byte > 1) fail_corrupt("field '{}': {} is no boolean", name_, byte);
            return static_cast<BoolBuilder&>(*builder_).append(byte);
        }
        case Kind::Int:
        case Kind::Long:
            return read_integer(in);
        case Kind::Float: {
            auto value = in.take_little_endian<float>();
            if (target_ == arrow::Type::FLOAT) {
                return static_cast<FixedBuilder<float>&>(*builder_).append(value);
            }
            return static_cast<FixedBuilder<double>&>(*builder_).append(value);
        }
        case Kind::Double:
            return static_cast<FixedBuilder<double>&>(*builder_).append(
                in.take_little_endian<double>());
        case Kind::String:
        case Kind::Bytes:
            return read_bytes(in.take(in.take_zigzag()));
        case Kind::Fixed:
            return read_bytes(in.take(type_->fixed_bytes));
        case Kind::Enum: {
            auto symbol = static_cast<uint64_t>(in.take_zigzag());
            if (symbol >= type_->symbols.size()) fail_corrupt("field '{}': unknown symbol", name_);
            static_cast<TextBuilder&>(*builder_).append(type_->symbols[symbol]);
            return check_size();
        }
        case Kind::Record:
            return read_record(in);
        case Kind::Array:
            read_blocks(in, [&] { children_[0].read(in); });
            return static_cast<ListBuilder&>(*builder_).close_row();
        case Kind::Map: {
            auto& list = static_cast<ListBuilder&>(*builder_);
            auto& entries = static_cast<StructBuilder&>(list.elements());
            if (map_keys_ && is_keyed_by_int()) {
                read_blocks(in, [&] { read_entry_if_wanted(in, entries); });
            } else {
                read_blocks(in, [&] {
                    for (AvroFieldReader& child : children_) child.read(in);
                    entries.append_valid();
                });
            }
            return list.close_row();
        }
    }
}

void AvroFieldReader::read_integer(ByteReader& in) {
    int64_t value = in.take_zigzag();
    bool must_fit = type_->kind == Kind::Int || is_32_bit(target_);
    if (must_fit && static_cast<int32_t>(value) != value) {
        fail_corrupt("field '{}': {} does not fit 32 bits", name_, value);
    }
    if (is_32_bit(target_)) {
        return static_cast<FixedBuilder<int32_t>&>(*builder_).append(static_cast<int32_t>(value));
    }
    if (target_ == arrow::Type::FLOAT) {
        return static_cast<FixedBuilder<float>&>(*builder_).append(static_cast<float>(value));
    }
    if (target_ == arrow::Type::DOUBLE) {
        return static_cast<FixedBuilder<double>&>(*builder_).append(static_cast<double>(value));
    }
    static_cast<FixedBuilder<int64_t>&>(*builder_).append(in_wanted_unit(value));
}

void AvroFieldReader::read_bytes(BytesView bytes) {
    switch (target_) {
        case arrow::Type::DECIMAL128: {
            if (bytes.size() > 16) {
                fail_corrupt("field '{}': a decimal of {} bytes", name_, bytes.size());
            }
            // No bytes at all is how some write zero.
            arrow::Decimal128 decimal;
            if (!bytes.empty()) {
                decimal = or_throw(
                    arrow::Decimal128::FromBigEndian(reinterpret_cast<const uint8_t*>(bytes.data()),
                                                     static_cast<int32_t>(bytes.size())));
            }
            if (!decimal.FitsInPrecision(type_->precision)) {
                fail_corrupt("field '{}': a decimal of more than {} digits", name_,
                             type_->precision);
            }
            return static_cast<FixedBuilder<arrow::Decimal128>&>(*builder_).append(decimal);
        }
        case arrow::Type::FIXED_SIZE_BINARY:
            return static_cast<FixedBytesBuilder&>(*builder_).append(as_text(bytes));
        default:
            return static_cast<TextBuilder&>(*builder_).append(as_text(bytes));
    }
}

void AvroFieldReader::read_record(ByteReader& in) {
    for (AvroFieldReader& child : children_) child.read(in);
    for (ColumnBuilder* column : absent_) column->append_null();
    static_cast<StructBuilder&>(*builder_).append_valid();
}

bool AvroFieldReader::is_keyed_by_int() const {
    const AvroField& key = type_->children[0];
    return key.type->kind == Kind::Int && !key.is_nullable &&
           children_[0].target_ == arrow::Type::INT32;
}

void AvroFieldReader::read_entry_if_wanted(ByteReader& in, StructBuilder& entries) {
    ByteReader before = in;
    int64_t key = in.take_zigzag();
    if (!std::ranges::binary_search(*map_keys_, key)) return children_[1].skip(in);
    in = before;
    for (AvroFieldReader& child : children_) child.read(in);
    entries.append_valid();
}

template <typename ReadItem>
void AvroFieldReader::read_blocks(ByteReader& in, const ReadItem& read_item) {
    each_block(in, [&](int64_t count) {
        for (; count > 0; --count) read_item();
    });
}

template <typename ReadItems>
void AvroFieldReader::each_block(ByteReader& in, const ReadItems& read_items) {
    size_t item_bytes_min = 0;
    for (const AvroField& child : type_->children) item_bytes_min += child.bytes_min();
    int64_t empty_items = 0;
    while (int64_t count = in.take_zigzag()) {
        // A negative count is followed by the size of the block, for those who skip it.
        if (count < 0) {
            in.take_zigzag();
            if (count == INT64_MIN) fail_corrupt("field '{}': a count of {}", name_, count);
            count = -count;
        }
        if (item_bytes_min == 0) {
            empty_items += std::min(count, empty_items_max + 1);
            if (empty_items > empty_items_max)
                fail_corrupt("field '{}': too many empty items", name_);
        } else if (static_cast<uint64_t>(count) > in.remaining() / item_bytes_min) {
            fail_corrupt("field '{}': {} items in {} bytes", name_, count, in.remaining());
        }
        read_items(count);
    }
}

bool AvroFieldReader::is_variable_number() const {
    return !can_be_null_ && (type_->kind == Kind::Int || type_->kind == Kind::Long);
}

// Most of a manifest is maps of metrics, and most plans want few of them.
void AvroFieldReader::skip_blocks(ByteReader& in) {
    bool are_numbers = std::ranges::all_of(children_, &AvroFieldReader::is_variable_number);
    each_block(in, [&](int64_t count) {
        if (are_numbers) return in.skip_variable(static_cast<uint64_t>(count) * children_.size());
        for (; count > 0; --count) {
            for (AvroFieldReader& child : children_) child.skip(in);
        }
    });
}

void AvroFieldReader::skip_value(ByteReader& in) {
    switch (type_->kind) {
        case Kind::Boolean:
            in.take_byte();
            return;
        case Kind::Int:
        case Kind::Long:
        case Kind::Enum:
            return in.skip_variable(1);
        case Kind::Float:
            in.take(4);
            return;
        case Kind::Double:
            in.take(8);
            return;
        case Kind::String:
        case Kind::Bytes:
            in.take(in.take_zigzag());
            return;
        case Kind::Fixed:
            in.take(type_->fixed_bytes);
            return;
        case Kind::Record:
            for (AvroFieldReader& child : children_) child.skip(in);
            return;
        case Kind::Array:
        case Kind::Map:
            return skip_blocks(in);
    }
}

}  // namespace tarn::columns
