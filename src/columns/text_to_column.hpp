// One value given as text, appended to the column it belongs to: every CSV field, and the JSON
// strings that stand for what JSON has no form for.
#pragma once

#include <string_view>

#include "columns/column_builder.hpp"
#include "columns/text_values.hpp"

namespace tarn::columns {

struct TextRules {
    TimestampFormat timestamps = TimestampFormat::Either;
    ExcessDigits excess_digits = ExcessDigits::Refuse;
};

// False, and nothing is appended, when the text is no value of the column's type. Binary columns
// read base64. Structs, lists and maps have no text form.
bool append_text(ColumnBuilder& column, std::string_view text, const TextRules& rules);

}  // namespace tarn::columns
