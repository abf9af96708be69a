#include "connectors/formats/json_records.hpp"

#include "sql/options/option_rule.hpp"

namespace tarn::connectors {
namespace {

columns::TimestampFormat timestamps_of(const OptionValues& options) {
    bool is_iso = sql::is_equal_ignoring_case(
        options.text("timestamp-format.standard").value_or("SQL"), "ISO-8601");
    return is_iso ? columns::TimestampFormat::Iso8601 : columns::TimestampFormat::Sql;
}

}  // namespace

columns::JsonOptions json_reading(const OptionValues& options) {
    using namespace columns;
    return {
        .wrong_value = options.is_on("ignore-parse-errors") ? WrongValue::Null : WrongValue::Reject,
        .coercion = Coercion::Flink,
        .after_value = Extra::Ignore,
        .timestamps = timestamps_of(options)};
}

columns::JsonWriterOptions json_writing(const OptionValues& options) {
    using NullField = columns::JsonWriterOptions::NullField;
    bool leaves_out = options.is_on("encode.ignore-null-fields");
    return {.null_field = leaves_out ? NullField::LeaveOut : NullField::Write,
            .timestamps = timestamps_of(options)};
}

EncodedRecords json_records(const arrow::RecordBatch& rows,
                            const columns::JsonWriterOptions& options) {
    std::string lines;
    columns::append_json_lines(lines, rows, options);
    std::vector<size_t> ends;
    // Inside of JSON newlines are escaped.
    for (size_t end = 0; end < lines.size();) {
        end = lines.find('\n', end) + 1;
        ends.push_back(end);
    }
    return {std::move(lines), std::move(ends)};
}

}  // namespace tarn::connectors
