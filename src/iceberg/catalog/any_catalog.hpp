// A catalog, wherever it is: in this process, behind a REST server elsewhere, or a mere folder. Who
// only reads and changes tables needs no more than TableAccess. Calls block and may come from
// several threads. What a catalog refuses comes as a CatalogError; what its kind cannot do at all
// as InvalidInput.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "iceberg/catalog/table_access.hpp"
#include "iceberg/format/view_metadata.hpp"

namespace tarn::iceberg {

struct LoadedView {
    std::string metadata_location;
    ViewMetadata metadata;
};

struct CreateTable {
    TableName name;
    SchemaPtr schema;
    PartitionSpec spec = {};
    SortOrder sort_order = {};
    // Chosen by the catalog when there is none.
    std::optional<std::string> location = {};
    Properties properties = {};
};

// What becomes of a table's files when it is dropped.
enum class DroppedFiles { Stay, Go };

class AnyCatalog : public TableAccess {
public:
    // The namespaces directly inside one, or the outermost for an empty one, by name.
    virtual std::vector<Namespace> namespaces_in(const Namespace& parent) = 0;
    virtual void create_namespace(const Namespace& space, const Properties& properties) = 0;
    virtual Properties namespace_properties(const Namespace& space) = 0;
    virtual void change_properties(const Namespace& space, const Properties& set,
                                   std::span<const std::string> remove) = 0;
    virtual void drop_namespace(const Namespace& space) = 0;

    // The tables or views of a namespace, by name.
    virtual std::vector<std::string> names_in(const Namespace& space, EntryKind kind) = 0;
    virtual LoadedTable create_table(const CreateTable& request) = 0;
    // A table of files that are there already. Throws AlreadyExists unless `replaces`.
    virtual LoadedTable register_table(const TableName& name, const std::string& metadata_location,
                                       bool replaces) = 0;
    virtual void rename(const TableName& from, const TableName& to, EntryKind kind) = 0;
    virtual void drop_table(const TableName& name, DroppedFiles files) = 0;

    virtual LoadedView load_view(const TableName& name) = 0;
    virtual void drop_view(const TableName& name) = 0;
};

}  // namespace tarn::iceberg
