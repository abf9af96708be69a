#include "base/error.hpp"
#include "connectors/formats/avro_records.hpp"
#include "connectors/formats/kinds.hpp"
#include "sql/options/option_rule.hpp"

namespace tarn::connectors {
namespace {

// A record is one value in Avro's binary form and nothing else, so that reader and writer have to
// know its schema: the one of the table.
class AvroFormat final : public Format {
public:
    AvroFormat(const OptionValues& options, const std::string& prefix)
        : Format(prefix), mapping_(timestamp_mapping(options)) {
        bool is_binary =
            sql::is_equal_ignoring_case(options.text("encoding").value_or("binary"), "binary");
        if (!is_binary) options.refuse("encoding", "records are written and read in binary form");
    }

    std::unique_ptr<RowDecoder> decoder(const StoredColumns& physical,
                                        const StoredColumns& asked) const override {
        auto schema =
            std::make_shared<const columns::AvroSchema>(avro_schema_of(physical, mapping_));
        return avro_decoder(asked, mapping_,
                            [schema](ByteReader&) -> const auto& { return *schema; });
    }
    std::unique_ptr<RowEncoder> encoder(const StoredColumns& columns) const override {
        return avro_encoder(columns, {.format = "avro",
                                      .schema = avro_schema_of(columns, mapping_),
                                      .head = [](const auto&) { return std::string(); }});
    }
    std::string_view name() const override { return "avro"; }

private:
    TimestampMapping mapping_;
};

}  // namespace

FormatPtr avro_format(const OptionValues& options, const std::string& prefix) {
    return std::make_shared<AvroFormat>(options, prefix);
}

}  // namespace tarn::connectors
