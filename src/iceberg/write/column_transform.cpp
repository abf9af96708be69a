#include "iceberg/write/column_transform.hpp"

#include <arrow/array/util.h>
#include <arrow/buffer.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/column_builder.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/code_points.hpp"
#include "iceberg/format/murmur3.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

using columns::or_throw;
using Kind = Transform::Kind;

constexpr int64_t MicrosPerHour = 3'600'000'000;
constexpr int64_t NanosPerMicro = 1000;
constexpr int64_t HoursPerDay = 24;

template <typename T>
T floor_divide(T value, T by) {
    return value / by - (value % by < 0);
}

bool is_nanos(const Type& type) {
    return type.kind == TypeKind::TimestampNs || type.kind == TypeKind::TimestampTzNs;
}

// The validity of a column for one that starts at offset 0.
std::shared_ptr<arrow::Buffer> validity_of(const arrow::Array& column) {
    if (column.null_count() == 0) return nullptr;
    auto bitmap = or_throw(arrow::AllocateEmptyBitmap(column.length()));
    for (int64_t row = 0; row < column.length(); ++row) {
        if (column.IsValid(row)) {
            bitmap->mutable_data()[row / 8] |= static_cast<uint8_t>(1U << (row % 8));
        }
    }
    return bitmap;
}

// A decimal as it lies in Arrow, the low half first; buffers need not be aligned for Int128.
using DecimalWords = std::array<uint64_t, 2>;

Int128 number_of(DecimalWords words) {
    return static_cast<Int128>(words[1]) << 64 | words[0];
}

DecimalWords words_of(Int128 number) {
    return {static_cast<uint64_t>(number), static_cast<uint64_t>(number >> 64)};
}

// A column of numbers, each from the value of the same row; null rows get whatever comes out.
template <typename Out, typename In, typename Work>
std::shared_ptr<arrow::Array> each_number(const arrow::Array& column,
                                          const std::shared_ptr<arrow::DataType>& type, Work work) {
    int64_t count = column.length();
    auto buffer = or_throw(arrow::AllocateBuffer(count * static_cast<int64_t>(sizeof(Out))));
    const In* in = column.data()->GetValues<In>(1);
    auto* out = reinterpret_cast<Out*>(buffer->mutable_data());
    for (int64_t row = 0; row < count; ++row) out[row] = work(in[row]);
    return arrow::MakeArray(arrow::ArrayData::Make(
        type, count, {validity_of(column), std::move(buffer)}, column.null_count()));
}

// The same from values of any width; the work is not called for nulls.
template <typename ArrayType, typename Work>
std::shared_ptr<arrow::Array> each_view(const arrow::Array& column, Work work) {
    const auto& values = static_cast<const ArrayType&>(column);
    int64_t count = column.length();
    auto buffer = or_throw(arrow::AllocateBuffer(count * static_cast<int64_t>(sizeof(int32_t))));
    auto* out = reinterpret_cast<int32_t*>(buffer->mutable_data());
    for (int64_t row = 0; row < count; ++row) {
        out[row] = values.IsValid(row) ? work(values.GetView(row)) : 0;
    }
    return arrow::MakeArray(arrow::ArrayData::Make(
        arrow::int32(), count, {validity_of(column), std::move(buffer)}, column.null_count()));
}

// murmur3 of a number's 8 bytes, little-endian, without a loop.
int32_t hash_of(int64_t number) {
    auto bits = static_cast<uint64_t>(number);
    uint32_t hash = 0;
    for (uint32_t block : {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)}) {
        hash ^= std::rotl(block * 0xCC9E2D51U, 15) * 0x1B873593U;
        hash = std::rotl(hash, 13) * 5 + 0xE6546B64U;
    }
    hash ^= sizeof(number);
    hash = (hash ^ (hash >> 16)) * 0x85EBCA6BU;
    hash = (hash ^ (hash >> 13)) * 0xC2B2AE35U;
    return static_cast<int32_t>(hash ^ (hash >> 16));
}

std::shared_ptr<arrow::Array> buckets(const arrow::Array& column, const Type& source,
                                      int32_t count) {
    auto bucket = [count](int32_t hash) { return (hash & INT32_MAX) % count; };
    auto of_bytes = [&](std::string_view bytes) { return bucket(murmur3(as_bytes(bytes))); };
    switch (source.kind) {
        case TypeKind::Int:
        case TypeKind::Date:
            return each_number<int32_t, int32_t>(column, arrow::int32(),
                                                 [&](int32_t v) { return bucket(hash_of(v)); });
        case TypeKind::TimestampNs:
        case TypeKind::TimestampTzNs:
            return each_number<int32_t, int64_t>(column, arrow::int32(), [&](int64_t v) {
                return bucket(hash_of(floor_divide(v, NanosPerMicro)));
            });
        case TypeKind::Long:
        case TypeKind::Time:
        case TypeKind::Timestamp:
        case TypeKind::TimestampTz:
            return each_number<int32_t, int64_t>(column, arrow::int32(),
                                                 [&](int64_t v) { return bucket(hash_of(v)); });
        case TypeKind::Decimal:
            return each_view<arrow::Decimal128Array>(column, [&](std::string_view value) {
                arrow::Decimal128 decimal(reinterpret_cast<const uint8_t*>(value.data()));
                return bucket(murmur3(big_endian_bytes(from_arrow(decimal))));
            });
        case TypeKind::String:
        case TypeKind::Binary:
            return each_view<arrow::BinaryArray>(column, of_bytes);
        default:
            return each_view<arrow::FixedSizeBinaryArray>(column, of_bytes);
    }
}

