#include "iceberg/format/layout_change.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/suggest.hpp"

namespace tarn::iceberg {
namespace {

using Kind = Transform::Kind;

const Field& column_of(const TableMetadata& table, std::string_view column) {
    if (const Field* field = table.schema().find(column)) return *field;
    std::vector<std::string> names;
    for (const Field& field : table.schema().fields()) names.push_back(field.name);
    throw Error(ErrorCode::NotFound, "there is no column '{}'", column)
        .with_hint(name_hint(column, names));
}

std::string default_name(std::string_view column, const Transform& transform) {
    switch (transform.kind()) {
        case Kind::Identity:
            return std::string(column);
        case Kind::Bucket:
            return fmt::format("{}_bucket_{}", column, transform.width());
        case Kind::Truncate:
            return fmt::format("{}_trunc_{}", column, transform.width());
        case Kind::Void:
            return fmt::format("{}_null", column);
        default:
            return fmt::format("{}_{}", column, transform.text());
    }
}

template <typename... Args>
Error refusal(fmt::format_string<Args...> text, Args&&... args) {
    return Error(ErrorCode::InvalidInput, text, std::forward<Args>(args)...);
}

}  // namespace

SpecChange::SpecChange(const TableMetadata& table)
    : table_(table), spec_(table.spec()), last_field_id_(table.last_partition_id) {}

const Field& SpecChange::source(std::string_view column) const {
    return column_of(table_, column);
}

PartitionField& SpecChange::find(std::string_view name) {
    auto found = std::ranges::find(spec_.fields, name, &PartitionField::name);
    if (found != spec_.fields.end()) return *found;
    std::vector<std::string> names;
    for (const PartitionField& field : spec_.fields) names.push_back(field.name);
    throw Error(ErrorCode::NotFound, "there is no partition field '{}'", name)
        .with_hint(name_hint(name, names));
}

void SpecChange::add(std::string_view column, const Transform& transform,
                     std::optional<std::string> name) {
    const Field& from = source(column);
    if (transform.kind() == Kind::Unknown) {
        throw refusal("the partition transform '{}' is not known", transform.text());
    }
    PartitionField added{.source_id = from.id,
                         .name = name.value_or(default_name(column, transform)),
                         .transform = transform};
    for (const PartitionField& known : spec_.fields) {
        if (known.source_id == added.source_id && known.transform == transform) {
            throw refusal("'{}' partitions by {} of '{}' already", known.name, transform.text(),
                          column);
        }
    }
    if (transform.is_time()) {
        // The finer of two would say all that the coarser says.
        if (std::ranges::find(sources_by_time_, from.id) != sources_by_time_.end()) {
            throw refusal("two fields by the time of '{}' are one too many", column);
        }
        sources_by_time_.push_back(from.id);
    }
    make_way_for(added.name);
    PartitionSpec wanted = spec_;
    wanted.fields.push_back(added);
    check_spec(wanted, table_.schema());
    wanted.fields.back().field_id = id_for(added);
    spec_ = std::move(wanted);
}

// What was removed in version 1 keeps its place, but not its name.
void SpecChange::make_way_for(const std::string& name) {
    for (PartitionField& field : spec_.fields) {
        if (field.name == name && field.transform.kind() == Kind::Void) {
            field.name = fmt::format("{}_{}", name, field.field_id);
        }
    }
}

int32_t SpecChange::id_for(const PartitionField& field) {
    auto is_taken = [&](int32_t id) {
        return std::ranges::find(spec_.fields, id, &PartitionField::field_id) != spec_.fields.end();
    };
    for (const PartitionSpec& spec : table_.specs) {
        for (const PartitionField& known : spec.fields) {
            bool is_like = known.source_id == field.source_id && known.name == field.name &&
                           known.transform == field.transform;
            if (is_like && !is_taken(known.field_id)) return known.field_id;
        }
    }
    return ++last_field_id_;
}

void SpecChange::remove(PartitionField& field) {
    if (table_.format_version == 1) {
        field.transform = Transform::nothing();
        return;
    }
    spec_.fields.erase(spec_.fields.begin() + (&field - spec_.fields.data()));
}

void SpecChange::remove(std::string_view name) {
    remove(find(name));
}

void SpecChange::remove(std::string_view column, const Transform& transform) {
    const Field& from = source(column);
    for (PartitionField& field : spec_.fields) {
        if (field.source_id == from.id && field.transform == transform) return remove(field);
    }
    throw Error(ErrorCode::NotFound, "no field partitions by {} of '{}'", transform.text(), column);
}

void SpecChange::rename(std::string_view name, const std::string& new_name) {
    PartitionField& field = find(name);
    if (new_name.empty()) throw refusal("a partition field needs a name");
    PartitionSpec wanted = spec_;
    wanted.fields[static_cast<size_t>(&field - spec_.fields.data())].name = new_name;
    check_spec(wanted, table_.schema());
    spec_ = std::move(wanted);
}

void SpecChange::apply_to(MetadataBuilder& table) const {
    table.add_spec(spec_);
    table.set_default_spec(LastAdded);
}

void SortChange::add(std::string_view column, Direction direction, std::optional<NullOrder> nulls,
                     const Transform& transform) {
    const Field& from = column_of(table_, column);
    bool goes_along = !from.type.is_nested() && transform.kind() != Kind::Unknown &&
                      transform.can_transform(from.type);
    if (!goes_along) {
        throw refusal("rows cannot be sorted by {} of '{}', which is {}", transform.text(), column,
                      to_text(from.type));
    }
    if (table_.schema().is_repeated(from.id)) {
        throw refusal("rows cannot be sorted by '{}': it is in a list or map", column);
    }
    NullOrder natural = direction == Direction::Ascending ? NullOrder::First : NullOrder::Last;
    order_.fields.push_back({.transform = transform,
                             .source_id = from.id,
                             .direction = direction,
                             .null_order = nulls.value_or(natural)});
}

void SortChange::apply_to(MetadataBuilder& table) const {
    table.add_sort_order(order_);
    table.set_default_sort_order(LastAdded);
}

}  // namespace tarn::iceberg
