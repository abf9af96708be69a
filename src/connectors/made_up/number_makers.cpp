#include <arrow/array/builder_primitive.h>
#include <arrow/util/decimal.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "connectors/made_up/makers.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

[[noreturn]] void refuse_bounds(const MadeColumn& column) {
    throw Error(ErrorCode::InvalidInput,
                "the options 'fields.{}' and 'fields.{}' leave no {} between them",
                column.key("min"), column.key("max"), text_of(column.type));
}

template <typename T>
class RandomInteger final : public ValueMaker {
public:
    explicit RandomInteger(const MadeColumn& column)
        : type_(sql::arrow_type(column.type)), random_(column.random) {
        int64_t least =
            column.options.whole(column.key("min")).value_or(std::numeric_limits<T>::min());
        int64_t most =
            column.options.whole(column.key("max")).value_or(std::numeric_limits<T>::max());
        bool fits = least >= std::numeric_limits<T>::min() &&
                    most <= std::numeric_limits<T>::max() && least <= most;
        if (!fits) refuse_bounds(column);
        least_ = static_cast<uint64_t>(least);
        // 0 for all of 64 bits: there is one more than the largest number.
        count_ = static_cast<uint64_t>(most) - least_ + 1;
    }

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        return fixed_array<T>(type_, rows, [this](int64_t row) {
            return static_cast<T>(least_ + random_.below(row, count_));
        });
    }

private:
    std::shared_ptr<arrow::DataType> type_;
    RowRandom random_;
    uint64_t least_;
    uint64_t count_;
};

template <typename T>
class RandomFloating final : public ValueMaker {
public:
    explicit RandomFloating(const MadeColumn& column)
        : type_(sql::arrow_type(column.type)), random_(column.random) {
        // Flink's bounds: the least number above zero, not the one farthest below it.
        least_ = column.options.number(column.key("min"))
                     .value_or(static_cast<double>(std::numeric_limits<T>::denorm_min()));
        double most = column.options.number(column.key("max"))
                          .value_or(static_cast<double>(std::numeric_limits<T>::max()));
        width_ = most - least_;
        if (!(width_ >= 0) || !std::isfinite(width_)) refuse_bounds(column);
    }

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        return fixed_array<T>(type_, rows, [this](int64_t row) {
            return static_cast<T>(least_ + random_.unit(row) * width_);
        });
    }

private:
    std::shared_ptr<arrow::DataType> type_;
    RowRandom random_;
    double least_;
    double width_;
};

// Without bounds any number of the type from zero up.
class RandomDecimal final : public ValueMaker {
public:
    explicit RandomDecimal(const MadeColumn& column)
        : type_(sql::arrow_type(column.type)), random_(column.random), scale_(column.type.scale) {
        double limit = std::pow(10.0, column.type.precision - scale_);
        least_ = column.options.number(column.key("min")).value_or(0);
        double most = column.options.number(column.key("max")).value_or(limit);
        if (least_ <= -limit || most > limit || least_ > most) refuse_bounds(column);
        width_ = most - least_;
        largest_ = arrow::Decimal128(arrow::Decimal128::GetMaxValue(column.type.precision));
    }

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        double step = std::pow(10.0, scale_);
        return fixed_array<arrow::Decimal128>(type_, rows, [&](int64_t row) {
            double value = least_ + random_.unit(row) * width_;
            auto units = arrow::Decimal128::FromReal(std::trunc(value * step), 38, 0);
            return units.ok() && *units < largest_ ? *units : largest_;
        });
    }

private:
    std::shared_ptr<arrow::DataType> type_;
    RowRandom random_;
    int scale_;
    double least_;
    double width_;
    arrow::Decimal128 largest_;
};

class RandomBoolean final : public ValueMaker {
public:
    explicit RandomBoolean(const MadeColumn& column) : random_(column.random) {}

    std::shared_ptr<arrow::Array> make(const RowRange& rows) const override {
        arrow::BooleanBuilder values;
        columns::or_throw(values.Reserve(rows.count));
        for (int64_t i = 0; i < rows.count; ++i) {
            values.UnsafeAppend((random_.bits(rows.begin + i) & 1) != 0);
        }
        return columns::or_throw(values.Finish());
    }

private:
    RowRandom random_;
};

}  // namespace

ValueMakerPtr random_number(const MadeColumn& column) {
    switch (column.type.kind) {
        case TypeKind::Boolean:
            return std::make_unique<RandomBoolean>(column);
        case TypeKind::TinyInt:
            return std::make_unique<RandomInteger<int8_t>>(column);
        case TypeKind::SmallInt:
            return std::make_unique<RandomInteger<int16_t>>(column);
        case TypeKind::Int:
        case TypeKind::IntervalMonths:
            return std::make_unique<RandomInteger<int32_t>>(column);
        case TypeKind::BigInt:
        case TypeKind::IntervalMillis:
            return std::make_unique<RandomInteger<int64_t>>(column);
        case TypeKind::Float:
            return std::make_unique<RandomFloating<float>>(column);
        case TypeKind::Double:
            return std::make_unique<RandomFloating<double>>(column);
        default:
            return std::make_unique<RandomDecimal>(column);
    }
}

}  // namespace tarn::connectors
