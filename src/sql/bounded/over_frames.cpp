// Which rows a frame holds.
#include <algorithm>
#include <ranges>

#include "base/assert.hpp"
#include "sql/bounded/over_order.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

using Kind = FrameBound::Kind;
using arrow::Decimal128;

// The values of the first sort key, to which offsets are added: exact ones as whole numbers of some
// small unit.
struct RangeKeys {
    Column column;
    std::vector<Decimal128> exact;
    std::vector<double> approximate;  // in the place of the exact ones
    Decimal128 unit = 1;              // how many of it an offset of 1 is
};

template <typename T, typename Convert>
void read_keys(RangeKeys& keys, int64_t rows, const Convert& convert) {
    Reader<T> reader(keys.column);
    for (int64_t row = 0; row < rows; ++row) {
        keys.exact.push_back(reader.is_null(row) ? Decimal128(0) : convert(reader[row]));
    }
}

template <typename T>
void read_approximate(RangeKeys& keys, int64_t rows) {
    Reader<T> reader(keys.column);
    for (int64_t row = 0; row < rows; ++row) {
        keys.approximate.push_back(reader.is_null(row) ? 0 : static_cast<double>(reader[row]));
    }
}

// Offsets of times are in milliseconds, and their finest unit is the nanosecond.
void read_times(RangeKeys& keys, int64_t rows) {
    keys.unit = NanosPerMilli;
    read_keys<WallTime>(keys, rows, [](const WallTime& time) {
        return Decimal128(time.millis) * Decimal128(NanosPerMilli) + Decimal128(time.nanos);
    });
}

RangeKeys range_keys(const Column& column, const Type& type, int64_t rows) {
    RangeKeys keys{column, {}, {}};
    auto whole = [](auto value) { return Decimal128(int64_t{value}); };
    switch (type.kind) {
        case TypeKind::TinyInt:
            read_keys<int8_t>(keys, rows, whole);
            break;
        case TypeKind::SmallInt:
            read_keys<int16_t>(keys, rows, whole);
            break;
        case TypeKind::Int:
        case TypeKind::Time:
            read_keys<int32_t>(keys, rows, whole);
            break;
        case TypeKind::BigInt:
            read_keys<int64_t>(keys, rows, whole);
            break;
        case TypeKind::Date:
            read_keys<Day>(keys, rows, [](Day day) { return Decimal128(day.days * MillisPerDay); });
            break;
        case TypeKind::Timestamp:
        case TypeKind::TimestampLtz:
            read_times(keys, rows);
            break;
        case TypeKind::Decimal:
            keys.unit = Decimal128::GetScaleMultiplier(type.scale);
            read_keys<Decimal128>(keys, rows, [](const Decimal128& value) { return value; });
            break;
        case TypeKind::Float:
            read_approximate<float>(keys, rows);
            break;
        default:
            TARN_ASSERT(type.kind == TypeKind::Double);
            read_approximate<double>(keys, rows);
            break;
    }
    return keys;
}

// The edges of range frames whose offset is added to a value.
template <typename T>
class RangeEdges {
public:
    RangeEdges(const std::vector<T>& values, const Column& column, const OverOrder& order,
               bool is_descending)
        : values_(values), column_(column), order_(order), is_descending_(is_descending) {}

    // Of the row at the position, which has a value: how far the rows reach that are before its
    // value moved by the offset, and with `is_end` also those at it.
    int64_t edge(int64_t position, const T& offset, bool is_preceding, bool is_end) const {
        T value = values_[static_cast<size_t>(position)];
        value = is_preceding == is_descending_ ? value + offset : value - offset;
        auto is_before = [&](int64_t other) {
            const T& of_other = values_[static_cast<size_t>(other)];
            if (of_other == value) return is_end;
            return is_descending_ ? of_other > value : of_other < value;
        };
        Stretch known = known_rows(position);
        auto positions = std::views::iota(known.begin, known.end);
        return *std::ranges::partition_point(positions, is_before);
    }

private:
    // Those of the partition that are not NULL; the others all are at one end of it.
    Stretch known_rows(int64_t position) const {
        Stretch known = order_.partitions[static_cast<size_t>(position)];
        auto is_null = [this](int64_t at) { return column_.is_null(at); };
        auto is_known = [this](int64_t at) { return !column_.is_null(at); };
        auto positions = std::views::iota(known.begin, known.end);
        if (is_null(known.begin)) {
            known.begin = *std::ranges::partition_point(positions, is_null);
        } else {
            known.end = *std::ranges::partition_point(positions, is_known);
        }
        return known;
    }

