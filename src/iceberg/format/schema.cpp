#include "iceberg/format/schema.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

class FreshIds {
public:
    explicit FreshIds(int32_t first) : next_(first) {}

    void give(Type& type) {
        for (Field& field : type.fields) {
            new_ids_[field.id] = next_;
            field.id = next_++;
        }
        for (Field& field : type.fields) give(field.type);
    }

    int32_t new_id(int32_t old) const { return new_ids_.at(old); }

private:
    int32_t next_;
    std::unordered_map<int32_t, int32_t> new_ids_;
};

}  // namespace

SchemaPtr Schema::make(int32_t id, std::vector<Field> fields, std::vector<int32_t> identifier_ids,
                       boost::json::object unknown) {
    return SchemaPtr(
        new Schema(id, std::move(fields), std::move(identifier_ids), std::move(unknown)));
}

Schema::Schema(int32_t id, std::vector<Field> fields, std::vector<int32_t> identifier_ids,
               boost::json::object unknown)
    : id_(id),
      type_(Type::structure(std::move(fields))),
      identifier_ids_(std::move(identifier_ids)),
      unknown_(std::move(unknown)) {
    index(type_, nullptr, 0);
    check_identifiers();
}

void Schema::index(const Type& type, const Place* parent, int depth) {
    if (depth > NestingMax) {
        throw Error(ErrorCode::TooLarge, "schema: types are nested more than {} deep", NestingMax);
    }
    for (const Field& field : type.fields) {
        Place place{.field = &field, .full_name = field.name, .parent = std::nullopt};
        if (parent) {
            place.full_name = parent->full_name + "." + field.name;
            place.parent = parent->field->id;
        }
        if (!ids_by_name_.emplace(place.full_name, field.id).second) {
            throw Error(ErrorCode::InvalidInput, "schema: there are two columns '{}'",
                        place.full_name);
        }
        auto [at, is_new] = places_.emplace(field.id, std::move(place));
        if (!is_new) {
            throw Error(ErrorCode::InvalidInput, "schema: the columns '{}' and '{}' have the id {}",
                        at->second.full_name, field.name, field.id);
        }
        highest_id_ = std::max(highest_id_, field.id);
        // References into the map stay while it grows.
        index(field.type, &at->second, depth + 1);
    }
}

void Schema::check_identifiers() const {
    for (int32_t id : identifier_ids_) {
        const Field* field = find(id);
        auto refuse = [&](std::string_view reason) {
            return Error(ErrorCode::InvalidInput, "schema: identifier field {} {}",
                         field ? full_name(id) : std::to_string(id), reason);
        };
        if (!field) throw refuse("is no column");
        if (!field->is_required) throw refuse("may be null");
        if (field->type.is_nested()) throw refuse("is no primitive");
        if (field->type.kind == TypeKind::Float || field->type.kind == TypeKind::Double) {
            throw refuse("is a floating-point number");
        }
        for (auto parent = parent_of(id); parent; parent = parent_of(*parent)) {
            const Field* outer = find(*parent);
            if (outer->type.kind != TypeKind::Struct) throw refuse("is in a list or map");
            if (!outer->is_required) throw refuse("is in a struct that may be null");
        }
    }
}

const Field* Schema::find(int32_t id) const {
    auto found = places_.find(id);
    return found == places_.end() ? nullptr : found->second.field;
}

const Field* Schema::find(std::string_view full_name) const {
    auto found = ids_by_name_.find(std::string(full_name));
    return found == ids_by_name_.end() ? nullptr : find(found->second);
}

const std::string& Schema::full_name(int32_t id) const {
    auto found = places_.find(id);
    TARN_ASSERT(found != places_.end());
    return found->second.full_name;
}

std::optional<int32_t> Schema::parent_of(int32_t id) const {
    auto found = places_.find(id);
    return found == places_.end() ? std::nullopt : found->second.parent;
}

bool Schema::is_repeated(int32_t id) const {
    for (auto parent = parent_of(id); parent; parent = parent_of(*parent)) {
        if (find(*parent)->type.kind != TypeKind::Struct) return true;
    }
    return false;
}

SchemaPtr Schema::with_id(int32_t id) const {
    return make(id, type_.fields, identifier_ids_, unknown_);
}

SchemaPtr with_fresh_ids(const Schema& schema, int32_t first_id) {
    Type type = schema.type();
    FreshIds ids(first_id);
    ids.give(type);
    std::vector<int32_t> identifiers;
    for (int32_t old : schema.identifier_ids()) identifiers.push_back(ids.new_id(old));
    return Schema::make(schema.id(), std::move(type.fields), std::move(identifiers),
                        schema.unknown());
}

}  // namespace tarn::iceberg