// Years and months since 1970 by the civil calendar, for any day that 32 bits count.
int32_t years_or_months(int64_t day, bool is_month) {
    // Eras of 400 years from 0000-03-01 on are all alike.
    constexpr int64_t DaysPerEra = 146'097;
    constexpr int64_t DaysToEpoch = 719'468;
    int64_t shifted = day + DaysToEpoch;
    int64_t era = floor_divide(shifted, DaysPerEra);
    auto day_of_era = static_cast<uint32_t>(shifted - era * DaysPerEra);
    uint32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t month_from_march = (5 * day_of_year + 2) / 153;
    uint32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int64_t year = era * 400 + year_of_era + (month <= 2) - 1970;
    return static_cast<int32_t>(is_month ? year * 12 + month - 1 : year);
}

std::shared_ptr<arrow::Array> time_parts(const arrow::Array& column, const Type& source,
                                         Kind kind) {
    bool is_month = kind == Kind::Month;
    if (source.kind == TypeKind::Date) {
        return each_number<int32_t, int32_t>(
            column, arrow::int32(), [&](int32_t day) { return years_or_months(day, is_month); });
    }
    int64_t per_hour = is_nanos(source) ? MicrosPerHour * NanosPerMicro : MicrosPerHour;
    if (kind == Kind::Hour) {
        return each_number<int32_t, int64_t>(column, arrow::int32(), [&](int64_t v) {
            return static_cast<int32_t>(floor_divide(v, per_hour));
        });
    }
    int64_t per_day = per_hour * HoursPerDay;
    if (kind == Kind::Day) {
        return each_number<int32_t, int64_t>(column, arrow::date32(), [&](int64_t v) {
            return static_cast<int32_t>(floor_divide(v, per_day));
        });
    }
    return each_number<int32_t, int64_t>(column, arrow::int32(), [&](int64_t v) {
        return years_or_months(floor_divide(v, per_day), is_month);
    });
}

template <typename Cut>
std::shared_ptr<arrow::Array> shortened(const arrow::Array& column, const Cut& cut) {
    const auto& values = static_cast<const arrow::BinaryArray&>(column);
    columns::TextBuilder builder(column.type());
    for (int64_t row = 0; row < values.length(); ++row) {
        if (values.IsNull(row)) {
            builder.append_null();
        } else {
            builder.append(cut(values.GetView(row)));
        }
    }
    return builder.finish();
}

std::string_view first_characters(std::string_view text, int32_t count) {
    // As many bytes as characters are within the limit for sure.
    if (text.size() <= static_cast<size_t>(count)) return text;
    auto kept = first_code_points(text, count);
    if (!kept) throw Error(ErrorCode::InvalidInput, "truncate: the text is no UTF-8");
    return *kept;
}

std::shared_ptr<arrow::Array> truncated(const std::shared_ptr<arrow::Array>& column,
                                        const Type& source, int32_t width) {
    switch (source.kind) {
        case TypeKind::Int:
            return each_number<int32_t, int32_t>(*column, column->type(), [&](int32_t v) {
                return static_cast<int32_t>(floor_divide<int64_t>(v, width) * width);
            });
        case TypeKind::Long:
            return each_number<int64_t, int64_t>(*column, column->type(), [&](int64_t v) {
                return static_cast<int64_t>(floor_divide<Int128>(v, width) * width);
            });
        case TypeKind::Decimal:
            return each_number<DecimalWords, DecimalWords>(
                *column, column->type(), [&](DecimalWords words) {
                    return words_of(floor_divide<Int128>(number_of(words), width) * width);
                });
        case TypeKind::String:
            return shortened(*column,
                             [&](std::string_view text) { return first_characters(text, width); });
        default:
            return shortened(*column, [&](std::string_view bytes) {
                return bytes.substr(0, static_cast<size_t>(width));
            });
    }
}

}  // namespace

std::shared_ptr<arrow::Array> transform_column(const Transform& transform, const Type& source,
                                               const std::shared_ptr<arrow::Array>& column) {
    TARN_ASSERT(transform.can_transform(source));
    switch (transform.kind()) {
        case Kind::Identity:
            return column;
        case Kind::Bucket:
            return buckets(*column, source, transform.width());
        case Kind::Truncate:
            return truncated(column, source, transform.width());
        case Kind::Day:
            if (source.kind == TypeKind::Date) return column;
            return time_parts(*column, source, Kind::Day);
        case Kind::Year:
        case Kind::Month:
        case Kind::Hour:
            return time_parts(*column, source, transform.kind());
        case Kind::Void:
            return or_throw(arrow::MakeArrayOfNull(arrow_type(transform.result_type(source)),
                                                   column->length()));
        case Kind::Unknown:
            break;
    }
    throw Error(ErrorCode::InvalidInput, "the partition transform '{}' is not known",
                transform.text())
        .with_hint("such tables can be read, but not written");
}

std::shared_ptr<arrow::Array> column_by_id(const arrow::RecordBatch& rows, const Schema& schema,
                                           int32_t id) {
    auto index_in = [](const std::vector<Field>& fields, int32_t wanted) {
        auto found = std::ranges::find(fields, wanted, &Field::id);
        TARN_ASSERT(found != fields.end());
        return static_cast<int>(found - fields.begin());
    };
    auto parent = schema.parent_of(id);
    if (!parent) return rows.column(index_in(schema.fields(), id));
    auto outer = column_by_id(rows, schema, *parent);
    const auto& structs = static_cast<const arrow::StructArray&>(*outer);
    return or_throw(structs.GetFlattenedField(index_in(schema.find(*parent)->type.fields, id)));
}

}  // namespace tarn::iceberg
