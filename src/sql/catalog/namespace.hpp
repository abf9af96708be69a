// What a session sees of all catalogs: which is the current one, which database of it, and the
// temporary tables and views that are the session's own and come before all others.
#pragma once

#include <functional>

#include "sql/catalog/catalog.hpp"

namespace tarn::sql {

class Namespace {
public:
    static constexpr std::string_view DefaultCatalog = "default_catalog";
    static constexpr std::string_view DefaultDatabase = "default_database";

    // With the catalog and the database that every Flink has.
    Namespace();

    const std::string& catalog() const { return catalog_; }
    const std::string& database() const { return database_; }
    std::vector<std::string> catalogs() const;

    // These throw SqlError when a part of the name is not there.
    void use_catalog(const Identifier& name);
    void use_database(const Name& name);
    Catalog& catalog_of(const Identifier& name) const;
    StoredObject find(const Name& name) const;

    void add_catalog(const std::string& name, std::shared_ptr<Catalog> catalog);
    // Throws SqlError for the one in use.
    void drop_catalog(const Identifier& name);

    // The name with what it leaves out.
    ObjectPath path_of(const Name& name) const;
    // Throws SqlError when there is no database for such an object.
    void want_database(const Name& name) const;
    // Nothing when there is no such object.
    std::optional<StoredObject> find(const ObjectPath& path) const;

    // Temporary ones go to the session, others to their catalog.
    void put(const StoredObject& object);
    void drop(const StoredObject& object);
    // False where the changed table is to be put in its place.
    bool alter(const StoredTable& table, const AlterTable& change);

    // The same with another current catalog and database, in which a view was made.
    Namespace as_of(const StoredView& view) const;

private:
    [[noreturn]] void refuse_unknown(const Name& name, const ObjectPath& path) const;

    std::map<std::string, std::shared_ptr<Catalog>> catalogs_;
    std::map<ObjectPath, StoredObject> temporary_;
    std::string catalog_;
    std::string database_;
};

// A name of a catalog whose tables are not all known here, as when `tarn check` sees no network:
// it may well be one of them.
class MaybeElsewhere : public SqlError {
public:
    using SqlError::SqlError;
};

}  // namespace tarn::sql
