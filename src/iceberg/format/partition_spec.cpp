#include "iceberg/format/partition_spec.hpp"

#include <algorithm>
#include <set>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// What may stand in a folder's name without being escaped.
bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '*';
}

std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (is_plain(c)) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<uint8_t>(c));
        }
    }
    return out;
}

}  // namespace

bool PartitionSpec::is_unpartitioned() const {
    return std::ranges::all_of(fields, [](const PartitionField& field) {
        return field.transform.kind() == Transform::Kind::Void;
    });
}

int32_t PartitionSpec::highest_field_id() const {
    int32_t highest = FirstPartitionFieldId - 1;
    for (const PartitionField& field : fields) highest = std::max(highest, field.field_id);
    return highest;
}

bool PartitionSpec::is_like(const PartitionSpec& other) const {
    return std::ranges::equal(fields, other.fields, [](const auto& left, const auto& right) {
        return left.source_id == right.source_id && left.name == right.name &&
               left.transform == right.transform;
    });
}

Type PartitionSpec::partition_type(const Schema& schema) const {
    std::vector<Field> columns;
    for (const PartitionField& field : fields) {
        const Field* source = schema.find(field.source_id);
        columns.push_back(
            {.id = field.field_id,
             .name = field.name,
             .type = field.transform.result_type(source ? source->type : TypeKind::Unknown)});
    }
    return Type::structure(std::move(columns));
}

std::string partition_path(const PartitionSpec& spec, const Schema& schema,
                           const PartitionValues& values) {
    TARN_ASSERT(values.size() == spec.fields.size());
    std::string path;
    for (size_t i = 0; i < values.size(); ++i) {
        const PartitionField& field = spec.fields[i];
        const Field* source = schema.find(field.source_id);
        // Void may outlive its source, and has no value to print.
        Type type = source ? source->type : TypeKind::Unknown;
        if (!path.empty()) path += '/';
        path += escaped(field.name) + '=' + escaped(field.transform.to_human(values[i], type));
    }
    return path;
}

void check_spec(const PartitionSpec& spec, const Schema& schema) {
    std::set<std::string_view> names;
    for (const PartitionField& field : spec.fields) {
        auto refuse = [&](std::string reason) {
            return Error(ErrorCode::InvalidInput, "partition field '{}': {}", field.name, reason);
        };
        if (!names.insert(field.name).second) throw refuse("the name comes twice");
        const Field* source = schema.find(field.source_id);
        if (!source) throw refuse(fmt::format("there is no column with id {}", field.source_id));
        if (source->type.is_nested()) throw refuse("its source is no primitive");
        if (schema.is_repeated(source->id)) throw refuse("its source is in a list or map");
        if (!field.transform.can_transform(source->type)) {
            throw refuse(fmt::format("{} does not go with {}", field.transform.text(),
                                     to_text(source->type)));
        }
        const Field* namesake = schema.find(field.name);
        bool is_itself = namesake == source && field.transform.kind() == Transform::Kind::Identity;
        if (namesake && !is_itself && field.transform.kind() != Transform::Kind::Void) {
            throw refuse("a column has this name");
        }
    }
}

json::array fields_to_json(const PartitionSpec& spec) {
    json::array fields;
    for (const PartitionField& field : spec.fields) {
        fields.push_back(json::object{{"source-id", field.source_id},
                                      {"field-id", field.field_id},
                                      {"name", field.name},
                                      {"transform", field.transform.text()}});
    }
    return fields;
}

json::object to_json(const PartitionSpec& spec) {
    return {{"spec-id", spec.id}, {"fields", fields_to_json(spec)}};
}

std::vector<PartitionField> partition_fields_from_json(const std::vector<JsonObject>& fields,
                                                       int32_t last_field_id) {
    std::vector<PartitionField> read;
    for (const JsonObject& json : fields) {
        PartitionField field;
        // Version 3 allows several sources, for transforms that nobody has yet.
        auto sources = json.small_numbers("source-ids");
        field.source_id = sources.empty() ? json.small_number("source-id") : sources[0];
        field.field_id = json.find_small_number("field-id").value_or(++last_field_id);
        field.name = json.text("name");
        field.transform = Transform::parse(json.text("transform"));
        read.push_back(std::move(field));
    }
    return read;
}

PartitionSpec spec_from_json(const JsonObject& json, int32_t last_field_id) {
    json.get("fields");
    return {.id = json.find_small_number("spec-id").value_or(0),
            .fields = partition_fields_from_json(json.objects("fields"), last_field_id)};
}

}  // namespace tarn::iceberg
