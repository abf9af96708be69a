// From columns to plain C++ values: Reader<T>(column)[row]. Which T goes with which type of SQL
// says ValueType<T>. A value that is NULL must not be read, save as an optional.
#pragma once

#include <arrow/array.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/decimal.h>

#include <optional>
#include <string>
#include <string_view>

#include "sql/values/column.hpp"
#include "sql/values/moments.hpp"

namespace tarn::sql {

// BINARY and VARBINARY, so that they are none of the texts.
struct BytesView {
    std::string_view bytes;
};

template <typename T>
concept PlainNumber =
    std::same_as<T, int8_t> || std::same_as<T, int16_t> || std::same_as<T, int32_t> ||
    std::same_as<T, int64_t> || std::same_as<T, float> || std::same_as<T, double>;

// Where the value of a row stands, without a branch: a constant is at 0 for all rows.
class Places {
public:
    explicit Places(const Column& column)
        : mask_(column.is_constant ? 0 : ~int64_t{0}),
          offset_(column.values->offset()),
          validity_(column.values->null_count() > 0 ? column.values->null_bitmap_data() : nullptr) {
    }

    int64_t operator()(int64_t row) const { return row & mask_; }
    bool is_null(int64_t row) const {
        return validity_ && !arrow::bit_util::GetBit(validity_, (row & mask_) + offset_);
    }

private:
    int64_t mask_;
    int64_t offset_;
    const uint8_t* validity_;
};

template <typename T>
class Reader;

template <PlainNumber T>
class Reader<T> {
public:
    explicit Reader(const Column& column)
        : at_(column), values_(column.values->data()->template GetValues<T>(1)) {}

    bool is_null(int64_t row) const { return at_.is_null(row); }
    T operator[](int64_t row) const { return values_[at_(row)]; }

private:
    Places at_;
    const T* values_;
};

// Of what Arrow keeps as one number and we as a struct of one.
template <typename T, typename Stored>
class WrappedReader {
public:
    explicit WrappedReader(const Column& column) : stored_(column) {}

    bool is_null(int64_t row) const { return stored_.is_null(row); }
    T operator[](int64_t row) const { return T{stored_[row]}; }

private:
    Reader<Stored> stored_;
};

template <>
class Reader<Day> : public WrappedReader<Day, int32_t> {
    using WrappedReader::WrappedReader;
};
template <>
class Reader<TimeOfDay> : public WrappedReader<TimeOfDay, int32_t> {
    using WrappedReader::WrappedReader;
};
template <>
class Reader<Months> : public WrappedReader<Months, int32_t> {
    using WrappedReader::WrappedReader;
};
template <>
class Reader<Millis> : public WrappedReader<Millis, int64_t> {
    using WrappedReader::WrappedReader;
};

// Of arrays whose own GetValue or GetView says it all.
template <typename T, typename Array>
class ArrayReader {
public:
    explicit ArrayReader(const Column& column)
        : at_(column), array_(static_cast<const Array&>(*column.values)) {}

    bool is_null(int64_t row) const { return at_.is_null(row); }
    T operator[](int64_t row) const { return T{array_.GetView(at_(row))}; }

private:
    Places at_;
    const Array& array_;
};

template <>
class Reader<bool> : public ArrayReader<bool, arrow::BooleanArray> {
    using ArrayReader::ArrayReader;
};
template <>
class Reader<std::string_view> : public ArrayReader<std::string_view, arrow::StringArray> {
    using ArrayReader::ArrayReader;
};
template <>
class Reader<BytesView> : public ArrayReader<BytesView, arrow::BinaryArray> {
    using ArrayReader::ArrayReader;
};
template <>
class Reader<arrow::Decimal128> {
public:
    explicit Reader(const Column& column)
        : at_(column), array_(static_cast<const arrow::Decimal128Array&>(*column.values)) {}

    bool is_null(int64_t row) const { return at_.is_null(row); }
    arrow::Decimal128 operator[](int64_t row) const {
        return arrow::Decimal128(array_.GetValue(at_(row)));
    }

private:
    Places at_;
    const arrow::Decimal128Array& array_;
};

// How a unit of Arrow's relates to the millisecond: all are a power of 1,000.
TimePoint time_point(int64_t value, arrow::TimeUnit::type unit);
// What is finer than the unit is cut off.
int64_t stored_time(const TimePoint& point, arrow::TimeUnit::type unit);

template <typename T>
class TimePointReader {
public:
    explicit TimePointReader(const Column& column)
        : stored_(column),
          unit_(static_cast<const arrow::TimestampType&>(*column.values->type()).unit()) {}

    bool is_null(int64_t row) const { return stored_.is_null(row); }
    T operator[](int64_t row) const { return T{time_point(stored_[row], unit_)}; }

private:
    Reader<int64_t> stored_;
    arrow::TimeUnit::type unit_;
};

template <>
class Reader<WallTime> : public TimePointReader<WallTime> {
    using TimePointReader::TimePointReader;
};
template <>
class Reader<Instant> : public TimePointReader<Instant> {
    using TimePointReader::TimePointReader;
};

// NULL is a value here.
template <typename T>
class Reader<std::optional<T>> {
public:
    explicit Reader(const Column& column) : of_(column) {}

    bool is_null(int64_t) const { return false; }
    std::optional<T> operator[](int64_t row) const {
        if (of_.is_null(row)) return std::nullopt;
        return of_[row];
    }

private:
    Reader<T> of_;
};

}  // namespace tarn::sql
