// Times written and read by a pattern the way java.time's DateTimeFormatter does in Flink, in
// DATE_FORMAT and TO_TIMESTAMP: strict about what stands where, but a 30th of February is its last
// day.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/functions/time_form.hpp"
#include "sql/functions/time_pattern.hpp"
#include "sql/values/moments.hpp"

namespace tarn::sql {

class TimeFormatter {
public:
    // Throws InvalidInput for what is no pattern.
    explicit TimeFormatter(std::string_view pattern)
        : items_(pattern_items(pattern, PatternStyle::Modern)), form_(items_) {}

    // Adds to `out`. Throws for a pattern that wants a zone, which these times have none of.
    void write(const WallTime& time, std::string& out) const;

    // What the text does not say is taken from 1970-01-01 00:00:00.
    std::optional<WallTime> read(std::string_view text) const;

private:
    std::vector<PatternItem> items_;
    TimeForm form_;
};

}  // namespace tarn::sql
