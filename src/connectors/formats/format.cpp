#include "connectors/formats/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "connectors/formats/kinds.hpp"

namespace tarn::connectors {
namespace {

struct Kind {
    std::string_view name;
    FormatPtr (*make)(const OptionValues& options, const std::string& prefix);
};

constexpr auto Kinds = std::to_array<Kind>({{"json", json_format},
                                            {"debezium-json", debezium_format},
                                            {"csv", csv_format},
                                            {"avro", avro_format},
                                            {"avro-confluent", confluent_format},
                                            {"raw", raw_format}});

}  // namespace

FormatPtr format_of(const sql::Options& options, std::string_view slot) {
    std::string name = OptionValues(options).wanted_text(slot);
    auto kind = std::ranges::find(Kinds, name, &Kind::name);
    if (kind == Kinds.end()) {
        throw Error(ErrorCode::InvalidInput, "the format '{}' does not run yet", name)
            .with_hint("formats that do: json, debezium-json, csv, avro, avro-confluent, raw");
    }
    // "value.format" has its options under "value.json.".
    std::string prefix(slot.substr(0, slot.size() - std::string_view("format").size()));
    prefix += name + ".";
    return kind->make(OptionValues(options, prefix), prefix);
}

std::optional<RecordEnd> Format::record_end(std::string_view text, bool is_whole) const {
    return line_end(text, is_whole);
}

std::optional<RecordEnd> line_end(std::string_view text, bool is_whole) {
    size_t newline = text.find('\n');
    if (newline == text.npos && (!is_whole || text.empty())) return std::nullopt;
    size_t end = std::min(newline, text.size());
    size_t next = std::min(end + 1, text.size());
    if (end > 0 && text[end - 1] == '\r') --end;
    return RecordEnd{end, next};
}

void Format::check(const DecodedChanges& decoded,
                   const std::function<std::string(const columns::RowError&)>& where) const {
    if (ignores_errors_ || decoded.errors.empty()) return;
    const columns::RowError& error = decoded.errors.front();
    throw Error(ErrorCode::InvalidInput, "{}: {}", where(error), error.reason)
        .with_hint(fmt::format(
            "correct the record or the column, or set '{}ignore-parse-errors' = 'true' where the "
            "format has it",
            prefix_));
}

DecodedChanges inserts_of(const columns::DecodedRows& decoded) {
    DecodedChanges result;
    for (const auto& values : decoded.batch->columns()) {
        result.changes.rows.columns.push_back({values});
    }
    // A batch without columns has rows all the same.
    result.changes.rows.rows = static_cast<int64_t>(decoded.record_of_row.size());
    result.record_of_row = decoded.record_of_row;
    result.errors = decoded.errors;
    return result;
}

void want_inserts(const engine::ChangeBatch& changes, std::string_view format) {
    for (engine::Change kind : changes.kinds) {
        if (kind == engine::Change::Insert) continue;
        throw Error(ErrorCode::InvalidInput, "the format '{}' has no way to say that a row is {}",
                    format, text_of(kind))
            .with_hint("write to a table with a format of changes, such as debezium-json");
    }
}

}  // namespace tarn::connectors
