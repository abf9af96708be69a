// The columns of a table, at one time of its life. A column is meant by its id at any depth; ids
// are given once and never again. Schemas never change: evolution makes a new one
// (schema_change.hpp).
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "iceberg/format/type.hpp"

namespace tarn::iceberg {

class Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

// Ids above this belong to the format: `_pos`, `_file` and their kin.
inline constexpr int32_t FieldIdMax = 2'147'483'447;
// How deep types may be nested.
inline constexpr int NestingMax = 64;

class Schema {
public:
    // Throws InvalidInput for ids or names that come twice, and for identifier fields that may not
    // be any: they must be required, primitive, no float, and within required structs only.
    static SchemaPtr make(int32_t id, std::vector<Field> fields,
                          std::vector<int32_t> identifier_ids = {},
                          boost::json::object unknown = {});

    int32_t id() const { return id_; }
    const Type& type() const { return type_; }
    const std::vector<Field>& fields() const { return type_.fields; }
    // The columns of the primary key, if the table has one.
    const std::vector<int32_t>& identifier_ids() const { return identifier_ids_; }
    // What a later version of the format has put there.
    const boost::json::object& unknown() const { return unknown_; }
    // 0 for a schema without fields.
    int32_t highest_id() const { return highest_id_; }

    // At any depth; null when there is none.
    const Field* find(int32_t id) const;
    // "price", "venue.name", "tags.element", "levels.value.size".
    const Field* find(std::string_view full_name) const;
    // The field must be there.
    const std::string& full_name(int32_t id) const;
    // The struct, list or map that it is in; nothing at the top.
    std::optional<int32_t> parent_of(int32_t id) const;
    // Whether it is in a list or map, so that a row can have many of it.
    bool is_repeated(int32_t id) const;

    bool has_same_columns(const Schema& other) const {
        return type_ == other.type_ && identifier_ids_ == other.identifier_ids_;
    }
    SchemaPtr with_id(int32_t id) const;

private:
    struct Place {
        const Field* field;
        std::string full_name;
        std::optional<int32_t> parent;
    };

    Schema(int32_t id, std::vector<Field> fields, std::vector<int32_t> identifier_ids,
           boost::json::object unknown);
    void index(const Type& type, const Place* parent, int depth);
    void check_identifiers() const;

    int32_t id_;
    Type type_;
    std::vector<int32_t> identifier_ids_;
    boost::json::object unknown_;
    int32_t highest_id_ = 0;
    std::unordered_map<int32_t, Place> places_;
    std::unordered_map<std::string, int32_t> ids_by_name_;
};

// The same columns with ids of their own from `first_id` on: those of one struct in their order,
// then what is inside each. So a catalog numbers the columns of a new table.
SchemaPtr with_fresh_ids(const Schema& schema, int32_t first_id);

}  // namespace tarn::iceberg
