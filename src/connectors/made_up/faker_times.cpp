#include <array>
#include <chrono>
#include <string>

#include "base/error.hpp"
#include "connectors/made_up/faker_providers.hpp"
#include "sql/options/option_rule.hpp"
#include "sql/values/time_text.hpp"

namespace tarn::connectors {
namespace {

struct Unit {
    std::string_view name;
    int64_t millis;
};

constexpr auto Units = std::to_array<Unit>({{"MILLISECONDS", 1},
                                            {"SECONDS", sql::MillisPerSecond},
                                            {"MINUTES", sql::MillisPerMinute},
                                            {"HOURS", sql::MillisPerHour},
                                            {"DAYS", sql::MillisPerDay}});

int64_t unit_argument(const std::string& text) {
    for (const Unit& unit : Units) {
        if (sql::is_equal_ignoring_case(unit.name, text)) return unit.millis;
    }
    throw Error(ErrorCode::InvalidInput, "the argument '{}' is no unit of time", text)
        .with_hint("MILLISECONDS, SECONDS, MINUTES, HOURS or DAYS");
}

// In UTC, which is the zone that columns of times are made in.
void append_time(std::string& text, int64_t millis) {
    text += text_of(sql::WallTime{{millis, 0}}, 3);
}

struct Distance {
    int64_t least_ms;
    int64_t most_ms;
};

// '15','SECONDS' or '15','5','SECONDS': how far from now at most, and at least.
Distance distance(FakerArguments arguments) {
    constexpr int64_t DaysMax = 1'000'000;
    int64_t unit = unit_argument(arguments.back());
    auto millis = [&](const std::string& text) {
        int64_t count = whole_argument(text);
        if (count < 0 || count > DaysMax * sql::MillisPerDay / unit) {
            throw Error(ErrorCode::InvalidInput, "the argument '{}' is not between 0 and {} days",
                        text, DaysMax);
        }
        return count * unit;
    };
    Distance found{arguments.size() == 3 ? millis(arguments[1]) : 0, millis(arguments[0])};
    if (found.least_ms <= found.most_ms) return found;
    throw Error(ErrorCode::InvalidInput, "a time is not '{}' at most and '{}' at least away",
                arguments[0], arguments[1]);
}

FakerText past(FakerArguments arguments) {
    return [away = distance(arguments)](FakerDraws& draws, std::string& text) {
        append_time(text, draws.now_ms() - draws.between(away.least_ms, away.most_ms));
    };
}

FakerText future(FakerArguments arguments) {
    return [away = distance(arguments)](FakerDraws& draws, std::string& text) {
        append_time(text, draws.now_ms() + draws.between(away.least_ms, away.most_ms));
    };
}

int64_t time_argument(const std::string& text) {
    if (auto time = sql::parsed_wall_time(text)) return time->millis;
    throw Error(ErrorCode::InvalidInput, "the argument '{}' is no time", text)
        .with_hint("2026-01-31 or 2026-01-31 12:00:00");
}

FakerText time_between(FakerArguments arguments) {
    int64_t least = time_argument(arguments[0]);
    int64_t most = time_argument(arguments[1]);
    if (most < least) std::swap(least, most);
    return [=](FakerDraws& draws, std::string& text) {
        append_time(text, draws.between(least, most));
    };
}

// The day on which somebody was born who is so many years old.
FakerText birthday(FakerArguments arguments) {
    constexpr int64_t AgeMax = 1'000;
    int64_t least = arguments.empty() ? 18 : whole_argument(arguments[0]);
    int64_t most =
        arguments.size() < 2 ? std::max<int64_t>(least, 65) : whole_argument(arguments[1]);
    if (least < 0 || most < least || most > AgeMax) {
        throw Error(ErrorCode::InvalidInput, "nobody is from {} to {} years old", least, most);
    }
    return [=](FakerDraws& draws, std::string& text) {
        sql::CivilDate today = sql::civil_date(sql::floor_div(draws.now_ms(), sql::MillisPerDay));
        auto birthday_years_ago = [&](int64_t years) {
            return sql::days_of({static_cast<int32_t>(today.year - years), today.month, today.day});
        };
        int64_t days = draws.between(birthday_years_ago(most + 1) + 1, birthday_years_ago(least));
        text += text_of(sql::Day{static_cast<int32_t>(days)});
    };
}

constexpr auto TimeFunctions = std::to_array<FakerFunction>({
    {"date.past", 2, 3, past},
    {"date.future", 2, 3, future},
    {"date.between", 2, 2, time_between},
    {"date.birthday", 0, 2, birthday},
});

}  // namespace

std::span<const FakerFunction> time_functions() {
    return TimeFunctions;
}

}  // namespace tarn::connectors
