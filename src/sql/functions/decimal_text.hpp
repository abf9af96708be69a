// Decimal numbers of any length as texts, compared and written as Java's BigDecimal does it: the
// numbers of JSON that filters of paths compare.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tarn::sql {

class DecimalText {
public:
    // Nothing for what Java takes for no number. The point may stand at either end.
    static std::optional<DecimalText> read(std::string_view text);

    // Below, at or above 0.
    int compare(const DecimalText& other) const;
    std::string text() const;

private:
    // Where the first digit stands before the point, counted from 1.
    int64_t order() const { return static_cast<int64_t>(digits_.size()) - scale_; }

    bool is_negative_ = false;
    std::string digits_;  // without zeros in front, so that 0 has none
    int64_t scale_ = 0;   // how many of them stand behind the point
};

}  // namespace tarn::sql
