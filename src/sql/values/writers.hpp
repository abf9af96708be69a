// From plain C++ values to columns: Writer<T>(type, rows), append() for each row, finish(). What
// can be written: all that can be read, with std::string and Bytes for texts and bytes.
#pragma once

#include <arrow/array/builder_base.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>

#include <memory>
#include <string>

#include "columns/arrow_result.hpp"
#include "sql/values/arrow_types.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {

struct Bytes {
    std::string bytes;
};

template <typename Builder>
class BuilderWriter {
public:
    BuilderWriter(const Type& type, int64_t rows)
        : builder_(arrow_type(type), arrow::default_memory_pool()) {
        columns::or_throw(builder_.Reserve(rows));
    }

    void append_null() { columns::or_throw(builder_.AppendNull()); }
    Column finish() {
        Column column;
        columns::or_throw(builder_.Finish(&column.values));
        return column;
    }

protected:
    Builder builder_;
};

template <typename T>
class Writer;

template <PlainNumber T>
class Writer<T> : public BuilderWriter<typename arrow::CTypeTraits<T>::BuilderType> {
public:
    using BuilderWriter<typename arrow::CTypeTraits<T>::BuilderType>::BuilderWriter;
    void append(T value) { this->builder_.UnsafeAppend(value); }
};

template <>
class Writer<bool> : public BuilderWriter<arrow::BooleanBuilder> {
public:
    using BuilderWriter::BuilderWriter;
    void append(bool value) { builder_.UnsafeAppend(value); }
};

template <>
class Writer<std::string_view> : public BuilderWriter<arrow::StringBuilder> {
public:
    using BuilderWriter::BuilderWriter;
    void append(std::string_view value) { columns::or_throw(builder_.Append(value)); }
};

template <>
class Writer<std::string> : public Writer<std::string_view> {
    using Writer<std::string_view>::Writer;
};

template <>
class Writer<BytesView> : public BuilderWriter<arrow::BinaryBuilder> {
public:
    using BuilderWriter::BuilderWriter;
    void append(BytesView value) { columns::or_throw(builder_.Append(value.bytes)); }
};

template <>
class Writer<Bytes> : public Writer<BytesView> {
public:
    using Writer<BytesView>::Writer;
    void append(const Bytes& value) { Writer<BytesView>::append({value.bytes}); }
};

template <>
class Writer<arrow::Decimal128> : public BuilderWriter<arrow::Decimal128Builder> {
public:
    using BuilderWriter::BuilderWriter;
    void append(const arrow::Decimal128& value) { builder_.UnsafeAppend(value); }
};

template <>
class Writer<Day> : public BuilderWriter<arrow::Date32Builder> {
public:
    using BuilderWriter::BuilderWriter;
    void append(Day value) { builder_.UnsafeAppend(value.days); }
};

template <>
class Writer<TimeOfDay> : public BuilderWriter<arrow::Time32Builder> {
public:
    using BuilderWriter::BuilderWriter;
    void append(TimeOfDay value) { builder_.UnsafeAppend(value.millis); }
};

template <>
class Writer<Months> : public BuilderWriter<arrow::Int32Builder> {
public:
    using BuilderWriter::BuilderWriter;
    void append(Months value) { builder_.UnsafeAppend(value.count); }
};

template <>
class Writer<Millis> : public BuilderWriter<arrow::Int64Builder> {
public:
    using BuilderWriter::BuilderWriter;
    void append(Millis value) { builder_.UnsafeAppend(value.count); }
};

class TimePointWriter : public BuilderWriter<arrow::TimestampBuilder> {
public:
    TimePointWriter(const Type& type, int64_t rows)
        : BuilderWriter(type, rows), unit_(unit_of(type)) {}
    void append(const TimePoint& value) { builder_.UnsafeAppend(stored_time(value, unit_)); }

private:
    arrow::TimeUnit::type unit_;
};

template <>
class Writer<WallTime> : public TimePointWriter {
    using TimePointWriter::TimePointWriter;
};
template <>
class Writer<Instant> : public TimePointWriter {
    using TimePointWriter::TimePointWriter;
};

template <typename T>
class Writer<std::optional<T>> : public Writer<T> {
public:
    using Writer<T>::Writer;
    void append(const std::optional<T>& value) {
        value ? Writer<T>::append(*value) : this->append_null();
    }
};

// As an array of one value, which all rows share.
template <typename T>
Column constant_column(const Type& type, const T& value) {
    Writer<T> writer(type, 1);
    writer.append(value);
    Column column = writer.finish();
    column.is_constant = true;
    return column;
}

}  // namespace tarn::sql
