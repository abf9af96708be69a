#include "connectors/formats/debezium_envelope.hpp"

#include <arrow/array.h>
#include <arrow/record_batch.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "columns/arrow_result.hpp"
#include "columns/column_builder.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

using sql::TypeKind;

constexpr int Millis = 3;

struct Told {
    std::string_view key;
    sql::Type type;
    std::string_view field;       // of the envelope: "source"
    std::string_view source_key;  // "db"; none where all of the field is meant
};

sql::Type source_type() {
    sql::Type type = sql::simple_type(TypeKind::Map);
    type.parts = {sql::string_type().not_null(), sql::string_type()};
    return type;
}

const std::array<Told, 7>& all_told() {
    sql::Type instant = sql::type_with(TypeKind::TimestampLtz, Millis);
    static const std::array<Told, 7> all{{
        {"schema", sql::string_type(), "schema", ""},
        {"ingestion-timestamp", instant, "ts_ms", ""},
        {"source.timestamp", instant, "source", "ts_ms"},
        {"source.database", sql::string_type(), "source", "db"},
        {"source.schema", sql::string_type(), "source", "schema"},
        {"source.table", sql::string_type(), "source", "table"},
        {"source.properties", source_type(), "source", ""},
    }};
    return all;
}

const Told* told(std::string_view key) {
    auto found = std::ranges::find(all_told(), key, &Told::key);
    return found == all_told().end() ? nullptr : &*found;
}

bool is_field_asked(const StoredColumns& asked, std::string_view field) {
    return std::ranges::any_of(asked, [&](const sql::TableColumn& column) {
        auto key = metadata_key(column);
        return key && told(*key)->field == field;
    });
}

template <typename Array>
std::shared_ptr<Array> field_of(const arrow::StructArray& rows, const std::string& name) {
    return std::static_pointer_cast<Array>(rows.GetFieldByName(name));
}

// What the map has under the key; nothing where it has none, or NULL.
std::optional<std::string_view> entry(const arrow::MapArray& source, int64_t row,
                                      std::string_view key) {
    if (source.IsNull(row)) return std::nullopt;
    const auto& keys = static_cast<const arrow::StringArray&>(*source.keys());
    const auto& values = static_cast<const arrow::StringArray&>(*source.items());
    for (int64_t i = source.value_offset(row); i < source.value_offset(row + 1); ++i) {
        if (keys.GetView(i) == key && values.IsValid(i)) return values.GetView(i);
    }
    return std::nullopt;
}

sql::Column texts_in(const arrow::MapArray& source, std::string_view key) {
    columns::TextBuilder texts(arrow::utf8());
    for (int64_t row = 0; row < source.length(); ++row) {
        auto text = entry(source, row, key);
        text ? texts.append(*text) : texts.append_null();
    }
    return {texts.finish()};
}

// Milliseconds; NULL where there is no number.
sql::Column instants_in(const arrow::MapArray& source, std::string_view key,
                        const std::shared_ptr<arrow::DataType>& type) {
    columns::FixedBuilder<int64_t> instants(type);
    for (int64_t row = 0; row < source.length(); ++row) {
        std::string_view text = entry(source, row, key).value_or("");
        int64_t ms = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
        bool is_number = error == std::errc() && end == text.data() + text.size();
        is_number ? instants.append(ms) : instants.append_null();
    }
    return {instants.finish()};
}

}  // namespace

std::shared_ptr<arrow::Schema> envelope_schema(const StoredColumns& asked, WithSchema with_schema) {
    StoredColumns physical;
    std::ranges::copy_if(asked, std::back_inserter(physical),
                         [](const sql::TableColumn& column) { return !metadata_key(column); });
    auto row = arrow::struct_(schema_of(physical)->fields());
    arrow::FieldVector fields = {arrow::field("before", row), arrow::field("after", row),
                                 arrow::field("op", arrow::utf8())};
    if (is_field_asked(asked, "source")) {
        fields.push_back(sql::arrow_field("source", source_type()));
    }
    if (is_field_asked(asked, "ts_ms")) fields.push_back(arrow::field("ts_ms", arrow::int64()));
    if (with_schema == WithSchema::Yes) {
        fields = {arrow::field("payload", arrow::struct_(fields))};
    }
    if (is_field_asked(asked, "schema")) fields.push_back(arrow::field("schema", arrow::utf8()));
    return arrow::schema(std::move(fields));
}

Envelopes envelopes_of(const arrow::RecordBatch& batch, WithSchema with_schema) {
    auto root = columns::or_throw(batch.ToStructArray());
    auto payload =
        with_schema == WithSchema::Yes ? field_of<arrow::StructArray>(*root, "payload") : root;
    return {.before = field_of<arrow::StructArray>(*payload, "before"),
            .after = field_of<arrow::StructArray>(*payload, "after"),
            .op = field_of<arrow::StringArray>(*payload, "op"),
            .source = field_of<arrow::MapArray>(*payload, "source"),
            .ts_ms = field_of<arrow::Int64Array>(*payload, "ts_ms"),
            .schema = field_of<arrow::StringArray>(*root, "schema")};
}

std::optional<sql::Type> envelope_metadata_type(std::string_view key) {
    const Told* known = told(key);
    return known ? std::optional(known->type) : std::nullopt;
}

sql::Column envelope_metadata(std::string_view key, const Envelopes& envelopes) {
    const Told& known = *told(key);
    auto type = sql::arrow_type(known.type);
    if (known.field == "schema") return {envelopes.schema};
    if (known.field == "ts_ms") return {columns::or_throw(envelopes.ts_ms->View(type))};
    if (known.source_key.empty()) return {envelopes.source};
    if (known.source_key == "ts_ms") return instants_in(*envelopes.source, "ts_ms", type);
    return texts_in(*envelopes.source, known.source_key);
}

}  // namespace tarn::connectors
