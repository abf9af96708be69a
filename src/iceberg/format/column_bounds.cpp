#include "iceberg/format/column_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "iceberg/format/code_points.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

enum class Side { Lower, Upper };

// Zero has two signs that compare alike, and a file can have both where its statistics show one:
// the bounds allow for that. NaN is no bound.
template <typename T>
std::optional<Bytes> float_bound(BytesView bytes, const Type& type, Side side) {
    OptionalValue value = from_bytes(bytes, type);
    if (!value) return std::nullopt;
    T number = std::get<T>(*value);
    if (std::isnan(number)) return std::nullopt;
    if (number == 0) number = side == Side::Lower ? -T{0} : T{0};
    return to_bytes(Value(number));
}

std::optional<Bytes> text_bound(BytesView bytes, int length, Side side) {
    auto bound = side == Side::Lower ? text_lower_bound(as_text(bytes), length)
                                     : text_upper_bound(as_text(bytes), length);
    if (!bound) return std::nullopt;
    return copy_of(as_bytes(*bound));
}

std::optional<Bytes> bound_of(const std::optional<Bytes>& bound, const Type& type,
                              const MetricsMode& mode, Side side) {
    if (!bound) return std::nullopt;
    int length =
        mode.kind == MetricsMode::Kind::Truncate ? mode.length : std::numeric_limits<int>::max();
    switch (type.kind) {
        case TypeKind::Float:
            return float_bound<float>(*bound, type, side);
        case TypeKind::Double:
            return float_bound<double>(*bound, type, side);
        case TypeKind::String:
            return text_bound(*bound, length, side);
        case TypeKind::Fixed:
        case TypeKind::Binary:
            if (side == Side::Lower) return binary_lower_bound(*bound, length);
            return binary_upper_bound(*bound, length);
        default:
            return bound;
    }
}

// The next one that text can have.
char32_t increased(char32_t code_point) {
    return code_point + 1 == SurrogateMin ? SurrogateMax + 1 : code_point + 1;
}

}  // namespace

ColumnMetrics column_metrics(const columns::ParquetFileMetrics& file, const Schema& schema,
                             const MetricsModes& modes) {
    ColumnMetrics metrics;
    for (const columns::ParquetColumnMetrics& column : file.columns) {
        const Field* field = column.field_id ? schema.find(*column.field_id) : nullptr;
        if (!field) continue;
        metrics.column_bytes[field->id] = column.compressed_bytes;
        MetricsMode mode = modes.of(field->id);
        if (mode.kind == MetricsMode::Kind::None) continue;
        metrics.value_counts[field->id] = column.value_count;
        if (column.null_count) metrics.null_counts[field->id] = *column.null_count;
        if (column.nan_count) metrics.nan_counts[field->id] = *column.nan_count;
        if (!mode.has_bounds() || column.is_repeated) continue;
        auto lower = bound_of(column.lower_bound, field->type, mode, Side::Lower);
        if (lower) metrics.lower_bounds[field->id] = *std::move(lower);
        auto upper = bound_of(column.upper_bound, field->type, mode, Side::Upper);
        if (upper) metrics.upper_bounds[field->id] = *std::move(upper);
    }
    return metrics;
}

std::optional<std::string> text_lower_bound(std::string_view text, int length) {
    auto kept = first_code_points(text, length);
    if (!kept) return std::nullopt;
    return std::string(*kept);
}

std::optional<std::string> text_upper_bound(std::string_view text, int length) {
    size_t last_begin = 0;  // of the last code point that can be increased
    std::optional<char32_t> last;
    size_t position = 0;
    for (int taken = 0; taken < length && position < text.size(); ++taken) {
        size_t begin = position;
        auto code_point = take_code_point(text, position);
        if (!code_point) return std::nullopt;
        if (*code_point == CodePointMax) continue;
        last = code_point;
        last_begin = begin;
    }
    if (position == text.size()) return std::string(text);
    if (!last) return std::nullopt;
    std::string kept(text.substr(0, last_begin));
    append_code_point(kept, increased(*last));
    return kept;
}

Bytes binary_lower_bound(BytesView bytes, int length) {
    return copy_of(bytes.first(std::min(bytes.size(), static_cast<size_t>(length))));
}

std::optional<Bytes> binary_upper_bound(BytesView bytes, int length) {
    Bytes kept = binary_lower_bound(bytes, length);
    if (kept.size() == bytes.size()) return kept;
    while (!kept.empty() && kept.back() == std::byte{0xFF}) kept.pop_back();
    if (kept.empty()) return std::nullopt;
    kept.back() = static_cast<std::byte>(static_cast<uint8_t>(kept.back()) + 1);
    return kept;
}

}  // namespace tarn::iceberg
