#include "sql/functions/scalar.hpp"
#include "sql/functions/time_arithmetic.hpp"
#include "sql/functions/time_units.hpp"
#include "sql/functions/topics.hpp"
#include "sql/functions/unit_argument.hpp"

namespace tarn::sql {
namespace {

// --- TIMESTAMPADD

// So many units as the interval that they come to, and the time moved by that.
template <typename Interval>
Kernel adding(Kernel sum, TypeKind kind, int64_t factor) {
    Kernel counted = kernel_of([factor](int64_t count) {
        using Count = decltype(Interval::count);
        return Interval{static_cast<Count>(wrapped_product(count, factor))};
    });
    return [=](const KernelCall& call) {
        Type type = simple_type(kind);
        Column interval = counted({call.arguments.first(1), call.rows, type, call.session});
        Column operands[] = {call.arguments[1], std::move(interval)};
        return sum({operands, call.rows, call.type, call.session});
    };
}

std::optional<Signature> timestamp_add(Arguments arguments) {
    auto unit = arguments.size() == 3 ? unit_argument(arguments, 0) : std::nullopt;
    if (!unit || *unit == Unit::Millisecond || !is_integer(arguments[1].type)) return std::nullopt;
    auto months = months_of(*unit);
    auto millis = millis_of(*unit);
    if (!months && !millis) return std::nullopt;
    Type time = arguments[2].type;
    bool has_clock = !months && *millis < MillisPerDay;
    if (time.kind == TypeKind::Date && has_clock) {
        time = type_with(TypeKind::Timestamp, 6).or_null(time.is_nullable);
    }
    TypeKind kind = months ? TypeKind::IntervalMonths : TypeKind::IntervalMillis;
    Argument operands[] = {{time}, {simple_type(kind).or_null(arguments[1].type.is_nullable)}};
    auto sum = time_arithmetic(Operator::Plus, operands);
    if (!sum) return std::nullopt;
    Type count = simple_type(TypeKind::BigInt).or_null(arguments[1].type.is_nullable);
    Kernel kernel = months ? adding<Months>(std::move(sum->kernel), kind, *months)
                           : adding<Millis>(std::move(sum->kernel), kind, *millis);
    return with_symbol_first(arguments,
                             Signature{sum->result, {std::move(count), time}, std::move(kernel)});
}

// --- TIMESTAMPDIFF

// What does not fit into an INT goes on at its other end.
template <typename Time>
std::optional<Kernel> counting(Unit unit) {
    if (auto months = months_of(unit)) {
        return kernel_of(
            [by = *months](Time from, Time to) { return months_between(from, to) / by; });
    }
    auto millis = millis_of(unit);
    if (!millis || unit == Unit::Millisecond) return std::nullopt;
    return kernel_of([by = *millis](Time from, Time to) {
        int64_t length = wrapped_sum(to.millis, wrapped_product(from.millis, -1));
        return static_cast<int32_t>(length / by);
    });
}

// A date counts as its midnight.
std::optional<Type> as_timestamp(const Type& type) {
    if (is_timestamp(type)) return type;
    if (type.kind != TypeKind::Date) return std::nullopt;
    return type_with(TypeKind::Timestamp, 3).or_null(type.is_nullable);
}

std::optional<Signature> timestamp_diff(Arguments arguments) {
    auto unit = arguments.size() == 3 ? unit_argument(arguments, 0) : std::nullopt;
    if (!unit) return std::nullopt;
    auto from = as_timestamp(arguments[1].type);
    auto to = as_timestamp(arguments[2].type);
    if (!from || !to || from->kind != to->kind) return std::nullopt;
    auto kernel =
        from->kind == TypeKind::Timestamp ? counting<WallTime>(*unit) : counting<Instant>(*unit);
    if (!kernel) return std::nullopt;
    Type result = nullable_as(simple_type(TypeKind::Int), arguments.subspan(1));
    return with_symbol_first(
        arguments, Signature{std::move(result), {std::move(*from), std::move(*to)}, *kernel});
}

}  // namespace

std::vector<Function> time_sum_functions() {
    return {
        {"TIMESTAMPADD", Topic::Time, "TIMESTAMPADD(unit, count, time)",
         "The time so many units later: YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE or SECOND. A "
         "day that a month does not have becomes its last.",
         "TIMESTAMPADD(MONTH, 1, DATE '2024-01-31') → 2024-02-29", timestamp_add},
        {"TIMESTAMPDIFF", Topic::Time, "TIMESTAMPDIFF(unit, from, to)",
         "How many whole units lie between two times; below zero when the second is the earlier.",
         "TIMESTAMPDIFF(DAY, DATE '2024-01-31', DATE '2024-02-29') → 29", timestamp_diff},
    };
}

}  // namespace tarn::sql
