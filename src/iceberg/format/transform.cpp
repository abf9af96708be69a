#include "iceberg/format/transform.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstring>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/code_points.hpp"
#include "iceberg/format/murmur3.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

constexpr int64_t MicrosPerHour = 3'600'000'000;
constexpr int64_t HoursPerDay = 24;

int64_t floor_divide(int64_t value, int64_t by) {
    return value / by - (value % by < 0);
}

bool is_nanos(const Type& type) {
    return type.kind == TypeKind::TimestampNs || type.kind == TypeKind::TimestampTzNs;
}

int64_t hours_of(const Value& value, const Type& source) {
    if (source.kind == TypeKind::Date) return std::get<int32_t>(value) * HoursPerDay;
    int64_t unit = is_nanos(source) ? MicrosPerHour * 1000 : MicrosPerHour;
    return floor_divide(std::get<int64_t>(value), unit);
}

int32_t time_part(Transform::Kind kind, const Value& value, const Type& source) {
    using namespace std::chrono;
    int64_t hours = hours_of(value, source);
    if (kind == Transform::Kind::Hour) return static_cast<int32_t>(hours);
    int64_t day = floor_divide(hours, HoursPerDay);
    if (kind == Transform::Kind::Day) return static_cast<int32_t>(day);
    // 64-bit microseconds reach past the years that the calendar of <chrono> has.
    constexpr int64_t DaysPerEra = 146'097;
    constexpr int YearsPerEra = 400;
    int64_t era = floor_divide(day, DaysPerEra);
    year_month_day date{sys_days(days(day - era * DaysPerEra))};
    auto years = static_cast<int32_t>(int(date.year()) - 1970 + era * YearsPerEra);
    if (kind == Transform::Kind::Year) return years;
    return years * 12 + static_cast<int32_t>(unsigned(date.month())) - 1;
}

template <typename T>
T truncated_number(T value, int32_t width) {
    return value - (((value % width) + width) % width);
}

Value truncated(const Value& value, int32_t width) {
    return std::visit(
        [&](const auto& held) -> Value {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, std::string>) {
                auto kept = first_code_points(held, width);
                if (!kept) throw Error(ErrorCode::InvalidInput, "truncate: the text is no UTF-8");
                return std::string(*kept);
            } else if constexpr (std::is_same_v<T, Bytes>) {
                size_t size = std::min(held.size(), static_cast<size_t>(width));
                return Bytes(held.begin(), held.begin() + static_cast<ptrdiff_t>(size));
            } else if constexpr (std::is_same_v<T, int32_t>) {
                // In 64 bits: near the least number the step down would overflow.
                return static_cast<int32_t>(truncated_number<int64_t>(held, width));
            } else if constexpr (std::is_same_v<T, int64_t>) {
                return static_cast<int64_t>(truncated_number<Int128>(held, width));
            } else if constexpr (std::is_same_v<T, Int128>) {
                return truncated_number(held, width);
            } else {
                TARN_ASSERT(false);
            }
        },
        value);
}

int32_t hash_of_long(int64_t number) {
    Bytes bytes(sizeof(number));
    std::memcpy(bytes.data(), &number, sizeof(number));
    return murmur3(bytes);
}

std::string human_time(Transform::Kind kind, int32_t value) {
    if (kind == Transform::Kind::Year) return fmt::format("{:04}", 1970 + value);
    if (kind == Transform::Kind::Month) {
        int64_t years = floor_divide(value, 12);
        return fmt::format("{:04}-{:02}", 1970 + years, value - years * 12 + 1);
    }
    if (kind == Transform::Kind::Day) return to_text(Value(value), Type(TypeKind::Date));
    auto day = static_cast<int32_t>(floor_divide(value, HoursPerDay));
    return fmt::format("{}-{:02}", to_text(Value(day), Type(TypeKind::Date)),
                       value - day * HoursPerDay);
}

