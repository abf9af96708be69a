// The patterns of times that Flink has from Java, taken apart: 'yyyy-MM-dd HH:mm'. Two of Java's
// classes read them, with letters and rules of their own, and each of Flink's functions has one of
// the two: java.time.format.DateTimeFormatter (here Modern) or java.text.SimpleDateFormat
// (Classic).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tarn::sql {

enum class PatternStyle { Modern, Classic };

struct PatternItem {
    enum class Kind { Literal, Field, OptionalBegin, OptionalEnd };

    Kind kind;
    char letter = 0;
    int count = 0;    // how often the letter stands there
    int padding = 0;  // spaces up to this width, of pp
    std::string text = {};
    // How many more characters a number must leave to the fixed numbers that follow it at once.
    int reserved = 0;
    bool is_fixed = false;  // a number of just as many digits as letters
};

// Throws InvalidInput for what Java refuses.
std::vector<PatternItem> pattern_items(std::string_view pattern, PatternStyle style);

// What is read and written of these is English, whatever the machine speaks.
std::string_view month_name(int month);      // 1 to 12
std::string_view weekday_name(int weekday);  // Monday is 1
inline constexpr size_t ShortNameLength = 3;

// With zeros on the left up to the width.
void append_padded(std::string& out, int64_t value, int width);

// +0100, +01:00
void append_offset(std::string& out, int64_t millis, std::string_view between);

}  // namespace tarn::sql
