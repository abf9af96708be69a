// How the columns of a table change without a file being rewritten: ids stay, so whatever was
// written keeps its meaning. Changes are made one after the other, each on what those before have
// left; what cannot be is refused at once, in words for people, and leaves the change as it was.
//
//     SchemaChange change(table);
//     change.add("venue", {.name = "city", .type = TypeKind::String});
//     change.rename("qty", "quantity");
//     change.apply_to(builder);
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iceberg/format/metadata_builder.hpp"
#include "iceberg/format/schema.hpp"
#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

struct NewColumn {
    std::string name;
    Type type = {};
    bool is_required = false;
    std::string doc = {};
    // Version 3: what older rows read as, and what writers put who do not know the column. Without
    // it only optional columns can be added.
    std::optional<boost::json::value> value = {};
};

class SchemaChange {
public:
    enum class Names { CaseSensitive, CaseInsensitive };

    // The table outlives this.
    explicit SchemaChange(const TableMetadata& table, Names names = Names::CaseSensitive);

    // What can break readers or the rows that are there: required columns without a default, and
    // optional ones that become required.
    void allow_incompatible() { allows_incompatible_ = true; }

    // Columns are named in full: "venue.city", "tags.element", "levels.value.size". Each throws
    // InvalidInput, NotFound for a column that is not there.
    //
    // The parent is a struct, or a list or map whose elements or values are one; "" is the top.
    void add(std::string_view parent, const NewColumn& column);
    void drop(std::string_view column);
    void rename(std::string_view column, const std::string& name);
    // To a wider type only: int to long, float to double, decimals of more digits; in version 3
    // date to timestamp.
    void widen(std::string_view column, const Type& type);
    void make_optional(std::string_view column);
    void make_required(std::string_view column);
    void set_doc(std::string_view column, const std::string& doc);
    // Version 3. Rows that are there keep what they were.
    void set_write_default(std::string_view column, std::optional<boost::json::value> value);
    // Within the struct that it is in.
    void move_first(std::string_view column);
    void move_before(std::string_view column, std::string_view other);
    void move_after(std::string_view column, std::string_view other);
    // The primary key, which may be none.
    void set_identifier_fields(const std::vector<std::string>& columns);

    // The columns as they are by now; null when there is none of that name.
    const Field* find(std::string_view column) const;
    // Whether it is a column of the key, or a struct around one: such are never null.
    bool is_key_part(const Field& field) const;
    int format_version() const { return table_.format_version; }

    // The new schema. Its id is that of the table's, until a catalog gives it another.
    SchemaPtr schema() const;
    // Makes it the current one; properties about columns follow the columns' names.
    void apply_to(MetadataBuilder& table) const;

private:
    // Where a field is: the type that holds it, and its index there.
    struct Place {
        Type* holder;
        size_t index;
        std::string full_name;

        Field& field() const { return holder->fields[index]; }
    };

    bool is_same_name(std::string_view left, std::string_view right) const;
    std::optional<Place> place_in(Type& holder, std::string_view column, std::string prefix) const;
    Place place_of(std::string_view column);
    // Refuses the parts of lists and maps, which have no names or places of their own to change.
    Place struct_field(std::string_view column, std::string_view deed);
    Type& struct_of(std::string_view parent);
    void check_name(const Type& holder, std::string_view name, const Field* itself) const;
    std::string used_by(int32_t id) const;
    void check_transforms(const Field& field, const Type& wider) const;
    void check_default(const NewColumn& column) const;
    Type with_new_ids(const Type& type);
    void move(const Place& from, size_t to);
    std::vector<std::string> all_names() const;

    const TableMetadata& table_;
    Names names_;
    bool allows_incompatible_ = false;
    Type root_;
    std::vector<int32_t> identifier_ids_;
    int32_t last_id_;
};

}  // namespace tarn::iceberg