// "bucket[16]" with the name "bucket": 16.
std::optional<int32_t> width_in(std::string_view text, std::string_view name) {
    if (!text.starts_with(name)) return std::nullopt;
    text.remove_prefix(name.size());
    if (text.size() < 3 || text.front() != '[' || text.back() != ']') return std::nullopt;
    int32_t width = 0;
    const char* last = text.data() + text.size() - 1;
    auto [end, failure] = std::from_chars(text.data() + 1, last, width);
    if (failure != std::errc() || end != last || width <= 0) {
        throw Error(ErrorCode::InvalidInput, "transform '{}{}': a width above 0 is expected", name,
                    text);
    }
    return width;
}

}  // namespace

Transform Transform::bucket(int32_t count) {
    return {Kind::Bucket, count, fmt::format("bucket[{}]", count)};
}

Transform Transform::truncate(int32_t width) {
    return {Kind::Truncate, width, fmt::format("truncate[{}]", width)};
}

Transform Transform::parse(std::string_view text) {
    for (const Transform& plain : {identity(), year(), month(), day(), hour(), nothing()}) {
        if (text == plain.text()) return plain;
    }
    if (auto count = width_in(text, "bucket")) return bucket(*count);
    if (auto width = width_in(text, "truncate")) return truncate(*width);
    return {Kind::Unknown, 0, std::string(text)};
}

bool Transform::can_transform(const Type& source) const {
    switch (kind_) {
        case Kind::Identity:
            return !source.is_nested() && source.kind < TypeKind::Unknown;
        case Kind::Bucket:
            return !source.is_nested() && source.kind < TypeKind::Unknown &&
                   source.kind != TypeKind::Boolean && source.kind != TypeKind::Float &&
                   source.kind != TypeKind::Double;
        case Kind::Truncate:
            return source.kind == TypeKind::Int || source.kind == TypeKind::Long ||
                   source.kind == TypeKind::Decimal || source.kind == TypeKind::String ||
                   source.kind == TypeKind::Binary;
        case Kind::Year:
        case Kind::Month:
        case Kind::Day:
            return source.kind == TypeKind::Date || source.is_timestamp();
        case Kind::Hour:
            return source.is_timestamp();
        case Kind::Void:
        case Kind::Unknown:
            return true;
    }
    TARN_ASSERT(false);
}

Type Transform::result_type(const Type& source) const {
    switch (kind_) {
        case Kind::Bucket:
        case Kind::Year:
        case Kind::Month:
        case Kind::Hour:
            return TypeKind::Int;
        case Kind::Day:
            return TypeKind::Date;
        case Kind::Unknown:
            return TypeKind::String;
        default:
            return source;
    }
}

OptionalValue Transform::apply(const OptionalValue& value, const Type& source) const {
    if (!value) return std::nullopt;
    TARN_ASSERT(can_transform(source));
    switch (kind_) {
        case Kind::Identity:
            return value;
        case Kind::Bucket:
            return (bucket_hash(*value, source) & INT32_MAX) % width_;
        case Kind::Truncate:
            return truncated(*value, width_);
        case Kind::Year:
        case Kind::Month:
        case Kind::Day:
        case Kind::Hour:
            return time_part(kind_, *value, source);
        case Kind::Void:
            return std::nullopt;
        case Kind::Unknown:
            break;
    }
    throw Error(ErrorCode::InvalidInput, "the partition transform '{}' is not known", text_)
        .with_hint("such tables can be read, but not written");
}

std::string Transform::to_human(const OptionalValue& value, const Type& source) const {
    if (!value) return "null";
    if (is_time()) return human_time(kind_, std::get<int32_t>(*value));
    return to_text(*value, result_type(source));
}

int32_t bucket_hash(const Value& value, const Type& source) {
    return std::visit(
        [&](const auto& held) -> int32_t {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_same_v<T, int32_t>) {
                // Dates too: a column widened to long must stay in its buckets.
                return hash_of_long(held);
            } else if constexpr (std::is_same_v<T, int64_t>) {
                return hash_of_long(is_nanos(source) ? floor_divide(held, 1000) : held);
            } else if constexpr (std::is_same_v<T, Int128>) {
                return murmur3(big_endian_bytes(held));
            } else if constexpr (std::is_same_v<T, std::string>) {
                return murmur3(as_bytes(held));
            } else if constexpr (std::is_same_v<T, Bytes>) {
                return murmur3(held);
            } else {
                TARN_ASSERT(false);
            }
        },
        value);
}

}  // namespace tarn::iceberg
