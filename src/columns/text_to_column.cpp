#include "columns/text_to_column.hpp"

#include <limits>

namespace tarn::columns {
namespace {

template <typename T, typename V>
bool append_parsed(ColumnBuilder& column, const std::optional<V>& value) {
    if (!value) return false;
    static_cast<FixedBuilder<T>&>(column).append(static_cast<T>(*value));
    return true;
}

template <typename T>
bool append_integer(ColumnBuilder& column, std::string_view text) {
    auto value = parse_int64(text);
    if (value && (*value < std::numeric_limits<T>::min() || *value > std::numeric_limits<T>::max()))
        return false;
    return append_parsed<T>(column, value);
}

bool append_decimal_text(ColumnBuilder& column, std::string_view text, ExcessDigits excess) {
    const auto& type = static_cast<const arrow::Decimal128Type&>(*column.type());
    return append_parsed<arrow::Decimal128>(
        column, parse_decimal(text, type.precision(), type.scale(), excess));
}

bool append_bool(ColumnBuilder& column, std::string_view text) {
    auto value = parse_bool(text);
    if (value) static_cast<BoolBuilder&>(column).append(*value);
    return value.has_value();
}

bool append_base64_bytes(ColumnBuilder& column, std::string_view text) {
    auto& bytes = static_cast<TextBuilder&>(column);
    if (!append_base64_decoded(text, bytes.tail())) {
        bytes.truncate(bytes.length());
        return false;
    }
    bytes.close_value();
    return true;
}

bool append_fixed_bytes(ColumnBuilder& column, std::string_view text) {
    auto& values = static_cast<FixedBytesBuilder&>(column);
    std::string bytes;
    if (!append_base64_decoded(text, bytes) || bytes.size() != values.width()) return false;
    values.append(bytes);
    return true;
}

}  // namespace

bool append_text(ColumnBuilder& column, std::string_view text, const TextRules& rules) {
    using arrow::Type;
    const arrow::DataType& type = *column.type();
    switch (type.id()) {
        case Type::BOOL:
            return append_bool(column, text);
        case Type::INT8:
            return append_integer<int8_t>(column, text);
        case Type::INT16:
            return append_integer<int16_t>(column, text);
        case Type::INT32:
            return append_integer<int32_t>(column, text);
        case Type::INT64:
            return append_integer<int64_t>(column, text);
        case Type::FLOAT:
            return append_parsed<float>(column, parse_float(text));
        case Type::DOUBLE:
            return append_parsed<double>(column, parse_double(text));
        case Type::DECIMAL128:
            return append_decimal_text(column, text, rules.excess_digits);
        case Type::DATE32:
            return append_parsed<int32_t>(column, parse_date(text));
        case Type::TIME32:
            return append_parsed<int32_t>(
                column, parse_time(text, static_cast<const arrow::TimeType&>(type).unit()));
        case Type::TIME64:
            return append_parsed<int64_t>(
                column, parse_time(text, static_cast<const arrow::TimeType&>(type).unit()));
        case Type::TIMESTAMP:
            return append_parsed<int64_t>(
                column, parse_timestamp(text, rules.timestamps,
                                        static_cast<const arrow::TimestampType&>(type)));
        case Type::STRING:
            static_cast<TextBuilder&>(column).append(text);
            return true;
        case Type::BINARY:
            return append_base64_bytes(column, text);
        case Type::FIXED_SIZE_BINARY:
            return append_fixed_bytes(column, text);
        default:
            return false;
    }
}

}  // namespace tarn::columns
