// How TimeFormatter reads.
#include <algorithm>
#include <array>

#include "sql/functions/time_formatter.hpp"

namespace tarn::sql {
namespace {

// What a letter of a pattern may say of a time.
enum class Said {
    Era,  // 0 is before Christ
    YearOfEra,
    Year,
    Quarter,
    Month,
    Day,
    DayOfYear,
    Weekday,  // Monday is 1
    HalfOfDay,
    Hour,
    HourFromOne,      // 1 to 24
    HalfHour,         // 0 to 11
    HalfHourFromOne,  // 1 to 12
    Minute,
    Second,
    NanoOfSecond,
    MilliOfDay,
    NanoOfDay,
    Nothing  // read and let go
};

class Sayings {
public:
    std::optional<int64_t> operator[](Said what) const {
        return said_ >> place(what) & 1 ? std::optional(values_[place(what)]) : std::nullopt;
    }
    int64_t value_or(Said what, int64_t otherwise) const {
        return (*this)[what].value_or(otherwise);
    }
    // False when something else was said before.
    bool say(Said what, int64_t value) {
        if (what == Said::Nothing) return true;
        auto known = (*this)[what];
        said_ |= 1U << place(what);
        values_[place(what)] = value;
        return !known || *known == value;
    }

private:
    static constexpr size_t Count = static_cast<size_t>(Said::Nothing);
    static size_t place(Said what) { return static_cast<size_t>(what); }

    std::array<int64_t, Count> values_;
    uint32_t said_ = 0;
};

Said said_by(char letter) {
    switch (letter) {
        case 'y':
            return Said::YearOfEra;
        case 'u':
            return Said::Year;
        case 'Q':
        case 'q':
            return Said::Quarter;
        case 'M':
        case 'L':
            return Said::Month;
        case 'd':
            return Said::Day;
        case 'D':
            return Said::DayOfYear;
        case 'H':
            return Said::Hour;
        case 'k':
            return Said::HourFromOne;
        case 'K':
            return Said::HalfHour;
        case 'h':
            return Said::HalfHourFromOne;
        case 'm':
            return Said::Minute;
        case 's':
            return Said::Second;
        case 'S':
        case 'n':
            return Said::NanoOfSecond;
        case 'A':
            return Said::MilliOfDay;
        case 'N':
            return Said::NanoOfDay;
        default:
            return Said::Nothing;
    }
}

constexpr int DigitsMax = 18;
constexpr int ShortCount = 3;
constexpr int FullCount = 4;

// Reads one text by the items of a pattern.
class PatternReading {
public:
    PatternReading(const std::vector<PatternItem>& items, std::string_view text)
        : items_(items), text_(text) {}

    std::optional<Sayings> all() {
        size_t item = 0;
        if (!read_from(item) || at_ != text_.size()) return std::nullopt;
        return sayings_;
    }

private:
    // Up to the end of the pattern, or of the optional part that the item is in.
    bool read_from(size_t& item) {
        for (; item < items_.size(); ++item) {
            const PatternItem& each = items_[item];
            if (each.kind == PatternItem::Kind::OptionalEnd) return true;
            if (each.kind == PatternItem::Kind::OptionalBegin) {
                read_optional(item);
            } else if (!read_item(each)) {
                return false;
            }
        }
        return true;
    }

    // What is not there leaves no trace.
    void read_optional(size_t& item) {
        Sayings before = sayings_;
        size_t begin = at_;
        size_t inside = item + 1;
        if (!read_from(inside)) {
            sayings_ = before;
            at_ = begin;
        }
        int depth = 1;
        while (depth > 0) {
            ++item;
            if (items_[item].kind == PatternItem::Kind::OptionalBegin) ++depth;
            if (items_[item].kind == PatternItem::Kind::OptionalEnd) --depth;
        }
    }

    bool read_item(const PatternItem& item) {
        if (item.kind == PatternItem::Kind::Literal) return accept(item.text);
        for (int i = 0; i < item.padding && at_ < text_.size() && text_[at_] == ' '; ++i) ++at_;
        bool is_text = item.count >= ShortCount;
        switch (item.letter) {
            case 'G':
                return read_era(item.count);
            case 'a':
                return read_half_of_day();
            case 'E':
                return read_weekday(item.count);
            case 'e':
            case 'c':
                return is_text ? read_weekday(item.count) : read_number(item);
            case 'M':
            case 'L':
                return is_text ? read_month(item.count) : read_number(item);
            case 'Q':
            case 'q':
                return is_text ? read_quarter(item.count) : read_number(item);
            case 'V':
            case 'v':
            case 'z':
                return read_zone();
            case 'O':
            case 'X':
            case 'x':
            case 'Z':
                return read_offset(item.letter, item.count);
            default:
                return read_number(item);
        }
    }

