#include "base/error.hpp"
#include "connectors/formats/avro_records.hpp"
#include "connectors/formats/kinds.hpp"
#include "connectors/formats/schema_registry.hpp"

namespace tarn::connectors {
namespace {

using columns::AvroSchema;

// In front of the value of a record: a zero, and the number of its schema with the high byte first.
constexpr uint8_t Magic = 0;

// Flink gives this format no choice.
constexpr TimestampMapping Mapping = TimestampMapping::Legacy;

int32_t take_id(ByteReader& record) {
    if (uint8_t first = record.take_byte(); first != Magic) {
        throw Error(ErrorCode::Corrupt,
                    "the record does not begin with the number of a schema, its first byte is {} "
                    "instead of {}",
                    first, Magic);
    }
    uint32_t id = 0;
    for (int i = 0; i < 4; ++i) id = (id << 8) | record.take_byte();
    return static_cast<int32_t>(id);
}

std::string head_of(int32_t id) {
    std::string head(1, static_cast<char>(Magic));
    for (int shift = 24; shift >= 0; shift -= 8) head.push_back(static_cast<char>(id >> shift));
    return head;
}

// "trades-value", for the values of the topic "trades".
std::string default_subject(const OptionValues& options, const std::string& prefix) {
    auto topic = options.of_table().text("topic");
    if (!topic || topic->find(';') != std::string::npos) return {};
    return *topic + (prefix.starts_with("key.") ? "-key" : "-value");
}

class ConfluentFormat final : public Format {
public:
    ConfluentFormat(const OptionValues& options, const std::string& prefix)
        : Format(prefix),
          subject_option_(prefix + "subject"),
          settings_(registry_settings(options)),
          subject_(options.text("subject").value_or(default_subject(options, prefix))),
          schema_(options.text("schema")) {}

    std::unique_ptr<RowDecoder> decoder(const StoredColumns&,
                                        const StoredColumns& asked) const override {
        auto registry = std::make_shared<SchemaRegistry>(settings_);
        return avro_decoder(asked, Mapping, [registry](ByteReader& record) -> const auto& {
            return registry->schema(take_id(record));
        });
    }
    std::unique_ptr<RowEncoder> encoder(const StoredColumns& columns) const override {
        if (subject_.empty()) {
            throw Error(ErrorCode::InvalidInput, "the option '{}' is missing", subject_option_)
                .with_hint("it names what the schema of written records is registered under");
        }
        auto registry = std::make_shared<SchemaRegistry>(settings_);
        return avro_encoder(
            columns,
            {.format = "avro-confluent",
             .schema = schema_ ? AvroSchema::parse(*schema_) : avro_schema_of(columns, Mapping),
             .head = [registry, subject = subject_](const AvroSchema& schema) {
                 return head_of(registry->id_of(subject, schema));
             }});
    }
    std::string_view name() const override { return "avro-confluent"; }

private:
    std::string subject_option_;
    RegistrySettings settings_;
    std::string subject_;
    std::optional<std::string> schema_;
};

}  // namespace

FormatPtr confluent_format(const OptionValues& options, const std::string& prefix) {
    return std::make_shared<ConfluentFormat>(options, prefix);
}

}  // namespace tarn::connectors