    const std::vector<T>& values_;
    const Column& column_;
    const OverOrder& order_;
    bool is_descending_;
};

bool has_offset(const Frame::Bound& bound) {
    return bound.kind == Kind::Preceding || bound.kind == Kind::Following;
}

// A frame, where a bound without an offset is the same for each kind of value.
int64_t plain_edge(const Frame::Bound& bound, const Stretch& partition, const Stretch& current,
                   bool is_end) {
    if (bound.kind == Kind::UnboundedPreceding) return partition.begin;
    if (bound.kind == Kind::UnboundedFollowing) return partition.end;
    return is_end ? current.end : current.begin;
}

int64_t row_edge(const Frame::Bound& bound, const Stretch& partition, int64_t position,
                 bool is_end) {
    int64_t behind = is_end ? 1 : 0;
    if (!has_offset(bound)) {
        return plain_edge(bound, partition, {position, position + 1}, is_end);
    }
    // More rows than there are is as good as all of them.
    int64_t offset = std::min(bound.offset, partition.length());
    int64_t edge = bound.kind == Kind::Preceding ? position - offset : position + offset;
    return std::clamp(edge + behind, partition.begin, partition.end);
}

Stretch stretch(int64_t begin, int64_t end) {
    return {begin, std::max(begin, end)};
}

std::vector<Stretch> row_frames(const Frame& frame, const OverOrder& order) {
    std::vector<Stretch> frames;
    for (int64_t position = 0; position < order.rows.rows; ++position) {
        Stretch partition = order.partitions[static_cast<size_t>(position)];
        frames.push_back(stretch(row_edge(frame.from, partition, position, false),
                                 row_edge(frame.to, partition, position, true)));
    }
    return frames;
}

// Frames whose edges are peers or a whole partition, so that no value is computed with.
std::vector<Stretch> peer_frames(const Frame& frame, const OverOrder& order) {
    std::vector<Stretch> frames;
    for (size_t i = 0; i < order.peers.size(); ++i) {
        frames.push_back(stretch(plain_edge(frame.from, order.partitions[i], order.peers[i], false),
                                 plain_edge(frame.to, order.partitions[i], order.peers[i], true)));
    }
    return frames;
}

// Around a row without a value an offset leads nowhere: its peers are all that is in reach.
template <typename T>
std::vector<Stretch> range_frames(const Frame& frame, const OverOrder& order,
                                  const std::vector<T>& values, const RangeKeys& keys, T unit,
                                  bool is_descending) {
    RangeEdges<T> edges(values, keys.column, order, is_descending);
    auto edge = [&](const Frame::Bound& bound, int64_t position, bool is_end) {
        auto place = static_cast<size_t>(position);
        if (!has_offset(bound) || keys.column.is_null(position)) {
            return plain_edge(bound, order.partitions[place], order.peers[place], is_end);
        }
        return edges.edge(position, T(bound.offset) * unit, bound.kind == Kind::Preceding, is_end);
    };
    std::vector<Stretch> frames;
    for (int64_t position = 0; position < order.rows.rows; ++position) {
        frames.push_back(
            stretch(edge(frame.from, position, false), edge(frame.to, position, true)));
    }
    return frames;
}

}  // namespace

std::vector<Stretch> frames_of(const OverRows& step, const OverOrder& order) {
    const Frame& frame = step.frame;
    if (frame.is_by_rows) return row_frames(frame, order);
    if (!has_offset(frame.from) && !has_offset(frame.to)) return peer_frames(frame, order);
    TARN_ASSERT(!step.order.empty());
    const SortKey& key = step.order.front();
    RangeKeys keys = range_keys(order.rows.columns[key.column],
                                step.input->columns[key.column].type, order.rows.rows);
    if (!keys.approximate.empty()) {
        return range_frames<double>(frame, order, keys.approximate, keys, 1, key.is_descending);
    }
    return range_frames(frame, order, keys.exact, keys, keys.unit, key.is_descending);
}

}  // namespace tarn::sql
