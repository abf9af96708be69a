// Any lines are changes or reported records, and changes that are written read back to the same.
#include "base/assert.hpp"
#include "connectors/formats/format.hpp"

namespace {

using namespace tarn;
using namespace tarn::connectors;

StoredColumns columns_of_a_table() {
    sql::Type texts = sql::simple_type(sql::TypeKind::Array);
    texts.parts = {sql::string_type()};
    return {{"id", sql::simple_type(sql::TypeKind::BigInt), sql::Physical()},
            {"name", sql::string_type(), sql::Physical()},
            {"tags", texts, sql::Physical()}};
}

StoredColumns with_metadata(StoredColumns columns, const Format& format) {
    for (std::string key : {"schema", "ingestion-timestamp", "source.timestamp", "source.table",
                            "source.properties"}) {
        columns.push_back({key, *format.metadata_type(key), sql::Metadata{key, true}});
    }
    return columns;
}

DecodedChanges decoded(const Format& format, const StoredColumns& asked, std::string_view lines) {
    auto decoder = format.decoder(columns_of_a_table(), asked);
    int64_t records = 0;
    for (; !lines.empty(); ++records) {
        auto end = format.record_end(lines, true);
        decoder->append(lines.substr(0, end->end));
        lines.remove_prefix(end->next);
    }
    DecodedChanges found = decoder->finish();
    TARN_ASSERT(std::ssize(found.record_of_row) == found.changes.size());
    for (int64_t record : found.record_of_row) TARN_ASSERT(record < records);
    for (const sql::Column& column : found.changes.rows.columns) {
        TARN_ASSERT(column.values->ValidateFull().ok());
    }
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const char* with_schema : {"false", "true"}) {
        FormatPtr format =
            format_of({{"format", "debezium-json"}, {"debezium-json.schema-include", with_schema}});
        decoded(*format, with_metadata(columns_of_a_table(), *format), text);
    }

    FormatPtr format = format_of({{"format", "debezium-json"}});
    StoredColumns columns = columns_of_a_table();
    auto encoder = format->encoder(columns);
    std::string written = encoder->encoded(decoded(*format, columns, text).changes).lines();
    DecodedChanges again = decoded(*format, columns, written);
    TARN_ASSERT(again.errors.empty());
    TARN_ASSERT(encoder->encoded(again.changes).lines() == written);
    return 0;
}
