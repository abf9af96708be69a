#include "sql/functions/time_form.hpp"

#include "sql/functions/time_units.hpp"

namespace tarn::sql {
namespace {

constexpr int YearMax = 9999;
constexpr int YearDigits = 4;
constexpr int NanoDigits = 9;

// Whether it has as many digits as letters, for years of four digits.
bool has_place(const PatternItem& field) {
    if (field.padding > 0) return false;
    switch (field.letter) {
        case 'y':
        case 'u':
            return field.count == YearDigits;
        case 'M':
        case 'd':
        case 'H':
        case 'm':
        case 's':
            return field.count == 2;
        case 'S':
            return field.count <= NanoDigits;
        default:
            return false;
    }
}

void put_two(char* at, uint32_t value) {
    at[0] = static_cast<char>('0' + value / 10);
    at[1] = static_cast<char>('0' + value % 10);
}

void put_fraction(char* at, int digits, uint32_t nanos) {
    for (int dropped = NanoDigits; dropped > digits; --dropped) nanos /= 10;
    for (int i = digits; i-- > 0; nanos /= 10) at[i] = static_cast<char>('0' + nanos % 10);
}

}  // namespace

TimeForm::TimeForm(const std::vector<PatternItem>& items) {
    for (const PatternItem& item : items) {
        if (item.kind == PatternItem::Kind::Literal) {
            text_ += item.text;
        } else if (item.kind == PatternItem::Kind::Field && has_place(item)) {
            bool is_of_date = std::string_view("yuMd").find(item.letter) != std::string_view::npos;
            (is_of_date ? date_gaps_ : clock_gaps_)
                .push_back({text_.size(), item.letter, item.count});
            text_.append(static_cast<size_t>(item.count), '0');
        } else {
            is_known_ = false;
        }
    }
}

bool TimeForm::write(const WallTime& time, std::string& out) const {
    if (!is_known_) return false;
    int64_t day = floor_div(time.millis, MillisPerDay);
    if (day != day_ && !write_date(day)) return false;
    write_clock(static_cast<uint32_t>(time.millis - day * MillisPerDay),
                static_cast<uint32_t>(time.nanos));
    out += text_;
    return true;
}

bool TimeForm::write_date(int64_t day) const {
    CivilDate date = civil_date(day);
    if (date.year < 1 || date.year > YearMax) return false;
    for (const Gap& gap : date_gaps_) {
        char* at = text_.data() + gap.place;
        if (gap.letter == 'M') {
            put_two(at, static_cast<uint32_t>(date.month));
        } else if (gap.letter == 'd') {
            put_two(at, static_cast<uint32_t>(date.day));
        } else {
            put_two(at, static_cast<uint32_t>(date.year) / 100);
            put_two(at + 2, static_cast<uint32_t>(date.year) % 100);
        }
    }
    day_ = day;
    return true;
}

void TimeForm::write_clock(uint32_t millis, uint32_t nanos) const {
    uint32_t seconds = millis / 1'000;
    for (const Gap& gap : clock_gaps_) {
        char* at = text_.data() + gap.place;
        switch (gap.letter) {
            case 'H':
                put_two(at, seconds / 3'600);
                break;
            case 'm':
                put_two(at, seconds / 60 % 60);
                break;
            case 's':
                put_two(at, seconds % 60);
                break;
            default:
                put_fraction(at, gap.digits, millis % 1'000 * 1'000'000 + nanos);
        }
    }
}

}  // namespace tarn::sql
