#include "iceberg/format/schema_change.hpp"

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

// What a property of a column's own begins with.
constexpr std::string_view ColumnProperties[] = {
    "write.metadata.metrics.column.",
    "write.parquet.bloom-filter-enabled.column.",
};

template <typename... Args>
Error refusal(fmt::format_string<Args...> text, Args&&... args) {
    return Error(ErrorCode::InvalidInput, text, std::forward<Args>(args)...);
}

// Whether a field is this one, or holds it.
bool holds(const Field& field, int32_t id) {
    return field.id == id || std::ranges::any_of(field.type.fields, [&](const Field& inner) {
               return holds(inner, id);
           });
}

void collect_names(const Type& type, const std::string& prefix, std::vector<std::string>& names) {
    for (const Field& field : type.fields) {
        names.push_back(prefix + field.name);
        collect_names(field.type, names.back() + ".", names);
    }
}

}  // namespace

SchemaChange::SchemaChange(const TableMetadata& table, Names names)
    : table_(table),
      names_(names),
      root_(table.schema().type()),
      identifier_ids_(table.schema().identifier_ids()),
      last_id_(table.last_column_id) {}

bool SchemaChange::is_same_name(std::string_view left, std::string_view right) const {
    if (names_ == Names::CaseSensitive) return left == right;
    auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::optional<SchemaChange::Place> SchemaChange::place_in(Type& holder, std::string_view column,
                                                          std::string prefix) const {
    std::optional<Place> found;
    for (size_t i = 0; i < holder.fields.size(); ++i) {
        Field& field = holder.fields[i];
        std::optional<Place> place;
        if (is_same_name(column, field.name)) {
            place = Place{&holder, i, prefix + field.name};
        } else if (column.size() > field.name.size() && column[field.name.size()] == '.' &&
                   is_same_name(column.substr(0, field.name.size()), field.name)) {
            place = place_in(field.type, column.substr(field.name.size() + 1),
                             prefix + field.name + ".");
        }
        if (!place) continue;
        if (found) {
            throw refusal("'{}' may be {} or {}", column, found->full_name, place->full_name);
        }
        found = std::move(place);
    }
    return found;
}

SchemaChange::Place SchemaChange::place_of(std::string_view column) {
    auto place = place_in(root_, column, "");
    if (!place) {
        throw Error(ErrorCode::NotFound, "there is no column '{}'", column)
            .with_hint(name_hint(column, all_names()));
    }
    return *std::move(place);
}

SchemaChange::Place SchemaChange::struct_field(std::string_view column, std::string_view deed) {
    Place place = place_of(column);
    if (place.holder->kind != TypeKind::Struct) {
        throw refusal("'{}' is a part of a {} and cannot be {}", place.full_name,
                      place.holder->kind == TypeKind::List ? "list" : "map", deed);
    }
    return place;
}

const Field* SchemaChange::find(std::string_view column) const {
    // Nothing is changed through it.
    auto place = place_in(const_cast<Type&>(root_), column, "");
    return place ? &place->field() : nullptr;
}

std::vector<std::string> SchemaChange::all_names() const {
    std::vector<std::string> names;
    collect_names(root_, "", names);
    return names;
}

Type& SchemaChange::struct_of(std::string_view parent) {
    if (parent.empty()) return root_;
    Type* type = &place_of(parent).field().type;
    if (type->kind == TypeKind::List) type = &type->fields[0].type;
    if (type->kind == TypeKind::Map) type = &type->fields[1].type;
    if (type->kind != TypeKind::Struct) {
        throw refusal("'{}' is {}, which has no columns within", parent, to_text(*type));
    }
    return *type;
}

void SchemaChange::check_name(const Type& holder, std::string_view name,
                              const Field* itself) const {
    if (name.empty()) throw refusal("a column needs a name");
    for (const Field& field : holder.fields) {
        if (&field != itself && is_same_name(field.name, name)) {
            throw refusal("there is a column '{}' already", field.name);
        }
    }
}

void SchemaChange::check_default(const NewColumn& column) const {
    if (!column.value) return;
    if (column.type.is_nested()) throw refusal("'{}': a default needs a plain type", column.name);
    if (table_.format_version < 3) {
        throw refusal("'{}': defaults need format version 3, the table has {}", column.name,
                      table_.format_version);
    }
    from_json(*column.value, column.type, fmt::format("the default of '{}'", column.name));
}

Type SchemaChange::with_new_ids(const Type& type) {
    // Those of one struct in their order, then what is inside each, as for new tables.
    Type fresh = type;
    for (Field& field : fresh.fields) field.id = ++last_id_;
    for (Field& field : fresh.fields) field.type = with_new_ids(field.type);
    return fresh;
}

void SchemaChange::add(std::string_view parent, const NewColumn& column) {
    Type& holder = struct_of(parent);
    check_name(holder, column.name, nullptr);
    check_default(column);
    if (column.is_required && !column.value && !allows_incompatible_) {
        throw refusal("'{}' cannot be required: rows that are there have no value for it",
                      column.name)
            .with_hint("add it as optional, or with a default in a table of format version 3");
    }
    Field field{.id = ++last_id_,
                .name = column.name,
                .is_required = column.is_required,
                .doc = column.doc,
                .initial_default = column.value,
                .write_default = column.value};
    field.type = with_new_ids(column.type);
    holder.fields.push_back(std::move(field));
}

// "the primary key", "partition field 'ts_day'"; empty when nothing of the table uses it.
std::string SchemaChange::used_by(int32_t id) const {
    if (std::ranges::find(identifier_ids_, id) != identifier_ids_.end()) return "the primary key";
    for (const PartitionField& field : table_.spec().fields) {
        bool is_void = field.transform.kind() == Transform::Kind::Void;
        if (field.source_id == id && !is_void)
            return fmt::format("partition field '{}'", field.name);
    }
    for (const SortField& field : table_.sort_order().fields) {
        if (field.source_id == id) return "the sort order";
    }
    return "";
}

void SchemaChange::drop(std::string_view column) {
    Place place = struct_field(column, "dropped");
    auto check = [&](const auto& self, const Field& field) -> void {
        if (std::string user = used_by(field.id); !user.empty()) {
            throw refusal("'{}' cannot be dropped: {} needs it", place.full_name, user)
                .with_hint("change that first");
        }
        for (const Field& inner : field.type.fields) self(self, inner);
    };
    check(check, place.field());
    if (place.holder == &root_ && root_.fields.size() == 1) {
        throw refusal("'{}' cannot be dropped: it is the only column", place.full_name);
    }
    auto& fields = place.holder->fields;
    fields.erase(fields.begin() + static_cast<ptrdiff_t>(place.index));
}

void SchemaChange::rename(std::string_view column, const std::string& name) {
    Place place = struct_field(column, "renamed");
    check_name(*place.holder, name, &place.field());
    place.field().name = name;
}

void SchemaChange::check_transforms(const Field& field, const Type& wider) const {
    // All others give for the wider value what they gave for the narrow one.
    if (field.type.kind != TypeKind::Date || wider.kind == TypeKind::Date) return;
    for (const PartitionSpec& spec : table_.specs) {
        for (const PartitionField& partition : spec.fields) {
            if (partition.source_id != field.id ||
                partition.transform.kind() != Transform::Kind::Bucket) {
                continue;
            }
            throw refusal("'{}' cannot become {}: its rows would move between the buckets of '{}'",
                          field.name, to_text(wider), partition.name);
        }
    }
}

void SchemaChange::widen(std::string_view column, const Type& type) {
    Place place = place_of(column);
    Field& field = place.field();
    if (field.type == type) return;
    bool is_key = place.holder->kind == TypeKind::Map && place.index == 0;
    if (is_key) throw refusal("'{}' is the key of a map and keeps its type", place.full_name);
    if (!can_promote(field.type, type, table_.format_version)) {
        throw refusal("'{}' cannot become {}: it is {}", place.full_name, to_text(type),
                      to_text(field.type))
            .with_hint(
                "types can be widened only: int to long, float to double, decimals of the "
                "same scale; in format version 3 date to timestamp");
    }
    check_transforms(field, type);
    field.type = type;
}

bool SchemaChange::is_key_part(const Field& field) const {
    return std::ranges::any_of(identifier_ids_, [&](int32_t id) { return holds(field, id); });
}

void SchemaChange::make_optional(std::string_view column) {
    Place place = place_of(column);
    bool is_key = place.holder->kind == TypeKind::Map && place.index == 0;
    if (is_key) throw refusal("'{}' is the key of a map and stays required", place.full_name);
    if (is_key_part(place.field())) {
        throw refusal("'{}' cannot be optional: the primary key needs it", place.full_name)
            .with_hint("change the identifier fields first");
    }
    place.field().is_required = false;
}

void SchemaChange::make_required(std::string_view column) {
    Place place = place_of(column);
    if (place.field().is_required) return;
    if (!allows_incompatible_) {
        throw refusal("'{}' cannot become required: rows that are there may have no value for it",
                      place.full_name);
    }
    place.field().is_required = true;
}

void SchemaChange::set_doc(std::string_view column, const std::string& doc) {
    place_of(column).field().doc = doc;
}

void SchemaChange::set_write_default(std::string_view column,
                                     std::optional<boost::json::value> value) {
    Place place = struct_field(column, "given a default");
    Field& field = place.field();
    check_default({.name = place.full_name, .type = field.type, .value = value});
    if (!value && field.is_required && field.initial_default) {
        throw refusal("'{}' is required and was added with a default: it keeps one",
                      place.full_name);
    }
    field.write_default = std::move(value);
}

void SchemaChange::move(const Place& from, size_t to) {
    auto& fields = from.holder->fields;
    auto begin = fields.begin();
    auto index = [&](size_t i) { return begin + static_cast<ptrdiff_t>(i); };
    if (from.index < to) {
        std::rotate(index(from.index), index(from.index + 1), index(to + 1));
    } else {
        std::rotate(index(to), index(from.index), index(from.index + 1));
    }
}

void SchemaChange::move_first(std::string_view column) {
    move(struct_field(column, "moved"), 0);
}

void SchemaChange::move_before(std::string_view column, std::string_view other) {
    Place place = struct_field(column, "moved");
    Place target = struct_field(other, "moved");
    if (place.holder != target.holder) {
        throw refusal("'{}' and '{}' are not in the same struct", place.full_name,
                      target.full_name);
    }
    if (place.index == target.index) {
        throw refusal("'{}' cannot be moved next to itself", place.full_name);
    }
    move(place, place.index < target.index ? target.index - 1 : target.index);
}

void SchemaChange::move_after(std::string_view column, std::string_view other) {
    move_before(column, other);
    Place place = struct_field(column, "moved");
    move(place, place.index + 1);
}

void SchemaChange::set_identifier_fields(const std::vector<std::string>& columns) {
    std::vector<int32_t> ids;
    for (const std::string& column : columns) {
        int32_t id = place_of(column).field().id;
        if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
    }
    // The rules of keys are Schema's to check.
    Schema::make(0, root_.fields, ids);
    identifier_ids_ = std::move(ids);
}

SchemaPtr SchemaChange::schema() const {
    return Schema::make(table_.current_schema_id, root_.fields, identifier_ids_,
                        table_.schema().unknown());
}

void SchemaChange::apply_to(MetadataBuilder& table) const {
    SchemaPtr changed = schema();
    table.add_schema(*changed);
    table.set_current_schema(LastAdded);
    std::map<std::string, std::string> renamed;
    std::vector<std::string> gone;
    for (const auto& [name, value] : table_.properties) {
        for (std::string_view prefix : ColumnProperties) {
            if (!name.starts_with(prefix)) continue;
            const Field* before =
                table_.schema().find(std::string_view(name).substr(prefix.size()));
            if (!before) continue;
            const Field* after = changed->find(before->id);
            std::string now = after ? std::string(prefix) + changed->full_name(after->id) : "";
            if (now == name) continue;
            gone.push_back(name);
            if (after) renamed[now] = value;
        }
    }
    table.remove_properties(gone);
    table.set_properties(renamed);
}

}  // namespace tarn::iceberg
