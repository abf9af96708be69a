#include "sql/values/sort_key.hpp"

#include <arrow/array/array_nested.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include "base/assert.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

// Adds the value of a row, which is not NULL. No value's bytes are the beginning of another's, so
// that a key may go on with the next column and may be inverted.
using Encode = std::function<void(std::string& key, int64_t row)>;

constexpr char NullFirst = 0;
constexpr char Known = 1;
constexpr char NullLast = 2;

// What says whether another item of a list follows.
constexpr char NoMore = 0;
constexpr char More = 1;

template <typename T>
void append_unsigned(std::string& key, T value) {
    for (int shift = (static_cast<int>(sizeof(T)) - 1) * 8; shift >= 0; shift -= 8) {
        key.push_back(static_cast<char>(value >> shift));
    }
}

// With the sign's bit turned over, negative numbers come first.
template <std::signed_integral T>
void append_number(std::string& key, T value) {
    using Unsigned = std::make_unsigned_t<T>;
    auto sign = static_cast<Unsigned>(Unsigned{1} << (sizeof(T) * 8 - 1));
    append_unsigned(key, static_cast<Unsigned>(static_cast<Unsigned>(value) ^ sign));
}

template <std::floating_point T>
void append_number(std::string& key, T value) {
    using Bits = std::conditional_t<sizeof(T) == sizeof(uint32_t), uint32_t, uint64_t>;
    // There are many NaNs, and they are one.
    if (std::isnan(value)) value = std::numeric_limits<T>::quiet_NaN();
    auto bits = std::bit_cast<Bits>(value);
    Bits sign = Bits{1} << (sizeof(T) * 8 - 1);
    append_unsigned(key, (bits & sign) != 0 ? static_cast<Bits>(~bits) : bits | sign);
}

// A zero in a text is written as 00 FF, the end as 00 01, so that a text comes before all that it
// begins.
void append_text(std::string& key, std::string_view text) {
    for (char each : text) {
        key.push_back(each);
        if (each == '\0') key.push_back('\xff');
    }
    key.append({'\0', '\x01'});
}

void append_instant(std::string& key, const TimePoint& time) {
    append_number(key, time.millis);
    append_number(key, time.nanos);
}

void invert(std::string& key, size_t from) {
    for (size_t i = from; i < key.size(); ++i) key[i] = static_cast<char>(~key[i]);
}

// The sign, how many digits stand before the point, and the digits without zeros at the end: the
// same for a number at each scale.
void append_decimal(std::string& key, arrow::Decimal128 value, int32_t scale) {
    constexpr char Negative = 0;
    constexpr char Zero = 1;
    constexpr char Positive = 2;
    if (value == 0) return key.push_back(Zero);
    bool is_negative = value < 0;
    std::string digits = arrow::Decimal128(arrow::Decimal128::Abs(value)).ToIntegerString();
    auto before_point = static_cast<int32_t>(digits.size()) - scale;
    digits.erase(digits.find_last_not_of('0') + 1);
    key.push_back(is_negative ? Negative : Positive);
    size_t from = key.size();
    append_number(key, before_point);
    append_text(key, digits);
    if (is_negative) invert(key, from);
}

template <typename T, typename Append>
Encode plain(const Column& column, Append append) {
    return [column, reader = Reader<T>(column), append](std::string& key, int64_t row) {
        append(key, reader[row]);
    };
}

template <PlainNumber T>
Encode number_encoder(const Column& column) {
    return plain<T>(column, [](std::string& key, T value) { append_number(key, value); });
}

Encode encoder(const std::shared_ptr<arrow::Array>& values);

// A value within another one, where NULL always is the smallest.
Encode with_null(const std::shared_ptr<arrow::Array>& values) {
    return [values, known = encoder(values)](std::string& key, int64_t row) {
        if (values->IsNull(row)) return key.push_back(NullFirst);
        key.push_back(Known);
        known(key, row);
    };
}

Encode list(const std::shared_ptr<arrow::Array>& values) {
    auto lists = std::static_pointer_cast<arrow::ListArray>(values);
    return [lists, item = with_null(lists->values())](std::string& key, int64_t row) {
        for (int64_t i = 0; i < lists->value_length(row); ++i) {
            key.push_back(More);
            item(key, lists->value_offset(row) + i);
        }
        key.push_back(NoMore);
    };
}

