#include "sql/values/readers.hpp"

#include "base/error.hpp"

namespace tarn::sql {
namespace {

int64_t scaled(const TimePoint& point, int64_t per_milli, int64_t below) {
    int64_t value = 0;
    if (__builtin_mul_overflow(point.millis, per_milli, &value) ||
        __builtin_add_overflow(value, below, &value)) {
        throw Error(ErrorCode::InvalidInput,
                    "a timestamp with more than 6 digits lies between 1677 and 2262");
    }
    return value;
}

}  // namespace

TimePoint time_point(int64_t value, arrow::TimeUnit::type unit) {
    switch (unit) {
        case arrow::TimeUnit::SECOND:
            return {value * MillisPerSecond, 0};
        case arrow::TimeUnit::MILLI:
            return {value, 0};
        case arrow::TimeUnit::MICRO:
            return {floor_div(value, MicrosPerMilli),
                    static_cast<int32_t>(floor_mod(value, MicrosPerMilli)) * NanosPerMicro};
        case arrow::TimeUnit::NANO:
            return {floor_div(value, NanosPerMilli),
                    static_cast<int32_t>(floor_mod(value, NanosPerMilli))};
    }
    return {};
}

int64_t stored_time(const TimePoint& point, arrow::TimeUnit::type unit) {
    switch (unit) {
        case arrow::TimeUnit::SECOND:
            return floor_div(point.millis, MillisPerSecond);
        case arrow::TimeUnit::MILLI:
            return point.millis;
        case arrow::TimeUnit::MICRO:
            return scaled(point, MicrosPerMilli, point.nanos / NanosPerMicro);
        case arrow::TimeUnit::NANO:
            return scaled(point, NanosPerMilli, point.nanos);
    }
    return 0;
}

}  // namespace tarn::sql