    bool accept(std::string_view text) {
        if (!text_.substr(at_).starts_with(text)) return false;
        at_ += text.size();
        return true;
    }

    // --- numbers

    int digits_from(size_t at, int max) const {
        int count = 0;
        while (count < max && at < text_.size() && text_[at] >= '0' && text_[at] <= '9') {
            ++at;
            ++count;
        }
        return count;
    }

    bool read_number(const PatternItem& item) {
        bool is_year = item.letter == 'y' || item.letter == 'u' || item.letter == 'Y';
        bool is_exact = item.is_fixed || item.letter == 'A' || item.letter == 'n' ||
                        item.letter == 'N' || item.count >= 2;
        bool is_negative = false, is_positive = false;
        // A sign: of years with four letters '+' says that there are more digits.
        if (!item.is_fixed && at_ < text_.size()) {
            is_negative = text_[at_] == '-' && (is_year || !is_exact);
            is_positive = text_[at_] == '+' && is_year && item.count >= FullCount;
            at_ += is_negative || is_positive ? 1 : 0;
        }
        int max = item.is_fixed ? item.count : item.letter == 'D' ? ShortCount : DigitsMax;
        int found = digits_from(at_, max + item.reserved);
        if (item.reserved > 0) found = std::max(item.count, found - item.reserved);
        if (found < item.count || found > digits_from(at_, found)) return false;
        if (is_year && item.count >= FullCount && !is_negative) {
            if (is_positive ? found <= item.count : found > item.count) return false;
        }
        int64_t value = 0;
        for (int i = 0; i < std::min(found, DigitsMax); ++i)
            value = value * 10 + text_[at_ + i] - '0';
        at_ += static_cast<size_t>(found);
        if (item.letter == 'S') {
            for (int i = item.count; i < 9; ++i) value *= 10;
        }
        constexpr int64_t CenturyOfTwoDigits = 2'000;
        if (is_year && item.count == 2) value += CenturyOfTwoDigits;
        return sayings_.say(said_by(item.letter), is_negative ? -value : value);
    }

    // --- words

    bool read_month(int count) {
        for (int month = 12; month >= 1; --month) {
            std::string_view name = month_name(month);
            if (accept(count == FullCount ? name : name.substr(0, ShortNameLength))) {
                return sayings_.say(Said::Month, month);
            }
        }
        return false;
    }

    bool read_weekday(int count) {
        for (int weekday = 1; weekday <= 7; ++weekday) {
            std::string_view name = weekday_name(weekday);
            if (accept(count == FullCount ? name : name.substr(0, ShortNameLength))) {
                return sayings_.say(Said::Weekday, weekday);
            }
        }
        return false;
    }

    bool read_quarter(int count) {
        if (count == ShortCount && !accept("Q")) return false;
        if (digits_from(at_, 1) == 0) return false;
        int64_t quarter = text_[at_++] - '0';
        constexpr std::array<std::string_view, 5> Endings = {"", "st", "nd", "rd", "th"};
        if (quarter < 1 || quarter > 4) return false;
        if (count == FullCount && !(accept(Endings[quarter]) && accept(" quarter"))) return false;
        return sayings_.say(Said::Quarter, quarter);
    }

    bool read_era(int count) {
        bool is_full = count == FullCount;
        if (accept(is_full ? "Before Christ" : "BC")) return sayings_.say(Said::Era, 0);
        return accept(is_full ? "Anno Domini" : "AD") && sayings_.say(Said::Era, 1);
    }

    bool read_half_of_day() {
        if (accept("AM")) return sayings_.say(Said::HalfOfDay, 0);
        return accept("PM") && sayings_.say(Said::HalfOfDay, 1);
    }

    // --- zones, which say nothing of what a clock on the wall shows

    bool read_zone() {
        constexpr std::string_view Letters =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-:";
        size_t end = std::min(text_.find_first_not_of(Letters, at_), text_.size());
        bool is_there = end > at_;
        at_ = end;
        return is_there;
    }

    bool read_offset(char letter, int count) {
        bool is_local = letter == 'O' || (letter == 'Z' && count == FullCount);
        if (is_local && !accept("GMT")) return false;
        bool knows_z = letter == 'X' || (letter == 'Z' && count > FullCount);
        if (knows_z && accept("Z")) return true;
        if (!accept("+") && !accept("-")) return is_local;
        if (digits_from(at_, 2) < 2) return false;
        at_ += 2;
        bool has_colon = is_local || count == ShortCount || count > FullCount;
        if (letter == 'Z' && count <= ShortCount) has_colon = false;
        bool may_end = (count == 1 && letter != 'Z') || is_local;
        if (has_colon && !accept(":")) return may_end;
        if (digits_from(at_, 2) < 2) return may_end;
        at_ += 2;
        return true;
    }

