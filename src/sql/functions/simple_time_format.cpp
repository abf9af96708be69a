#include "sql/functions/simple_time_format.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "sql/functions/mixed_calendar.hpp"
#include "sql/functions/time_units.hpp"

namespace tarn::sql {
namespace {

constexpr int FullNameCount = 4;

// --- writing

struct LocalMoment {
    CivilDate date;
    int64_t days;
    int64_t millis;  // of the day
    int64_t offset;
};

int64_t week_begin_of_year(int32_t year) {
    return floored_days(Unit::Week, mixed_days(year, 1, 1));
}

int32_t week_year(const LocalMoment& local) {
    int32_t year = local.date.year;
    return local.days >= week_begin_of_year(year + 1) ? year + 1 : year;
}

void append_zone(std::string& out, const TimeZone& zone, const Instant& instant, int count) {
    std::string name = zone.abbreviation(instant);
    out += name == "UTC" && count >= FullNameCount ? "Coordinated Universal Time" : name;
}

void append_iso_offset(std::string& out, int64_t offset, int count) {
    if (offset == 0) {
        out += 'Z';
        return;
    }
    append_offset(out, offset, count == 3 ? ":" : "");
    if (count == 1) out.resize(out.size() - 2);
}

void append_classic_number(std::string& out, const LocalMoment& local, char letter, int count) {
    int64_t hour = local.millis / MillisPerHour;
    const CivilDate& date = local.date;
    auto value = [&]() -> int64_t {
        switch (letter) {
            case 'M':
            case 'L':
                return date.month;
            case 'd':
                return date.day;
            case 'H':
                return hour;
            case 'k':
                return hour == 0 ? 24 : hour;
            case 'K':
                return hour % 12;
            case 'h':
                return hour % 12 == 0 ? 12 : hour % 12;
            case 'm':
                return local.millis / MillisPerMinute % 60;
            case 's':
                return local.millis / MillisPerSecond % 60;
            case 'S':
                return local.millis % MillisPerSecond;
            case 'D':
                return local.days - mixed_days(date.year, 1, 1) + 1;
            case 'F':
                return (date.day - 1) / 7 + 1;
            case 'w':
                return (local.days - week_begin_of_year(week_year(local))) / 7 + 1;
            case 'W':
                return (local.days - floored_days(Unit::Week, local.days - date.day + 1)) / 7 + 1;
            default:
                return part_of_date(Unit::IsoDayOfWeek, local.days);
        }
    };
    append_padded(out, value(), count);
}

void append_classic_year(std::string& out, int64_t year, int count) {
    append_padded(out, count == 2 ? year % 100 : year, count);
}

void append_short_or_full(std::string& out, std::string_view name, int count) {
    out += count >= FullNameCount ? name : name.substr(0, ShortNameLength);
}

// --- reading

struct NamedValue {
    std::string_view text;
    int value;
};

bool is_same_letter(char left, char right) {
    return std::tolower(static_cast<unsigned char>(left)) ==
           std::tolower(static_cast<unsigned char>(right));
}

// Zones by names of three letters, as far as people write them; hours from UTC.
constexpr auto ZoneNames = std::to_array<NamedValue>(
    {{"UTC", 0},  {"GMT", 0},  {"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5}, {"MST", -7},
     {"MDT", -6}, {"PST", -8}, {"PDT", -7}, {"CET", 1},  {"CEST", 2}, {"EET", 2},  {"EEST", 3},
     {"WET", 0},  {"WEST", 1}, {"BST", 1},  {"MSK", 3},  {"JST", 9},  {"KST", 9},  {"Z", 0}});

class LenientReading {
public:
    LenientReading(std::string_view text, int32_t this_year)
        : text_(text), first_year_(this_year - YearsBack) {}

    bool read(const PatternItem& item, bool is_followed) {
        if (item.kind == PatternItem::Kind::Literal) return accept(item.text);
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
        if (at_ == text_.size()) return false;
        switch (item.letter) {
            case 'G':
                return read_name(std::array<NamedValue, 2>{{{"BC", 0}, {"AD", 1}}}, era_);
            case 'a':
                return read_half();
            case 'E':
                return read_listed(weekday_name, 7, weekday_);
            case 'z':
            case 'Z':
            case 'X':
                return read_zone_offset();
            case 'M':
            case 'L':
                if (item.count > 2) return read_listed(month_name, 12, month_);
                break;
            default:
                break;
        }
        return read_number(item, is_followed);
    }

    // By a clock on the wall.
    int64_t wall_millis() const {
        int64_t year = era_ == 0 ? 1 - year_ : year_;
        int64_t days = mixed_days(year, month_, day_);
        if (day_kind_ == DayKind::OfYear) days = mixed_days(year, 1, 1) + day_of_year_ - 1;
        if (day_kind_ == DayKind::OfWeek) {
            int64_t first = floored_days(Unit::Week, mixed_days(year, 1, 1));
            days = first + (week_ - 1) * 7 + weekday_ % 7;
        }
        int64_t hour = is_by_half_ ? half_hour_ + half_ * int64_t{12} : hour_;
        return days * MillisPerDay + hour * MillisPerHour + minute_ * MillisPerMinute +
               second_ * MillisPerSecond + milli_;
    }

    bool is_at_begin() const { return at_ == 0; }
    const std::optional<int64_t>& offset() const { return offset_; }

private:
    enum class DayKind { OfMonth, OfYear, OfWeek };
    static constexpr int32_t YearsBack = 80;

    bool accept(std::string_view text) {
        if (!text_.substr(at_).starts_with(text)) return false;
        at_ += text.size();
        return true;
    }

    bool starts_with(std::string_view name) const {
        std::string_view rest = text_.substr(at_);
        return rest.size() >= name.size() &&
               std::equal(name.begin(), name.end(), rest.begin(), is_same_letter);
    }

    template <typename Names>
    bool read_name(const Names& names, int& value) {
        for (const NamedValue& name : names) {
            if (!starts_with(name.text)) continue;
            value = name.value;
            at_ += name.text.size();
            return true;
        }
        return false;
    }

    bool read_listed(std::string_view (*name_of)(int), int count, int64_t& value) {
        for (int i = 1; i <= count; ++i) {
            std::string_view name = name_of(i);
            if (!starts_with(name.substr(0, ShortNameLength))) continue;
            at_ += starts_with(name) ? name.size() : ShortNameLength;
            value = i;
            return true;
        }
        return false;
    }

    bool read_half() {
        is_by_half_ = true;
        return read_name(std::array<NamedValue, 2>{{{"AM", 0}, {"PM", 1}}}, half_);
    }

    bool read_zone_offset() {
        int hours = 0;
        bool has_name = read_name(ZoneNames, hours);
        offset_ = hours * MillisPerHour;
        bool has_sign = at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-');
        if (!has_sign) return has_name;
        int64_t sign = text_[at_++] == '-' ? -1 : 1;
        size_t begin = at_;
        int64_t number = 0;
        for (int i = 0; i < 4 && has_digit(); ++i) {
            number = number * 10 + (text_[at_++] - '0');
            if (i == 1 && at_ < text_.size() && text_[at_] == ':') ++at_;
        }
        bool has_minutes = at_ - begin > 2;
        if (at_ == begin) return false;
        int64_t minutes = has_minutes ? number / 100 * 60 + number % 100 : number * 60;
        *offset_ += sign * minutes * MillisPerMinute;
        return true;
    }

    bool has_digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }

    // Where another field follows at once, a number has as many characters as its letters.
    bool read_number(const PatternItem& item, bool is_followed) {
        size_t begin = at_;
        size_t room = text_.size();
        if (is_followed) {
            room = at_ + static_cast<size_t>(item.count);
            if (room > text_.size()) return false;
        }
        bool is_negative = text_[at_] == '-';
        if (is_negative) ++at_;
        size_t first = at_;
        constexpr int64_t ValueMax = 100'000'000;
        int64_t value = 0;
        for (; at_ < room && has_digit(); ++at_) {
            value = std::min(value * 10 + (text_[at_] - '0'), ValueMax);
        }
        if (at_ == first) return false;
        bool is_of_two_digits = item.count <= 2 && at_ - begin == 2 && !is_negative;
        if (item.letter == 'y' && is_of_two_digits) value = with_century(value);
        set(item.letter, is_negative ? -value : value);
        return true;
    }

    int64_t with_century(int64_t value) const {
        int64_t century = first_year_ / 100 * 100;
        return century + value + (value < first_year_ % 100 ? 100 : 0);
    }

    void set(char letter, int64_t value) {
        switch (letter) {
            case 'y':
            case 'Y':
                year_ = value;
                return;
            case 'M':
            case 'L':
                month_ = value;
                return;
            case 'd':
                day_ = value;
                day_kind_ = DayKind::OfMonth;
                return;
            case 'D':
                day_of_year_ = value;
                day_kind_ = DayKind::OfYear;
                return;
            case 'w':
                week_ = value;
                day_kind_ = DayKind::OfWeek;
                return;
            case 'u':
                weekday_ = value;
                return;
            case 'H':
            case 'k':
                hour_ = letter == 'k' && value == 24 ? 0 : value;
                is_by_half_ = false;
                return;
            case 'K':
            case 'h':
                half_hour_ = letter == 'h' && value == 12 ? 0 : value;
                is_by_half_ = true;
                return;
            case 'm':
                minute_ = value;
                return;
            case 's':
                second_ = value;
                return;
            case 'S':
                milli_ = value;
                return;
            default:
                return;
        }
    }

    std::string_view text_;
    int32_t first_year_;
    size_t at_ = 0;
    int era_ = 1;
    int64_t year_ = 1970;
    int64_t month_ = 1;
    int64_t day_ = 1;
    int64_t day_of_year_ = 1;
    int64_t week_ = 1;
    int64_t weekday_ = 7;  // weeks begin on Sunday here
    DayKind day_kind_ = DayKind::OfMonth;
    int64_t hour_ = 0;
    int64_t half_hour_ = 0;
    int half_ = 0;
    bool is_by_half_ = false;
    int64_t minute_ = 0;
    int64_t second_ = 0;
    int64_t milli_ = 0;
    std::optional<int64_t> offset_;
};

}  // namespace

void SimpleTimeFormat::write(const Instant& instant, const ZoneClock& clock,
                             std::string& out) const {
    WallTime wall = clock.wall_time(instant);
    int64_t days = floor_div(wall.millis, MillisPerDay);
    LocalMoment local{mixed_date(days), days, wall.millis - days * MillisPerDay,
                      wall.millis - instant.millis};
    bool is_of_our_era = local.date.year > 0;
    int64_t year = is_of_our_era ? local.date.year : 1 - local.date.year;
    for (const PatternItem& item : items_) {
        if (item.kind == PatternItem::Kind::Literal) {
            out += item.text;
        } else if (item.letter == 'y') {
            append_classic_year(out, year, item.count);
        } else if (item.letter == 'Y') {
            append_classic_year(out, week_year(local), item.count);
        } else if (item.letter == 'G') {
            out += is_of_our_era ? "AD" : "BC";
        } else if (item.letter == 'a') {
            out += local.millis < MillisPerDay / 2 ? "AM" : "PM";
        } else if (item.letter == 'E') {
            auto weekday = static_cast<int>(part_of_date(Unit::IsoDayOfWeek, days));
            append_short_or_full(out, weekday_name(weekday), item.count);
        } else if ((item.letter == 'M' || item.letter == 'L') && item.count > 2) {
            append_short_or_full(out, month_name(local.date.month), item.count);
        } else if (item.letter == 'z') {
            append_zone(out, clock.zone(), instant, item.count);
        } else if (item.letter == 'Z') {
            append_offset(out, local.offset, "");
        } else if (item.letter == 'X') {
            append_iso_offset(out, local.offset, item.count);
        } else {
            append_classic_number(out, local, item.letter, item.count);
        }
    }
}

std::optional<int64_t> SimpleTimeFormat::read(std::string_view text, const ZoneClock& zone) const {
    LenientReading reading(text, this_year_);
    for (size_t i = 0; i < items_.size(); ++i) {
        bool is_followed = i + 1 < items_.size() && items_[i + 1].kind == PatternItem::Kind::Field;
        if (!reading.read(items_[i], is_followed)) return std::nullopt;
    }
    // Java takes it for a fault when nothing was read, by an empty pattern.
    if (reading.is_at_begin()) return std::nullopt;
    int64_t wall = reading.wall_millis();
    if (reading.offset()) return wall - *reading.offset();
    return zone.instant({{wall, 0}}).millis;
}

}  // namespace tarn::sql
