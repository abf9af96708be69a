// Tables and views by their names. Catalogs hold databases, which hold both.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/syntax/statement.hpp"
#include "sql/tables/table.hpp"

namespace tarn::sql {

struct ObjectPath {
    std::string catalog;
    std::string database;
    std::string name;

    auto operator<=>(const ObjectPath&) const = default;
};

std::string text_of(const ObjectPath& path);

// What a catalog gives along for the connector of its tables.
struct TableHandle {
    virtual ~TableHandle() = default;
};

struct StoredTable {
    ObjectPath path;
    Table table;
    Options options = {};
    bool is_temporary = false;
    // What it was made of, LIKE and AS carried out; null for tables that no statement made here.
    std::shared_ptr<const CreateTable> definition = {};
    // Null for tables that are all that their options say.
    std::shared_ptr<const TableHandle> handle = {};
};
using StoredTablePtr = std::shared_ptr<const StoredTable>;

// A view is its query, which is bound anew each time, with the catalog and the database that were
// the current ones when it was made.
struct StoredView {
    ObjectPath path;
    std::vector<std::string> columns;
    QueryPtr query;
    std::string catalog;
    std::string database;
    std::optional<std::string> comment = {};
    bool is_temporary = false;
};
using StoredViewPtr = std::shared_ptr<const StoredView>;

using StoredObject = std::variant<StoredTablePtr, StoredViewPtr>;

const ObjectPath& path_of(const StoredObject& object);

class Catalog {
public:
    virtual ~Catalog() = default;

    // Whether it has nothing that it does not name.
    virtual bool is_complete() const { return true; }

    virtual std::vector<std::string> databases() const = 0;
    virtual void create_database(const std::string& name) = 0;
    // With all that is in it.
    virtual void drop_database(const std::string& name) = 0;

    // Of a database that there is, by name.
    virtual std::vector<std::string> objects(const std::string& database) const = 0;
    virtual std::optional<StoredObject> find(const std::string& database,
                                             const std::string& name) const = 0;
    // In the place of what has its name.
    virtual void put(const StoredObject& object) = 0;
    virtual void drop(const std::string& database, const std::string& name) = 0;
    // Changes a table as the statement says; false where it is enough to put the changed one in its
    // place.
    virtual bool alter(const StoredTable& /*table*/, const AlterTable& /*change*/) { return false; }
};

class MemoryCatalog : public Catalog {
public:
    // One that is not complete stands for a catalog elsewhere, which nobody asks.
    explicit MemoryCatalog(bool is_complete = true) : is_complete_(is_complete) {}

    bool is_complete() const override { return is_complete_; }
    std::vector<std::string> databases() const override;
    void create_database(const std::string& name) override;
    void drop_database(const std::string& name) override;
    std::vector<std::string> objects(const std::string& database) const override;
    std::optional<StoredObject> find(const std::string& database,
                                     const std::string& name) const override;
    void put(const StoredObject& object) override;
    void drop(const std::string& database, const std::string& name) override;

private:
    bool is_complete_;
    std::map<std::string, std::map<std::string, StoredObject>> databases_;
};

}  // namespace tarn::sql