    const std::vector<PatternItem>& items_;
    std::string_view text_;
    size_t at_ = 0;
    Sayings sayings_;
};

bool is_within(const std::optional<int64_t>& value, int64_t min, int64_t max) {
    return !value || (*value >= min && *value <= max);
}

// The year, be it counted from Christ on in both directions; nothing when it contradicts itself.
std::optional<int64_t> year_said(const Sayings& sayings) {
    constexpr int64_t YearUnsaid = 1970;
    auto of_era = sayings[Said::YearOfEra];
    auto year = sayings[Said::Year];
    if (!of_era) return year.value_or(YearUnsaid);
    if (*of_era < 1) return std::nullopt;
    int64_t counted = sayings.value_or(Said::Era, 1) == 1 ? *of_era : 1 - *of_era;
    return year && *year != counted ? std::nullopt : std::optional(counted);
}

std::optional<int64_t> days_said(const Sayings& sayings) {
    constexpr int64_t YearMax = 999'999;
    auto year = year_said(sayings);
    bool is_date = year && is_within(year, -YearMax, YearMax) &&
                   is_within(sayings[Said::Month], 1, 12) && is_within(sayings[Said::Day], 1, 31);
    if (!is_date) return std::nullopt;
    auto of = static_cast<int32_t>(*year);
    auto month = static_cast<int32_t>(sayings.value_or(Said::Month, 1));
    auto day = static_cast<int32_t>(sayings.value_or(Said::Day, 1));
    int64_t days = days_of({of, month, std::min(day, days_in_month(of, month))});
    if (auto of_year = sayings[Said::DayOfYear]; of_year && !sayings[Said::Day]) {
        int64_t first = days_of({of, 1, 1});
        if (*of_year < 1 || first + *of_year > days_of({of + 1, 1, 1})) return std::nullopt;
        days = first + *of_year - 1;
    }
    auto weekday = sayings[Said::Weekday];
    bool is_whole = sayings[Said::Day] && sayings[Said::Month];
    if (weekday && is_whole && *weekday != floor_mod(days + 3, 7) + 1) return std::nullopt;
    return days;
}

std::optional<int64_t> hour_said(const Sayings& sayings) {
    constexpr int64_t HoursOfHalf = 12;
    auto from_one = sayings[Said::HourFromOne];
    auto half_hour = sayings[Said::HalfHour];
    auto half_from_one = sayings[Said::HalfHourFromOne];
    bool is_hour = is_within(from_one, 1, 24) && is_within(half_hour, 0, 11) &&
                   is_within(half_from_one, 1, 12) && is_within(sayings[Said::Hour], 0, 24);
    if (!is_hour) return std::nullopt;
    if (auto hour = sayings[Said::Hour]) return hour;
    if (from_one) return *from_one % 24;
    auto half = sayings[Said::HalfOfDay];
    if (half_from_one) half_hour = *half_from_one % HoursOfHalf;
    // Without AM or PM the hours mean nothing.
    return half && half_hour ? *half * HoursOfHalf + *half_hour : 0;
}

constexpr int64_t NanosPerSecond = MillisPerSecond * NanosPerMilli;

// Nanoseconds since midnight; those of 24:00 are a day.
std::optional<int64_t> nanos_said(const Sayings& sayings) {
    if (auto nanos = sayings[Said::NanoOfDay]) return nanos;
    if (auto millis = sayings[Said::MilliOfDay]) {
        return is_within(millis, 0, MillisPerDay) ? std::optional(*millis * NanosPerMilli)
                                                  : std::nullopt;
    }
    auto hour = hour_said(sayings);
    bool is_time = hour && is_within(sayings[Said::Minute], 0, 59) &&
                   is_within(sayings[Said::Second], 0, 59) &&
                   is_within(sayings[Said::NanoOfSecond], 0, NanosPerSecond - 1);
    if (!is_time) return std::nullopt;
    int64_t seconds = sayings.value_or(Said::Minute, 0) * 60 + sayings.value_or(Said::Second, 0);
    int64_t below = seconds * NanosPerSecond + sayings.value_or(Said::NanoOfSecond, 0);
    if (*hour == 24 && below != 0) return std::nullopt;
    return *hour * 3'600 * NanosPerSecond + below;
}

}  // namespace

std::optional<WallTime> TimeFormatter::read(std::string_view text) const {
    auto sayings = PatternReading(items_, text).all();
    if (!sayings) return std::nullopt;
    auto days = days_said(*sayings);
    auto nanos = nanos_said(*sayings);
    constexpr int64_t NanosPerDay = MillisPerDay * NanosPerMilli;
    if (!days || !nanos || *nanos < 0 || *nanos > NanosPerDay) return std::nullopt;
    return WallTime{{*days * MillisPerDay + *nanos / NanosPerMilli,
                     static_cast<int32_t>(*nanos % NanosPerMilli)}};
}

}  // namespace tarn::sql
