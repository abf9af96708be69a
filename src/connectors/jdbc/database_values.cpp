#include "connectors/jdbc/database_values.hpp"

#include <arrow/array/array_nested.h>

#include <bit>

#include "base/error.hpp"
#include "columns/text_values.hpp"
#include "sql/values/time_text.hpp"
#include "sql/values/writers.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;
using Bytes = std::string_view;
using Values = std::vector<std::optional<Bytes>>;

// PostgreSQL counts time from 2000-01-01.
constexpr int32_t DaysTo2000 = 10'957;
constexpr int64_t MillisTo2000 = DaysTo2000 * sql::MillisPerDay;

[[noreturn]] void refuse_value(std::string_view value, const sql::Type& type) {
    throw Error(ErrorCode::InvalidInput, "{} has no value for '{}' of PostgreSQL", text_of(type),
                value);
}

// The highest byte comes first.
template <typename T>
T number_of(Bytes bytes) {
    if (bytes.size() < sizeof(T)) {
        throw Error(ErrorCode::Corrupt, "PostgreSQL sent {} bytes where {} were wanted",
                    bytes.size(), sizeof(T));
    }
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof(T); ++i) {
        bits = bits << 8 | static_cast<unsigned char>(bytes[i]);
    }
    if constexpr (std::same_as<T, float>) {
        return std::bit_cast<float>(static_cast<uint32_t>(bits));
    } else if constexpr (std::same_as<T, double>) {
        return std::bit_cast<double>(bits);
    } else {
        return static_cast<T>(bits);
    }
}

int8_t tiny_of(Bytes bytes, const sql::Type& type) {
    auto value = number_of<int16_t>(bytes);
    if (value < INT8_MIN || value > INT8_MAX) refuse_value(std::to_string(value), type);
    return static_cast<int8_t>(value);
}

// Rounded half up to the scale; NULL where it has more digits than the type, as Flink has it.
std::optional<arrow::Decimal128> decimal_of(Bytes bytes, const sql::Type& type) {
    bool is_number = !bytes.empty() && bytes.back() >= '0' && bytes.back() <= '9';
    if (!is_number) refuse_value(bytes, type);  // NaN, Infinity
    return columns::parse_decimal(bytes, type.precision, type.scale, columns::ExcessDigits::Round);
}

sql::Day day_of(Bytes bytes, const sql::Type& type) {
    auto days = number_of<int32_t>(bytes);
    if (days == INT32_MAX || days == INT32_MIN) refuse_value("infinity", type);
    return {days + DaysTo2000};
}

sql::TimeOfDay time_of_day_of(Bytes bytes, const sql::Type& type) {
    auto millis = number_of<int64_t>(bytes) / sql::MicrosPerMilli;
    return sql::cut(sql::TimeOfDay{static_cast<int32_t>(millis)}, type.precision);
}

sql::TimePoint time_of(Bytes bytes, const sql::Type& type) {
    auto micros = number_of<int64_t>(bytes);
    if (micros == INT64_MAX || micros == INT64_MIN) refuse_value("infinity", type);
    auto nanos = sql::floor_mod(micros, sql::MicrosPerMilli) * sql::NanosPerMicro;
    return {sql::floor_div(micros, sql::MicrosPerMilli) + MillisTo2000,
            static_cast<int32_t>(nanos)};
}

template <typename T, typename Read>
sql::Column written(const Values& values, const sql::Type& type, const Read& read) {
    sql::Writer<T> writer(type, std::ssize(values));
    for (const auto& bytes : values) {
        bytes ? writer.append(read(*bytes)) : writer.append_null();
    }
    return writer.finish();
}

sql::Column column_of_values(const Values& values, const sql::Type& type);

// The items of all arrays one behind the other, and where each array begins among them.
struct Items {
    Values values;
    std::vector<int32_t> begins{0};
};

