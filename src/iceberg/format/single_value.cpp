#include "iceberg/format/single_value.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <bit>
#include <cstring>
#include <span>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "columns/text_values.hpp"
#include "iceberg/format/arrow_values.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

constexpr int64_t MicrosPerDay = 86'400'000'000;

// How a type of timestamps looks to the text functions of `columns`.
std::shared_ptr<arrow::TimestampType> arrow_timestamp(const Type& type) {
    return std::static_pointer_cast<arrow::TimestampType>(arrow_type(type));
}

template <typename T>
Bytes little_endian_bytes(T value) {
    static_assert(std::endian::native == std::endian::little);
    Bytes bytes(sizeof(T));
    std::memcpy(bytes.data(), &value, sizeof(T));
    return bytes;
}

template <typename T>
T little_endian(BytesView bytes) {
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

OptionalValue wide_from_bytes(BytesView bytes, const Type& type) {
    if (bytes.size() == 8) return little_endian<int64_t>(bytes);
    if (bytes.size() != 4) return std::nullopt;
    int64_t narrow = little_endian<int32_t>(bytes);
    if (type.kind == TypeKind::Long) return narrow;
    // A date became a timestamp. Nothing was ever widened to a time or an instant.
    if (type.kind == TypeKind::Timestamp) return narrow * MicrosPerDay;
    int64_t nanos;
    if (type.kind == TypeKind::TimestampNs &&
        !__builtin_mul_overflow(narrow, MicrosPerDay * 1000, &nanos)) {
        return nanos;
    }
    return std::nullopt;
}

Uuid uuid_of(const Bytes& bytes) {
    std::array<uint8_t, 16> raw{};
    TARN_ASSERT(bytes.size() == raw.size());
    std::memcpy(raw.data(), bytes.data(), raw.size());
    return Uuid(raw);
}

template <typename T>
OptionalValue wrapped(std::optional<T> value) {
    if (!value) return std::nullopt;
    return Value(*std::move(value));
}

OptionalValue from_number(const json::value& json, TypeKind kind) {
    if (kind == TypeKind::Float || kind == TypeKind::Double) {
        if (!json.is_number()) return std::nullopt;
        auto number = json.to_number<double>();
        if (kind == TypeKind::Double) return number;
        return static_cast<float>(number);
    }
    if (!json.is_int64()) return std::nullopt;
    int64_t number = json.get_int64();
    if (kind == TypeKind::Long) return number;
    if (kind != TypeKind::Int || number != static_cast<int32_t>(number)) return std::nullopt;
    return static_cast<int32_t>(number);
}

OptionalValue from_text(std::string_view text, const Type& type) {
    using namespace columns;
    switch (type.kind) {
        case TypeKind::String:
            return std::string(text);
        case TypeKind::Decimal: {
            auto decimal = parse_decimal(text, type.precision, type.scale, ExcessDigits::Refuse);
            if (!decimal) return std::nullopt;
            return from_arrow(*decimal);
        }
        case TypeKind::Date:
            return wrapped(parse_date(text));
        case TypeKind::Time:
            return wrapped(parse_time(text, arrow::TimeUnit::MICRO));
        case TypeKind::Timestamp:
        case TypeKind::TimestampTz:
        case TypeKind::TimestampNs:
        case TypeKind::TimestampTzNs:
            return wrapped(parse_timestamp(text, TimestampFormat::Iso8601, *arrow_timestamp(type)));
        case TypeKind::Uuid: {
            auto uuid = Uuid::parse(text);
            if (!uuid) return std::nullopt;
            return copy_of(std::as_bytes(std::span(uuid->bytes())));
        }
        case TypeKind::Fixed: {
            auto bytes = from_hex(text);
            if (bytes && std::ssize(*bytes) != type.length) return std::nullopt;
            return wrapped(std::move(bytes));
        }
        case TypeKind::Binary:
            return wrapped(from_hex(text));
        default:
            return std::nullopt;
    }
}

std::string timestamp_text(int64_t value, const Type& type) {
    std::string text;
    columns::append_timestamp(text, value, columns::TimestampFormat::Iso8601,
                              *arrow_timestamp(type));
    if (text.ends_with('Z')) text.replace(text.size() - 1, 1, "+00:00");
    return text;
}

}  // namespace

Bytes to_bytes(const Value& value) {
    return std::visit(
        [](const auto& held) -> Bytes {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, Bytes>) {
                return held;
            } else if constexpr (std::is_same_v<T, std::string>) {
                return copy_of(as_bytes(held));
            } else if constexpr (std::is_same_v<T, Int128>) {
                return big_endian_bytes(held);
            } else if constexpr (std::is_same_v<T, bool>) {
                return little_endian_bytes(static_cast<uint8_t>(held));
            } else {
                return little_endian_bytes(held);
            }
        },
        value);
}