// The entries by their keys, for they are the same in any order.
Encode map(const std::shared_ptr<arrow::Array>& values) {
    auto maps = std::static_pointer_cast<arrow::MapArray>(values);
    return [maps, name = with_null(maps->keys()), item = with_null(maps->items())](std::string& key,
                                                                                   int64_t row) {
        std::vector<std::string> entries(static_cast<size_t>(maps->value_length(row)));
        for (size_t i = 0; i < entries.size(); ++i) {
            int64_t place = maps->value_offset(row) + static_cast<int64_t>(i);
            name(entries[i], place);
            item(entries[i], place);
        }
        std::ranges::sort(entries);
        for (const std::string& entry : entries) {
            key.push_back(More);
            key += entry;
        }
        key.push_back(NoMore);
    };
}

Encode fields(const std::shared_ptr<arrow::Array>& values) {
    const auto& rows = static_cast<const arrow::StructArray&>(*values);
    std::vector<Encode> all;
    for (int i = 0; i < rows.num_fields(); ++i) all.push_back(with_null(rows.field(i)));
    return [all](std::string& key, int64_t row) {
        for (const Encode& each : all) each(key, row);
    };
}

Encode nested(const std::shared_ptr<arrow::Array>& values) {
    switch (values->type_id()) {
        case arrow::Type::LIST:
            return list(values);
        case arrow::Type::MAP:
            return map(values);
        case arrow::Type::STRUCT:
            return fields(values);
        default:
            TARN_ASSERT(values->type_id() == arrow::Type::NA);
            return [](std::string&, int64_t) {};
    }
}

Encode encoder(const std::shared_ptr<arrow::Array>& values) {
    Column column{values};
    switch (values->type_id()) {
        case arrow::Type::BOOL:
            return plain<bool>(
                column, [](std::string& key, bool value) { key.push_back(value ? '\1' : '\0'); });
        case arrow::Type::INT8:
            return number_encoder<int8_t>(column);
        case arrow::Type::INT16:
            return number_encoder<int16_t>(column);
        case arrow::Type::INT32:
        case arrow::Type::DATE32:
        case arrow::Type::TIME32:
            return number_encoder<int32_t>(column);
        case arrow::Type::INT64:
            return number_encoder<int64_t>(column);
        case arrow::Type::FLOAT:
            return number_encoder<float>(column);
        case arrow::Type::DOUBLE:
            return number_encoder<double>(column);
        case arrow::Type::DECIMAL128: {
            int32_t scale = static_cast<const arrow::Decimal128Type&>(*values->type()).scale();
            return plain<arrow::Decimal128>(
                column, [scale](std::string& key, const arrow::Decimal128& value) {
                    append_decimal(key, value, scale);
                });
        }
        case arrow::Type::STRING:
            return plain<std::string_view>(column, append_text);
        case arrow::Type::BINARY:
            return plain<BytesView>(
                column, [](std::string& key, BytesView value) { append_text(key, value.bytes); });
        case arrow::Type::TIMESTAMP:
            return plain<WallTime>(column, append_instant);
        default:
            return nested(values);
    }
}

}  // namespace

std::vector<std::string> sort_keys(std::span<const Column> columns, int64_t rows,
                                   std::span<const SortDirection> directions) {
    TARN_ASSERT(directions.size() <= columns.size());
    std::vector<std::string> keys(static_cast<size_t>(rows));
    for (size_t i = 0; i < columns.size(); ++i) {
        SortDirection direction = i < directions.size() ? directions[i] : SortDirection{};
        Encode encode = encoder(columns[i].values);
        for (int64_t row = 0; row < rows; ++row) {
            std::string& key = keys[static_cast<size_t>(row)];
            if (columns[i].is_null(row)) {
                key.push_back(direction.nulls_first ? NullFirst : NullLast);
                continue;
            }
            key.push_back(Known);
            size_t from = key.size();
            encode(key, columns[i].place(row));
            if (direction.is_descending) invert(key, from);
        }
    }
    return keys;
}

}  // namespace tarn::sql
