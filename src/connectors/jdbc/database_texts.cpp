#include <arrow/array/array_nested.h>

#include "base/error.hpp"
#include "columns/text_values.hpp"
#include "connectors/jdbc/database_values.hpp"
#include "sql/values/readers.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

template <typename T, typename Append>
TextValues printed(const sql::Column& column, int64_t rows, const Append& append) {
    sql::Reader<T> reader(column);
    TextValues texts(static_cast<size_t>(rows));
    for (int64_t row = 0; row < rows; ++row) {
        if (reader.is_null(row)) continue;
        append(texts[static_cast<size_t>(row)].emplace(), reader[row]);
    }
    return texts;
}

template <typename T>
TextValues whole_numbers(const sql::Column& column, int64_t rows) {
    return printed<T>(column, rows,
                      [](std::string& out, T value) { columns::append_int64(out, value); });
}

// A fraction that the type does not have was cut off already.
TextValues times(const sql::Column& column, int64_t rows) {
    const auto& type = static_cast<const arrow::TimestampType&>(*column.values->type());
    return printed<int64_t>(column, rows, [&](std::string& out, int64_t value) {
        columns::append_timestamp(out, value, columns::TimestampFormat::Sql, type);
    });
}

void append_hex(std::string& out, std::string_view bytes) {
    constexpr std::string_view Digits = "0123456789abcdef";
    out += "\\x";
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        out += Digits[byte >> 4];
        out += Digits[byte & 15];
    }
}

TextValues arrays(const sql::Column& column, int64_t rows, const sql::Type& type) {
    const auto& list = static_cast<const arrow::ListArray&>(*column.values);
    TextValues texts(static_cast<size_t>(rows));
    for (int64_t row = 0; row < rows; ++row) {
        if (column.is_null(row)) continue;
        auto items = list.value_slice(column.place(row));
        texts[static_cast<size_t>(row)] =
            array_text(texts_of({items}, items->length(), type.parts[0]));
    }
    return texts;
}

}  // namespace

TextValues texts_of(const sql::Column& column, int64_t rows, const sql::Type& type) {
    auto append_text = [](std::string& out, std::string_view value) { out += value; };
    switch (type.kind) {
        case TypeKind::Boolean:
            return printed<bool>(column, rows,
                                 [](std::string& out, bool value) { out += value ? 't' : 'f'; });
        case TypeKind::TinyInt:
            return whole_numbers<int8_t>(column, rows);
        case TypeKind::SmallInt:
            return whole_numbers<int16_t>(column, rows);
        case TypeKind::Int:
            return whole_numbers<int32_t>(column, rows);
        case TypeKind::BigInt:
            return whole_numbers<int64_t>(column, rows);
        case TypeKind::Float:
            return printed<float>(column, rows, columns::append_float);
        case TypeKind::Double:
            return printed<double>(column, rows, columns::append_double);
        case TypeKind::Decimal:
            return printed<arrow::Decimal128>(
                column, rows, [&](std::string& out, const arrow::Decimal128& value) {
                    columns::append_decimal(out, value, type.scale);
                });
        case TypeKind::Char:
        case TypeKind::VarChar:
            return printed<std::string_view>(column, rows, append_text);
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            return printed<sql::BytesView>(
                column, rows,
                [](std::string& out, sql::BytesView value) { append_hex(out, value.bytes); });
        case TypeKind::Date:
            return printed<sql::Day>(column, rows, [](std::string& out, sql::Day day) {
                columns::append_date(out, day.days);
            });
        case TypeKind::Time:
            return printed<sql::TimeOfDay>(column, rows, [](std::string& out, sql::TimeOfDay time) {
                columns::append_time(out, time.millis, arrow::TimeUnit::MILLI);
            });
        case TypeKind::Timestamp:
        case TypeKind::TimestampLtz:
            return times(column, rows);
        case TypeKind::Array:
            return arrays(column, rows, type);
        default:
            throw Error(ErrorCode::Internal, "{} is not written", text_of(type));
    }
}

std::string array_text(std::span<const std::optional<std::string>> values) {
    std::string text = "{";
    for (const auto& value : values) {
        if (text.size() > 1) text += ',';
        if (!value) {
            text += "NULL";
            continue;
        }
        text += '"';
        for (char c : *value) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + '}';
}

}  // namespace tarn::connectors