OptionalValue from_bytes(BytesView bytes, const Type& type) {
    switch (type.kind) {
        case TypeKind::Boolean:
            if (bytes.size() != 1) return std::nullopt;
            return bytes[0] != std::byte{0};
        case TypeKind::Int:
        case TypeKind::Date:
            if (bytes.size() != 4) return std::nullopt;
            return little_endian<int32_t>(bytes);
        case TypeKind::Long:
        case TypeKind::Time:
        case TypeKind::Timestamp:
        case TypeKind::TimestampTz:
        case TypeKind::TimestampNs:
        case TypeKind::TimestampTzNs:
            return wide_from_bytes(bytes, type);
        case TypeKind::Float:
            if (bytes.size() != 4) return std::nullopt;
            return little_endian<float>(bytes);
        case TypeKind::Double:
            if (bytes.size() == 4) return static_cast<double>(little_endian<float>(bytes));
            if (bytes.size() != 8) return std::nullopt;
            return little_endian<double>(bytes);
        case TypeKind::Decimal:
            return wrapped(big_endian_number(bytes));
        case TypeKind::String:
            return std::string(as_text(bytes));
        case TypeKind::Uuid:
            if (bytes.size() != 16) return std::nullopt;
            return copy_of(bytes);
        case TypeKind::Fixed:
            if (std::ssize(bytes) > type.length) return std::nullopt;
            return copy_of(bytes);
        case TypeKind::Binary:
            return copy_of(bytes);
        default:
            return std::nullopt;
    }
}

json::value to_json(const Value& value, const Type& type) {
    switch (type.kind) {
        case TypeKind::Boolean:
            return std::get<bool>(value);
        case TypeKind::Int:
            return std::get<int32_t>(value);
        case TypeKind::Long:
            return std::get<int64_t>(value);
        case TypeKind::Float:
            return std::get<float>(value);
        case TypeKind::Double:
            return std::get<double>(value);
        case TypeKind::Fixed:
        case TypeKind::Binary:
            return json::string(to_hex(std::get<Bytes>(value)));
        default:
            return json::string(to_text(value, type));
    }
}

Value from_json(const json::value& json, const Type& type, std::string_view place) {
    OptionalValue value;
    if (type.kind == TypeKind::Boolean && json.is_bool()) value = json.get_bool();
    if (json.is_number()) value = from_number(json, type.kind);
    if (json.is_string()) value = from_text(json.get_string(), type);
    if (!value) {
        throw Error(ErrorCode::InvalidInput, "{}: {} is no {}", place, json::serialize(json),
                    to_text(type));
    }
    return *std::move(value);
}

std::string to_text(const Value& value, const Type& type) {
    std::string text;
    switch (type.kind) {
        case TypeKind::Boolean:
            return std::get<bool>(value) ? "true" : "false";
        case TypeKind::Int:
            columns::append_int64(text, std::get<int32_t>(value));
            return text;
        case TypeKind::Long:
            columns::append_int64(text, std::get<int64_t>(value));
            return text;
        case TypeKind::Float:
            columns::append_float(text, std::get<float>(value));
            return text;
        case TypeKind::Double:
            columns::append_double(text, std::get<double>(value));
            return text;
        case TypeKind::Decimal:
            columns::append_decimal(text, to_arrow(std::get<Int128>(value)), type.scale);
            return text;
        case TypeKind::Date:
            columns::append_date(text, std::get<int32_t>(value));
            return text;
        case TypeKind::Time:
            columns::append_time(text, std::get<int64_t>(value), arrow::TimeUnit::MICRO);
            return text;
        case TypeKind::Timestamp:
        case TypeKind::TimestampTz:
        case TypeKind::TimestampNs:
        case TypeKind::TimestampTzNs:
            return timestamp_text(std::get<int64_t>(value), type);
        case TypeKind::String:
            return std::get<std::string>(value);
        case TypeKind::Uuid:
            return uuid_of(std::get<Bytes>(value)).text();
        case TypeKind::Fixed:
        case TypeKind::Binary:
            columns::append_base64(text, as_text(std::get<Bytes>(value)));
            return text;
        default:
            TARN_ASSERT(false);
    }
}

std::optional<Int128> big_endian_number(BytesView bytes) {
    if (bytes.empty() || bytes.size() > sizeof(Int128)) return std::nullopt;
    bool is_negative = (bytes[0] & std::byte{0x80}) != std::byte{0};
    Int128 number = is_negative ? -1 : 0;
    for (std::byte byte : bytes) number = number * 256 + static_cast<uint8_t>(byte);
    return number;
}

Bytes big_endian_bytes(Int128 number) {
    int size = 1;
    // As long as the sign and the bits that are left out say the same.
    while (size < 16 && (number >> (8 * size - 1)) != 0 && (number >> (8 * size - 1)) != -1) ++size;
    return big_endian_bytes(number, size);
}

Bytes big_endian_bytes(Int128 number, int size) {
    Bytes bytes(static_cast<size_t>(size));
    for (auto place = bytes.rbegin(); place != bytes.rend(); ++place) {
        *place = static_cast<std::byte>(number & 0xFF);
        number >>= 8;
    }
    return bytes;
}

}  // namespace tarn::iceberg
