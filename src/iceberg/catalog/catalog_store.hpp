// Where a catalog keeps what only it knows: the namespaces, and for each table and view the one
// metadata file that is current. The layout is that of Iceberg's own JDBC catalog, so that
// PyIceberg and Java open the same database.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "iceberg/catalog/names.hpp"
#include "iceberg/catalog/sql_database.hpp"

namespace tarn::iceberg {

struct Entry {
    EntryKind kind = EntryKind::Table;
    std::string metadata_location;
};

// One entry from what it must be now to what it is then. No `expected`: it must not be there. No
// `next`: it goes.
struct EntryChange {
    TableName name;
    EntryKind kind = EntryKind::Table;
    std::optional<std::string> expected = {};
    std::optional<std::string> next = {};
};

// Of a list, in the order of their names: those after `after`, no more than `count`.
struct Page {
    std::string after = {};
    size_t count = SIZE_MAX;
};

class CatalogStore {
public:
    // Makes the tables where they are missing. `name` is the catalog's in them.
    CatalogStore(std::unique_ptr<SqlDatabase> database, std::string name);

    // The namespaces directly inside one, or the outermost for an empty one.
    std::vector<Namespace> namespaces_in(const Namespace& parent);
    // Nothing when there is no such namespace.
    std::optional<Properties> properties(const Namespace& space);
    // Answers whether this call did.
    bool create_namespace(const Namespace& space, const Properties& properties);
    // Answers whether the namespace is there.
    bool change_properties(const Namespace& space, const Properties& set,
                           std::span<const std::string> remove);
    enum class Dropped { Done, Missing, NotEmpty };
    Dropped drop_namespace(const Namespace& space);

    std::optional<Entry> find(const TableName& name);
    std::vector<std::string> names_in(const Namespace& space, EntryKind kind, const Page& page);

    // All of them or none; answers whether each was as expected, and its namespace there.
    bool change(std::span<const EntryChange> changes);
    enum class Renamed { Done, Missing, Taken, NoNamespace };
    Renamed rename(const TableName& from, const TableName& to, EntryKind kind);

private:
    bool apply(SqlSession& session, const EntryChange& change);
    bool has_namespace(SqlSession& session, const Namespace& space);

    std::unique_ptr<SqlDatabase> database_;
    std::string catalog_;
};

}  // namespace tarn::iceberg