// An array is: dimensions, flags, type of its items, then for its dimension the number of items and
// the first index, then the items, each behind its length, which is -1 for NULL.
void add_items(Bytes bytes, const sql::Type& type, Items& items) {
    auto take = [&bytes] {
        auto number = number_of<int32_t>(bytes);
        bytes.remove_prefix(sizeof(number));
        return number;
    };
    int32_t dimensions = take();
    if (dimensions > 1) refuse_value("an array of several dimensions", type);
    take();
    take();
    int32_t count = dimensions == 0 ? 0 : take();
    if (dimensions != 0) take();
    for (int32_t i = 0; i < count; ++i) {
        int32_t length = take();
        if (length < 0) {
            items.values.push_back(std::nullopt);
            continue;
        }
        auto size = static_cast<size_t>(length);
        if (size > bytes.size()) throw Error(ErrorCode::Corrupt, "PostgreSQL sent half an array");
        items.values.push_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
}

sql::Column arrays_of(const Values& values, const sql::Type& type) {
    Items items;
    sql::Writer<bool> is_there(sql::simple_type(TypeKind::Boolean), std::ssize(values));
    for (const auto& bytes : values) {
        if (bytes) add_items(*bytes, type, items);
        items.begins.push_back(static_cast<int32_t>(items.values.size()));
        bytes ? is_there.append(true) : is_there.append_null();
    }
    // The bits that say which arrays are there are those of the column of truths.
    auto truths = is_there.finish().values;
    auto list = std::make_shared<arrow::ListArray>(
        sql::arrow_type(type), std::ssize(values), arrow::Buffer::FromVector(items.begins),
        column_of_values(items.values, type.parts[0]).values, truths->null_bitmap(),
        truths->null_count());
    return {std::move(list)};
}

sql::Column column_of_values(const Values& values, const sql::Type& type) {
    switch (type.kind) {
        case TypeKind::Boolean:
            return written<bool>(values, type, [](Bytes b) { return number_of<int8_t>(b) != 0; });
        case TypeKind::TinyInt:
            return written<int8_t>(values, type, [&](Bytes b) { return tiny_of(b, type); });
        case TypeKind::SmallInt:
            return written<int16_t>(values, type, number_of<int16_t>);
        case TypeKind::Int:
            return written<int32_t>(values, type, number_of<int32_t>);
        case TypeKind::BigInt:
            return written<int64_t>(values, type, number_of<int64_t>);
        case TypeKind::Float:
            return written<float>(values, type, number_of<float>);
        case TypeKind::Double:
            return written<double>(values, type, number_of<double>);
        case TypeKind::Decimal:
            return written<std::optional<arrow::Decimal128>>(
                values, type, [&](Bytes b) { return decimal_of(b, type); });
        case TypeKind::Char:
        case TypeKind::VarChar:
            return written<std::string_view>(values, type, [](Bytes b) { return b; });
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            return written<sql::BytesView>(values, type, [](Bytes b) { return sql::BytesView{b}; });
        case TypeKind::Date:
            return written<sql::Day>(values, type, [&](Bytes b) { return day_of(b, type); });
        case TypeKind::Time:
            return written<sql::TimeOfDay>(values, type,
                                           [&](Bytes b) { return time_of_day_of(b, type); });
        case TypeKind::Timestamp:
            return written<sql::WallTime>(values, type,
                                          [&](Bytes b) { return sql::WallTime{time_of(b, type)}; });
        case TypeKind::TimestampLtz:
            return written<sql::Instant>(values, type,
                                         [&](Bytes b) { return sql::Instant{time_of(b, type)}; });
        case TypeKind::Array:
            return arrays_of(values, type);
        default:
            throw Error(ErrorCode::Internal, "{} is not read", text_of(type));
    }
}

}  // namespace

sql::Column column_of(const DatabaseRows& rows, size_t column, const sql::Type& type) {
    Values values;
    for (int64_t row = 0; row < rows.size(); ++row) values.push_back(rows.value(row, column));
    return column_of_values(values, type);
}

}  // namespace tarn::connectors
