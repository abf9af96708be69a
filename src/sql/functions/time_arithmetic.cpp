#include "sql/functions/time_arithmetic.hpp"

#include "sql/functions/scalar.hpp"
#include "sql/functions/time_units.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

// --- a time and an interval

Day moved(Day day, Months by) {
    return {static_cast<int32_t>(days_plus_months(day.days, by.count))};
}
// A date has no hours, and those of the interval fall off before it is added.
Day moved(Day day, Millis by) {
    return {static_cast<int32_t>(wrapped_sum(day.days, by.count / MillisPerDay))};
}
TimeOfDay moved(TimeOfDay time, Months) {
    return time;
}
TimeOfDay moved(TimeOfDay time, Millis by) {
    return {static_cast<int32_t>(floor_mod(time.millis + by.count % MillisPerDay, MillisPerDay))};
}
// Of moments, too: it is the clock of UTC that moves, so a day has always 24 hours.
template <std::derived_from<TimePoint> Time>
Time moved(Time time, Months by) {
    return Time{plus_months(time, by.count)};
}
template <std::derived_from<TimePoint> Time>
Time moved(Time time, Millis by) {
    return Time{plus_millis(time, by.count)};
}

Months negated(Months months) {
    return {static_cast<int32_t>(-static_cast<uint32_t>(months.count))};
}
Millis negated(Millis millis) {
    return {wrapped_product(millis.count, -1)};
}

template <typename Time, typename Interval>
Kernel moving_kernel(Operator op, bool is_interval_first) {
    if (is_interval_first) {
        return kernel_of([](Interval by, Time time) { return moved(time, by); });
    }
    if (op == Operator::Plus) {
        return kernel_of([](Time time, Interval by) { return moved(time, by); });
    }
    return kernel_of([](Time time, Interval by) { return moved(time, negated(by)); });
}

template <typename Interval>
std::optional<Kernel> moving(TypeKind time, Operator op, bool is_interval_first) {
    switch (time) {
        case TypeKind::Date:
            return moving_kernel<Day, Interval>(op, is_interval_first);
        case TypeKind::Time:
            return moving_kernel<TimeOfDay, Interval>(op, is_interval_first);
        case TypeKind::Timestamp:
            return moving_kernel<WallTime, Interval>(op, is_interval_first);
        case TypeKind::TimestampLtz:
            return moving_kernel<Instant, Interval>(op, is_interval_first);
        default:
            return std::nullopt;
    }
}

// --- intervals among themselves and with numbers

Months summed(Months left, Months right) {
    return {static_cast<int32_t>(wrapped_sum(left.count, right.count))};
}
Millis summed(Millis left, Millis right) {
    return {wrapped_sum(left.count, right.count)};
}
Months multiplied(Months months, int64_t by) {
    return {static_cast<int32_t>(wrapped_product(months.count, by))};
}
Millis multiplied(Millis millis, int64_t by) {
    return {wrapped_product(millis.count, by)};
}

template <typename Interval>
std::optional<Kernel> sum_kernel(Operator op) {
    if (op == Operator::Plus) {
        return kernel_of([](Interval left, Interval right) { return summed(left, right); });
    }
    return kernel_of([](Interval left, Interval right) { return summed(left, negated(right)); });
}

template <typename Interval>
std::optional<Kernel> product_kernel(bool is_interval_first) {
    if (is_interval_first) {
        return kernel_of([](Interval interval, int64_t by) { return multiplied(interval, by); });
    }
    return kernel_of([](int64_t by, Interval interval) { return multiplied(interval, by); });
}

template <typename Interval>
std::optional<Signature> of_two(Operator op, const Type& left, const Type& right) {
    auto result = arithmetic_type(op, left, right);
    if (!result) return std::nullopt;
    bool is_interval_first = is_interval(left);
    const Type& other = is_interval_first ? right : left;
    std::optional<Kernel> kernel;
    std::vector<Type> arguments = {left, right};
    if (is_interval(other)) {
        kernel = sum_kernel<Interval>(op);
    } else if (is_integer(other) && op == Operator::Times) {
        // Flink has neither the half of an interval nor one and a half of it.
        kernel = product_kernel<Interval>(is_interval_first);
        arguments[is_interval_first ? 1 : 0] =
            simple_type(TypeKind::BigInt).or_null(other.is_nullable);
    } else {
        kernel = moving<Interval>(other.kind, op, is_interval_first);
    }
    if (!kernel) return std::nullopt;
    return Signature{std::move(*result), std::move(arguments), std::move(*kernel)};
}

std::optional<Signature> negative(const Type& type) {
    if (type.kind == TypeKind::IntervalMonths) {
        return Signature{type, {type}, kernel_of([](Months months) { return negated(months); })};
    }
    return Signature{type, {type}, kernel_of([](Millis millis) { return negated(millis); })};
}

// --- differences

TimePoint point_of(Day day) {
    return {day.days * MillisPerDay, 0};
}
TimePoint point_of(const TimePoint& time) {
    return time;
}

template <typename Time>
Kernel difference_kernel(TypeKind interval) {
    if (interval == TypeKind::IntervalMonths) {
        return kernel_of([](Time to, Time from) {
            return Months{months_between(point_of(from), point_of(to))};
        });
    }
    return kernel_of([](Time to, Time from) {
        return Millis{wrapped_sum(point_of(to).millis, wrapped_product(point_of(from).millis, -1))};
    });
}

std::optional<Kernel> difference(TypeKind time, TypeKind interval) {
    switch (time) {
        case TypeKind::Date:
            return difference_kernel<Day>(interval);
        case TypeKind::Timestamp:
            return difference_kernel<WallTime>(interval);
        case TypeKind::TimestampLtz:
            return difference_kernel<Instant>(interval);
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<Signature> time_arithmetic(Operator op, Arguments arguments) {
    if (arguments.size() == 1) {
        bool is_negative = op == Operator::Negative && is_interval(arguments[0].type);
        return is_negative ? negative(arguments[0].type) : std::nullopt;
    }
    if (arguments.size() != 2) return std::nullopt;
    const Type& left = arguments[0].type;
    const Type& right = arguments[1].type;
    if (!is_interval(left) && !is_interval(right)) return std::nullopt;
    TypeKind interval = is_interval(left) ? left.kind : right.kind;
    return interval == TypeKind::IntervalMonths ? of_two<Months>(op, left, right)
                                                : of_two<Millis>(op, left, right);
}

std::optional<Signature> time_difference(TypeKind interval, Arguments arguments) {
    if (arguments.size() != 2 || arguments[0].type.kind != arguments[1].type.kind) {
        return std::nullopt;
    }
    auto kernel = difference(arguments[0].type.kind, interval);
    if (!kernel) return std::nullopt;
    return Signature{nullable_as(simple_type(interval), arguments),
                     {arguments[0].type, arguments[1].type},
                     std::move(*kernel)};
}

}  // namespace tarn::sql
