// The formats that there are; format.cpp chooses among them.
#pragma once

#include "connectors/formats/format.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {

FormatPtr json_format(const OptionValues& options, const std::string& prefix);
FormatPtr debezium_format(const OptionValues& options, const std::string& prefix);
FormatPtr csv_format(const OptionValues& options, const std::string& prefix);
FormatPtr avro_format(const OptionValues& options, const std::string& prefix);
FormatPtr confluent_format(const OptionValues& options, const std::string& prefix);
FormatPtr raw_format(const OptionValues& options, const std::string& prefix);

// Of rows as Arrow has them, all of them new.
DecodedChanges inserts_of(const columns::DecodedRows& decoded);

// For formats that can only say that a row is new.
void want_inserts(const engine::ChangeBatch& changes, std::string_view format);

// A line: how records end where nothing else is said.
std::optional<RecordEnd> line_end(std::string_view text, bool is_whole);

}  // namespace tarn::connectors
