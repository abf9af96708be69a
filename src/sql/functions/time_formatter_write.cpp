// How TimeFormatter writes.
#include <array>

#include "base/error.hpp"
#include "sql/functions/time_formatter.hpp"
#include "sql/functions/time_units.hpp"

namespace tarn::sql {
namespace {

constexpr int ShortText = 3;
constexpr int FullText = 4;
constexpr int NarrowText = 5;

// A time with its date taken apart.
struct Moment {
    CivilDate date;
    int64_t days;
    int64_t millis;  // of the day
    int32_t nanos;   // of the millisecond

    int64_t hour() const { return millis / MillisPerHour; }
    int64_t nano_of_second() const { return millis % MillisPerSecond * NanosPerMilli + nanos; }
};

Moment moment_of(const WallTime& time) {
    int64_t days = floor_div(time.millis, MillisPerDay);
    return {civil_date(days), days, time.millis - days * MillisPerDay, time.nanos};
}

void append_year(std::string& out, int64_t year, int count) {
    constexpr std::array<int64_t, 5> Bounds = {1, 10, 100, 1'000, 10'000};
    if (count == 2) return append_padded(out, floor_mod(year, 100), 2);
    // A year longer than four letters or more have room for begins with a sign.
    bool has_sign = count == 4 && year >= Bounds[4];
    if (has_sign) out += '+';
    append_padded(out, year, count);
}

void append_name(std::string& out, std::string_view name, int count) {
    if (count == FullText) {
        out += name;
    } else {
        out += name.substr(0, count == NarrowText ? 1 : ShortNameLength);
    }
}

void append_quarter(std::string& out, int64_t quarter, int count) {
    constexpr auto Names = std::to_array<std::string_view>(
        {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"});
    if (count == FullText) {
        out += Names.at(static_cast<size_t>(quarter - 1));
        return;
    }
    if (count == ShortText) out += 'Q';
    append_padded(out, quarter, count == 2 ? 2 : 1);
}

// Weeks as in America: they begin on Sunday, and the first has the 1st of January. A day's week,
// and the year that it counts to, which may be the next.
struct SundayWeek {
    int64_t week;
    int64_t year;
};

SundayWeek sunday_week(const Moment& moment) {
    auto first_week_of = [](int32_t year) {
        return floored_days(Unit::Week, days_of({year, 1, 1}));
    };
    int32_t year = moment.date.year;
    if (moment.days >= first_week_of(year + 1)) ++year;
    return {(moment.days - first_week_of(year)) / 7 + 1, year};
}

int64_t sunday_week_of_month(const Moment& moment) {
    int64_t first = floored_days(Unit::Week, moment.days - moment.date.day + 1);
    return (moment.days - first) / 7 + 1;
}

void append_weekday(std::string& out, const Moment& moment, char letter, int count) {
    bool is_number = letter != 'E' && count <= 2;
    if (is_number) return append_padded(out, part_of_date(Unit::DayOfWeek, moment.days), count);
    auto weekday = static_cast<int>(part_of_date(Unit::IsoDayOfWeek, moment.days));
    append_name(out, weekday_name(weekday), count);
}

void append_fraction(std::string& out, const Moment& moment, int count) {
    int64_t value = moment.nano_of_second();
    for (int digits = 9; digits > count; --digits) value /= 10;
    append_padded(out, value, count);
}

void append_field(std::string& out, const Moment& moment, char letter, int count) {
    const CivilDate& date = moment.date;
    int64_t hour = moment.hour();
    switch (letter) {
        case 'G':
            out += count == FullText ? "Anno Domini" : count == NarrowText ? "A" : "AD";
            return;
        case 'y':
            return append_year(out, date.year > 0 ? date.year : 1 - date.year, count);
        case 'u':
            return append_year(out, date.year, count);
        case 'Y':
            return append_year(out, sunday_week(moment).year, count);
        case 'Q':
        case 'q':
            return append_quarter(out, part_of_date(Unit::Quarter, moment.days), count);
        case 'M':
        case 'L':
            if (count >= ShortText) return append_name(out, month_name(date.month), count);
            return append_padded(out, date.month, count);
        case 'w':
            return append_padded(out, sunday_week(moment).week, count);
        case 'W':
            return append_padded(out, sunday_week_of_month(moment), count);
        case 'd':
            return append_padded(out, date.day, count);
        case 'D':
            return append_padded(out, part_of_date(Unit::DayOfYear, moment.days), count);
        case 'F':
            return append_padded(out, (date.day - 1) % 7 + 1, count);
        case 'E':
        case 'e':
        case 'c':
            return append_weekday(out, moment, letter, count);
        case 'a':
            out += hour < 12 ? "AM" : "PM";
            return;
        case 'H':
            return append_padded(out, hour, count);
        case 'k':
            return append_padded(out, hour == 0 ? 24 : hour, count);
        case 'K':
            return append_padded(out, hour % 12, count);
        case 'h':
            return append_padded(out, hour % 12 == 0 ? 12 : hour % 12, count);
        case 'm':
            return append_padded(out, moment.millis / MillisPerMinute % 60, count);
        case 's':
            return append_padded(out, moment.millis / MillisPerSecond % 60, count);
        case 'S':
            return append_fraction(out, moment, count);
        case 'A':
            return append_padded(out, moment.millis, count);
        case 'n':
            return append_padded(out, moment.nano_of_second(), count);
        case 'N':
            return append_padded(out, moment.millis * NanosPerMilli + moment.nanos, count);
        default:
            throw Error(ErrorCode::InvalidInput, "'{}' wants a time zone, and the time has none",
                        letter);
    }
}

void append_item(std::string& out, const Moment& moment, const PatternItem& item) {
    size_t begin = out.size();
    append_field(out, moment, item.letter, item.count);
    size_t length = out.size() - begin;
    auto width = static_cast<size_t>(item.padding);
    if (length < width) out.insert(begin, width - length, ' ');
}

// An optional part that wants a zone is left out as a whole: then it is the place of its end.
size_t place_after_begin(const std::vector<PatternItem>& items, size_t begin) {
    constexpr std::string_view ZoneLetters = "VvzOXxZ";
    bool is_left_out = false;
    int depth = 1;
    size_t at = begin;
    while (depth > 0) {
        const PatternItem& item = items[++at];
        if (item.kind == PatternItem::Kind::OptionalBegin) ++depth;
        if (item.kind == PatternItem::Kind::OptionalEnd) --depth;
        bool wants_zone = item.kind == PatternItem::Kind::Field && depth == 1 &&
                          ZoneLetters.find(item.letter) != std::string_view::npos;
        is_left_out = is_left_out || wants_zone;
    }
    return is_left_out ? at : begin;
}

}  // namespace

void TimeFormatter::write(const WallTime& time, std::string& out) const {
    if (form_.write(time, out)) return;
    Moment moment = moment_of(time);
    for (size_t i = 0; i < items_.size(); ++i) {
        const PatternItem& item = items_[i];
        if (item.kind == PatternItem::Kind::Literal) {
            for (char character : item.text) out += character;
        }
        if (item.kind == PatternItem::Kind::Field) append_item(out, moment, item);
        if (item.kind == PatternItem::Kind::OptionalBegin) i = place_after_begin(items_, i);
    }
}

}  // namespace tarn::sql
