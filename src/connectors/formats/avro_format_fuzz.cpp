// Any bytes are a record of the table or are reported, and rows that are written read back to the
// same bytes.
#include "base/assert.hpp"
#include "connectors/formats/format.hpp"

namespace {

using namespace tarn;
using namespace tarn::connectors;
using sql::TypeKind;

sql::Type nested(TypeKind kind, std::vector<sql::Type> parts) {
    sql::Type type = sql::simple_type(kind);
    type.parts = std::move(parts);
    return type;
}

// No column may be of a type that Avro has wider than SQL, so that all that decodes fits.
StoredColumns columns_of_a_table() {
    sql::Type row = sql::simple_type(TypeKind::Row);
    row.fields = {{"x", sql::simple_type(TypeKind::Int)}, {"y", sql::string_type()}};
    return {
        {"id", sql::simple_type(TypeKind::BigInt).not_null(), sql::Physical()},
        {"name", sql::string_type(), sql::Physical()},
        {"price", sql::decimal_type(20, 2), sql::Physical()},
        {"flag", sql::simple_type(TypeKind::Boolean), sql::Physical()},
        {"made", sql::type_with(TypeKind::Timestamp, 3), sql::Physical()},
        {"rows", nested(TypeKind::Array, {row}), sql::Physical()},
        {"map",
         nested(TypeKind::Map, {sql::string_type().not_null(), sql::simple_type(TypeKind::Int)}),
         sql::Physical()}};
}

DecodedChanges decoded(const Format& format, std::string_view record) {
    StoredColumns columns = columns_of_a_table();
    auto decoder = format.decoder(columns, columns);
    decoder->append(record);
    DecodedChanges found = decoder->finish();
    TARN_ASSERT(found.changes.size() + std::ssize(found.errors) == 1);
    for (const sql::Column& column : found.changes.rows.columns) {
        TARN_ASSERT(column.values->Validate().ok());
    }
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view record(reinterpret_cast<const char*>(data), size);
    FormatPtr format = format_of({{"format", "avro"}});

    DecodedChanges found = decoded(*format, record);
    if (found.changes.size() == 0) return 0;
    auto encoder = format->encoder(columns_of_a_table());
    EncodedRecords written = encoder->encoded(found.changes);
    DecodedChanges again = decoded(*format, written[0]);
    TARN_ASSERT(again.errors.empty());
    TARN_ASSERT(encoder->encoded(again.changes).lines() == written.lines());
    return 0;
}
