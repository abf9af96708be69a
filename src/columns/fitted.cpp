#include "columns/fitted.hpp"

#include <arrow/array/util.h>
#include <arrow/buffer_builder.h>
#include <arrow/compute/cast.h>
#include <arrow/extension_type.h>
#include <arrow/util/bit_util.h>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/time_units.hpp"

namespace tarn::columns {
namespace {

using Id = arrow::Type;

bool is_text_form(Id::type id) {
    return id == Id::STRING || id == Id::LARGE_STRING || id == Id::STRING_VIEW ||
           id == Id::BINARY || id == Id::LARGE_BINARY || id == Id::BINARY_VIEW ||
           id == Id::FIXED_SIZE_BINARY;
}

bool is_list_form(Id::type id) {
    return id == Id::LIST || id == Id::LARGE_LIST;
}

// A map as Parquet has it when nothing says that it is one: a row of one list of keys and values.
bool is_plain_map(const arrow::DataType& type) {
    if (type.id() != Id::STRUCT || type.num_fields() != 1) return false;
    const arrow::DataType& list = *type.field(0)->type();
    return list.id() == Id::LIST && list.field(0)->type()->id() == Id::STRUCT &&
           list.field(0)->type()->num_fields() == 2;
}

// Into a narrower type only those values fit that are small enough.
bool fits_number(const arrow::DataType& written, const arrow::DataType& wanted) {
    if (arrow::is_signed_integer(wanted.id())) return arrow::is_integer(written.id());
    return wanted.id() == Id::DOUBLE && written.id() == Id::FLOAT;
}

bool fits_decimal(const arrow::DataType& written, const arrow::DataType& wanted) {
    const auto& from = static_cast<const arrow::DecimalType&>(written);
    const auto& to = static_cast<const arrow::DecimalType&>(wanted);
    return from.scale() <= to.scale() &&
           from.precision() - from.scale() <= to.precision() - to.scale();
}

bool is_fitting_leaf(const arrow::DataType& written, const arrow::DataType& wanted) {
    if (written.Equals(wanted)) return true;
    if (written.id() == Id::DICTIONARY) {
        return is_fitting_leaf(*static_cast<const arrow::DictionaryType&>(written).value_type(),
                               wanted);
    }
    if (written.id() == Id::EXTENSION) {
        return is_fitting_leaf(*static_cast<const arrow::ExtensionType&>(written).storage_type(),
                               wanted);
    }
    if (wanted.id() == Id::STRING || wanted.id() == Id::BINARY) return is_text_form(written.id());
    if (wanted.id() == Id::TIME32) {
        return written.id() == Id::TIME32 || written.id() == Id::TIME64;
    }
    if (wanted.id() == Id::TIMESTAMP) return written.id() == Id::TIMESTAMP;
    if (wanted.id() == Id::DECIMAL128) {
        return arrow::is_decimal(written.id()) && fits_decimal(written, wanted);
    }
    return fits_number(written, wanted);
}

// Which zone a file names makes no difference to its numbers, only the unit does.
std::shared_ptr<arrow::Array> instants(const arrow::Array& column,
                                       const std::shared_ptr<arrow::DataType>& wanted) {
    auto unit_of = [](const arrow::DataType& type) {
        return units_per_second(static_cast<const arrow::TimestampType&>(type).unit());
    };
    int64_t from = unit_of(*column.type());
    int64_t to = unit_of(*wanted);
    auto data = column.data()->Copy();
    data->type = wanted;
    if (from == to) return arrow::MakeArray(data);
    int64_t begin = column.offset();
    int64_t end = begin + column.length();
    auto buffer = or_throw(arrow::AllocateBuffer(end * static_cast<int64_t>(sizeof(int64_t))));
    auto* made = reinterpret_cast<int64_t*>(buffer->mutable_data());
    const auto* values = column.data()->GetValues<int64_t>(1, 0);
    for (int64_t i = begin; i < end; ++i) {
        if (from > to) {
            made[i] = floor_divide(values[i], from / to).whole;
        } else if (__builtin_mul_overflow(values[i], to / from, &made[i]) &&
                   column.IsValid(i - begin)) {
            throw Error(ErrorCode::Corrupt, "the time {} does not fit {}", values[i],
                        wanted->ToString());
        }
    }
    data->buffers[1] = std::move(buffer);
    return arrow::MakeArray(data);
}

std::shared_ptr<arrow::Array> cast(const arrow::Array& column,
                                   const std::shared_ptr<arrow::DataType>& wanted) {
    arrow::compute::CastOptions options;
    options.allow_time_truncate = true;
    auto done = arrow::compute::Cast(column, wanted, options);
    if (!done.ok()) throw Error(ErrorCode::Corrupt, "{}", done.status().message());
    return *std::move(done);
}

// A bit for each row; null when all have a value.
std::shared_ptr<arrow::Buffer> validity_of(const arrow::Array& rows) {
    if (rows.null_count() == 0) return nullptr;
    std::shared_ptr<arrow::Buffer> valid = or_throw(arrow::AllocateEmptyBitmap(rows.length()));
    for (int64_t row = 0; row < rows.length(); ++row) {
        if (rows.IsValid(row)) arrow::bit_util::SetBit(valid->mutable_data(), row);
    }
    return valid;
}

std::shared_ptr<arrow::Array> rows_as(const arrow::StructArray& rows,
                                      const std::shared_ptr<arrow::DataType>& wanted) {
    arrow::ArrayVector children;
    for (const auto& field : wanted->fields()) {
        auto child = rows.GetFieldByName(field->name());
        children.push_back(child ? fitted(child, field->type())
                                 : or_throw(arrow::MakeArrayOfNull(field->type(), rows.length())));
    }
    return std::make_shared<arrow::StructArray>(wanted, rows.length(), std::move(children),
                                                validity_of(rows));
}

// Lists and maps: the same places in other items.
std::shared_ptr<arrow::Array> with_items(const arrow::Array& column,
                                         std::shared_ptr<arrow::DataType> wanted) {
    auto items = arrow::MakeArray(column.data()->child_data[0]);
    auto data = column.data()->Copy();
    data->child_data = {fitted(items, wanted->field(0)->type())->data()};
    data->type = std::move(wanted);
    return arrow::MakeArray(data);
}

std::shared_ptr<arrow::Array> with_entries(const arrow::MapArray& column,
                                           const std::shared_ptr<arrow::DataType>& wanted) {
    const auto& map = static_cast<const arrow::MapType&>(*wanted);
    auto entries = std::make_shared<arrow::StructArray>(
        map.value_type(), column.keys()->length(),
        arrow::ArrayVector{fitted(column.keys(), map.key_type()),
                           fitted(column.items(), map.item_type())});
    auto data = column.data()->Copy();
    data->child_data = {entries->data()};
    data->type = wanted;
    return arrow::MakeArray(data);
}

std::shared_ptr<arrow::Array> map_of(const arrow::StructArray& rows,
                                     const std::shared_ptr<arrow::DataType>& wanted) {
    auto column = rows.field(0);
    const auto& lists = static_cast<const arrow::ListArray&>(*column);
    const auto& entries = static_cast<const arrow::StructArray&>(*lists.values());
    const auto& map = static_cast<const arrow::MapType&>(*wanted);
    if (entries.field(0)->null_count() > 0) {
        throw Error(ErrorCode::Corrupt, "a key of a map is NULL");
    }
    arrow::TypedBufferBuilder<int32_t> offsets;
    for (int64_t row = 0; row <= rows.length(); ++row) {
        or_throw(offsets.Append(lists.value_offset(row)));
    }
    return std::make_shared<arrow::MapArray>(
        wanted, rows.length(), or_throw(offsets.Finish()), fitted(entries.field(0), map.key_type()),
        fitted(entries.field(1), map.item_type()), validity_of(rows));
}

void check_named(const arrow::DataType& written, const arrow::Field& wanted,
                 const std::string& path) {
    auto refuse = [&] {
        throw Error(ErrorCode::InvalidInput, "column '{}' is written as {}, not as {}", path,
                    written.ToString(), wanted.type()->ToString());
    };
    const arrow::DataType& type = *wanted.type();
    if (type.id() == Id::STRUCT) {
        if (written.id() != Id::STRUCT) refuse();
        for (const auto& field : type.fields()) {
            std::string below = path + "." + field->name();
            auto child =
                static_cast<const arrow::StructType&>(written).GetFieldByName(field->name());
            if (child) {
                check_named(*child->type(), *field, below);
            } else if (!field->nullable()) {
                throw Error(ErrorCode::InvalidInput, "there is no column '{}'", below);
            }
        }
    } else if (type.id() == Id::MAP) {
        if (written.id() != Id::MAP && !is_plain_map(written)) refuse();
        const arrow::DataType& list = written.id() == Id::MAP ? written : *written.field(0)->type();
        const arrow::DataType& entries = *list.field(0)->type();
        const auto& to = static_cast<const arrow::MapType&>(type);
        check_named(*entries.field(0)->type(), *to.key_field(), path + ".key");
        check_named(*entries.field(1)->type(), *to.item_field(), path + ".value");
    } else if (type.id() == Id::LIST) {
        if (!is_list_form(written.id())) refuse();
        check_named(*written.field(0)->type(), *type.field(0), path + ".element");
    } else if (!is_fitting_leaf(written, type)) {
        refuse();
    }
}

}  // namespace

void check_fits(const arrow::Field& written, const arrow::Field& wanted) {
    check_named(*written.type(), wanted, wanted.name());
}

std::shared_ptr<arrow::Array> fitted(const std::shared_ptr<arrow::Array>& column,
                                     const std::shared_ptr<arrow::DataType>& wanted) {
    if (column->type()->Equals(*wanted)) return column;
    if (column->type_id() == Id::EXTENSION) {
        return fitted(static_cast<const arrow::ExtensionArray&>(*column).storage(), wanted);
    }
    switch (wanted->id()) {
        case Id::STRUCT:
            return rows_as(static_cast<const arrow::StructArray&>(*column), wanted);
        case Id::LIST:
            return column->type_id() == Id::LIST
                       ? with_items(*column, wanted)
                       : fitted(cast(*column, arrow::list(column->type()->field(0))), wanted);
        case Id::MAP:
            if (column->type_id() == Id::STRUCT) {
                return map_of(static_cast<const arrow::StructArray&>(*column), wanted);
            }
            return with_entries(static_cast<const arrow::MapArray&>(*column), wanted);
        case Id::TIMESTAMP:
            return instants(*column, wanted);
        default:
            return cast(*column, wanted);
    }
}

}  // namespace tarn::columns
