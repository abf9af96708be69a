// For tests of formats: records of a table as rows, and rows as records.
#pragma once

#include "connectors/formats/format.hpp"
#include "connectors/formats/test_tables.hpp"

namespace tarn::connectors {

using Lines = std::vector<std::string>;

struct Decoded {
    Lines rows;
    Lines errors;  // "#2 a: …"
};

// Rows of the columns at the places, all of them when nothing is said.
inline Decoded decoded(const std::string& table_text, const Lines& records,
                       std::optional<std::vector<size_t>> places = {}) {
    auto table = test_table(table_text);
    FormatPtr format = format_of(table->options);
    StoredColumns asked = asked_columns(source_of(table, places));
    auto decoder = format->decoder(physical_columns(table->table), asked);
    for (const std::string& record : records) decoder->append(record);
    DecodedChanges found = decoder->finish();
    EXPECT_EQ(found.changes.size(), static_cast<int64_t>(found.record_of_row.size()));
    Decoded result{lines_of(found.changes, asked), {}};
    for (const auto& error : found.errors) {
        result.errors.push_back(fmt::format("#{} {}", error.record, error.reason));
    }
    return result;
}

// Each row as "1, 'a'".
inline Lines encoded(const std::string& table_text, const Lines& rows,
                     const std::vector<engine::Change>& kinds = {}) {
    auto table = test_table(table_text);
    StoredColumns columns = written_columns(table->table);
    auto encoder = format_of(table->options)->encoder(columns);
    engine::ChangeBatch batch = batch_of(columns, rows);
    batch.kinds = kinds;
    EncodedRecords records = encoder->encoded(batch);
    Lines lines;
    for (size_t i = 0; i < records.size(); ++i) lines.emplace_back(records[i]);
    return lines;
}

}  // namespace tarn::connectors
