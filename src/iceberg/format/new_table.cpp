#include "iceberg/format/new_table.hpp"

#include <charconv>

#include "base/error.hpp"

namespace tarn::iceberg {

MetadataBuilder new_table(const NewTable& table, const std::string& uuid, int64_t now_ms) {
    MetadataBuilder builder = MetadataBuilder::from_nothing(now_ms);
    builder.assign_uuid(uuid);
    std::map<std::string, std::string> properties = table.properties;
    if (auto version = properties.find("format-version"); version != properties.end()) {
        int number = 0;
        const std::string& text = version->second;
        auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (failure != std::errc() || end != text.data() + text.size()) {
            throw Error(ErrorCode::InvalidInput, "format-version: '{}' is no number", text);
        }
        builder.upgrade_format_version(number);
    }
    std::erase_if(properties, [](const auto& entry) { return is_reserved_property(entry.first); });

    SchemaPtr fresh = with_fresh_ids(*table.schema, 1);
    auto fresh_id = [&](int32_t old) -> int32_t {
        if (!table.schema->find(old))
            throw Error(ErrorCode::InvalidInput, "there is no column with id {}", old);
        return fresh->find(table.schema->full_name(old))->id;
    };
    builder.add_schema(*fresh->with_id(0));
    builder.set_current_schema(LastAdded);
    PartitionSpec spec = table.spec;
    spec.id = 0;
    int32_t next_id = FirstPartitionFieldId;
    for (PartitionField& field : spec.fields) {
        field.source_id = fresh_id(field.source_id);
        field.field_id = next_id++;
    }
    builder.add_spec(spec);
    builder.set_default_spec(LastAdded);
    SortOrder order = table.sort_order;
    for (SortField& field : order.fields) field.source_id = fresh_id(field.source_id);
    builder.add_sort_order(order);
    builder.set_default_sort_order(LastAdded);
    builder.set_location(table.location);
    builder.set_properties(properties);
    return builder;
}

}  // namespace tarn::iceberg
