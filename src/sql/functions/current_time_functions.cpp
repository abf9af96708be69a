#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

WallTime local_now(const Session& session) {
    return session.zone.wall_time(session.now);
}

TimeOfDay time_of_day_now(const Session& session) {
    return {static_cast<int32_t>(floor_mod(local_now(session).millis, MillisPerDay))};
}

Day today(const Session& session) {
    return {static_cast<int32_t>(floor_div(local_now(session).millis, MillisPerDay))};
}

Instant moment_now(const Session& session) {
    return session.now;
}

// The same for all rows of a batch.
template <typename Now>
Resolver now_giving(Type type, Now now) {
    return [type, now](Arguments arguments) -> std::optional<Signature> {
        if (!arguments.empty()) return std::nullopt;
        return Signature{type.not_null(), {}, [now](const KernelCall& call) {
                             return constant_column(call.type, now(call.session));
                         }};
    };
}

template <typename Time>
Column watermark_of(const KernelCall& call) {
    const std::optional<int64_t>& watermark = call.session.watermark_ms;
    return watermark ? constant_column(call.type, Time{{*watermark, 0}}) : null_column(call.type);
}

std::optional<Signature> current_watermark(Arguments arguments) {
    constexpr int RowtimePrecisionMax = 3;
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    if (!is_timestamp(type) || type.precision > RowtimePrecisionMax) return std::nullopt;
    bool is_moment = type.kind == TypeKind::TimestampLtz;
    return Signature{.result = type.or_null(),
                     .arguments = {type},
                     .kernel = is_moment ? watermark_of<Instant> : watermark_of<WallTime>,
                     .can_fail = false};
}

Function now_function(std::string_view name, std::string_view usage, std::string_view text,
                      std::string_view example, Resolver resolve) {
    return {.name = name,
            .topic = Topic::Time,
            .usage = usage,
            .text = text,
            .example = example,
            .resolve = std::move(resolve),
            .is_deterministic = false};
}

}  // namespace

std::vector<Function> current_time_functions() {
    Type moment = type_with(TypeKind::TimestampLtz, 3);
    Type time = type_with(TypeKind::Time, 0);
    return {
        now_function("CURRENT_DATE", "CURRENT_DATE", "Today in the zone of the session.",
                     "CURRENT_DATE → 2024-05-15", now_giving(simple_type(TypeKind::Date), today)),
        now_function("CURRENT_TIME", "CURRENT_TIME", "The time of day in the zone of the session.",
                     "CURRENT_TIME → 10:20:30", now_giving(time, time_of_day_now)),
        now_function("LOCALTIME", "LOCALTIME", "The time of day in the zone of the session.",
                     "LOCALTIME → 10:20:30", now_giving(time, time_of_day_now)),
        now_function("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP", "This moment.",
                     "CURRENT_TIMESTAMP → 2024-05-15 10:20:30.123", now_giving(moment, moment_now)),
        now_function("NOW", "NOW()", "This moment.", "NOW() → 2024-05-15 10:20:30.123",
                     now_giving(moment, moment_now)),
        now_function("LOCALTIMESTAMP", "LOCALTIMESTAMP",
                     "This moment as a clock in the zone of the session shows it.",
                     "LOCALTIMESTAMP → 2024-05-15 10:20:30.123",
                     now_giving(type_with(TypeKind::Timestamp, 3), local_now)),
        now_function("CURRENT_ROW_TIMESTAMP", "CURRENT_ROW_TIMESTAMP()",
                     "The moment at which a row is computed, also in a query over a table at rest.",
                     "CURRENT_ROW_TIMESTAMP() → 2024-05-15 10:20:30.123",
                     now_giving(moment, moment_now)),
        now_function("PROCTIME", "PROCTIME()", "The moment at which a row is processed.",
                     "PROCTIME() → 2024-05-15 10:20:30.123", now_giving(moment, moment_now)),
        now_function("CURRENT_WATERMARK", "CURRENT_WATERMARK(rowtime)",
                     "How far event time has come before this row; NULL before the first one, and "
                     "where nothing runs without end.",
                     "ts < CURRENT_WATERMARK(ts)", current_watermark),
    };
}

}  // namespace tarn::sql
