// The part of the binder that knows periods and differences of times.
#include <algorithm>
#include <array>

#include "sql/expressions/binder.hpp"
#include "sql/expressions/literals.hpp"
#include "sql/expressions/operations.hpp"
#include "sql/expressions/written_rows.hpp"
#include "sql/functions/time_arithmetic.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {

Bound ExpressionBinder::bind_node(const TimeDifference& difference, Span span) const {
    auto kind = interval_kind(difference.units);
    if (!kind) {
        refuse(span, fmt::format("there are no intervals of {} TO {}", difference.units.from,
                                 difference.units.to));
    }
    std::vector<Bound> times{bind(*difference.to), bind(*difference.from)};
    auto signature = time_difference(*kind, known_of(times));
    if (!signature) {
        refuse(span, fmt::format("there is no difference of {}", types_text(times)),
               "it is of two dates, two TIMESTAMPs or two TIMESTAMP_LTZs");
    }
    return called(*kind == TypeKind::IntervalMonths ? "- MONTH" : "- SECOND", *signature, times,
                  span);
}

// The two ends as they are written; a length instead of the second is added to the first.
std::vector<Bound> ExpressionBinder::period(const Expression& written, Span span) const {
    const auto* ends = written_fields(written);
    if (!ends || ends->size() != 2) {
        refuse(written.span, "OVERLAPS wants two periods, as in (a, b) OVERLAPS (c, d)");
    }
    std::vector<Bound> bound = bind_all(*ends);
    if (is_null_type(bound[1])) bound[1] = cast_to(bound[1], bound[0]->type);
    auto sum = is_interval(bound[1]->type)
                   ? operation_signature({Operator::Plus, {}}, known_of(bound))
                   : std::nullopt;
    if (sum) bound[1] = called("+", *sum, bound, span);
    return bound;
}

// Flink turns each period so that it begins at its earlier end, or at the second when not both are
// known; and then neither may begin behind the end of the other.
Bound ExpressionBinder::overlaps(const Operation& operation, Span span) const {
    constexpr auto Times = std::to_array(
        {TypeKind::Date, TypeKind::Time, TypeKind::Timestamp, TypeKind::TimestampLtz});
    std::vector<Bound> ends = period(operation.operands[0], span);
    for (Bound& end : period(operation.operands[1], span)) ends.push_back(std::move(end));
    TypeKind kind = ends[0]->type.kind;
    bool is_one_kind =
        std::ranges::all_of(ends, [&](const Bound& end) { return end->type.kind == kind; });
    if (!is_one_kind || std::ranges::find(Times, kind) == Times.end()) {
        refuse(span, fmt::format("OVERLAPS does not go with {}", types_text(ends)),
               "all are of one kind of time, or the second of a period is an interval");
    }
    for (size_t first : {0, 2}) {
        std::vector<Bound> both(ends.begin() + first, ends.begin() + first + 2);
        Bound is_in_order = compared(Operator::LessEqual, both[0], both[1], span);
        ends[first] = chosen({{is_in_order, both[0]}}, both[1], span);
        ends[first + 1] = chosen({{is_in_order, both[1]}}, both[0], span);
    }
    return junction(true,
                    {compared(Operator::GreaterEqual, ends[1], ends[2], span),
                     compared(Operator::GreaterEqual, ends[3], ends[0], span)},
                    span);
}

}  // namespace tarn::sql
