#include "sql/catalog/namespace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/suggest.hpp"
#include "sql/syntax/text.hpp"

namespace tarn::sql {
namespace {

constexpr size_t PartsMax = 3;

bool holds(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

Namespace::Namespace() : catalog_(DefaultCatalog), database_(DefaultDatabase) {
    auto memory = std::make_shared<MemoryCatalog>();
    memory->create_database(database_);
    catalogs_.emplace(catalog_, std::move(memory));
}

std::vector<std::string> Namespace::catalogs() const {
    std::vector<std::string> names;
    for (const auto& [name, catalog] : catalogs_) names.push_back(name);
    return names;
}

Catalog& Namespace::catalog_of(const Identifier& name) const {
    auto found = catalogs_.find(name.text);
    if (found == catalogs_.end()) {
        refuse(name.span, fmt::format("there is no catalog '{}'", name.text),
               name_hint(name.text, catalogs()));
    }
    return *found->second;
}

void Namespace::add_catalog(const std::string& name, std::shared_ptr<Catalog> catalog) {
    catalogs_.insert_or_assign(name, std::move(catalog));
}

void Namespace::drop_catalog(const Identifier& name) {
    catalog_of(name);
    if (name.text == catalog_) {
        refuse(name.span, fmt::format("the catalog '{}' is in use", name.text),
               "USE CATALOG another one first");
    }
    catalogs_.erase(name.text);
}

void Namespace::use_catalog(const Identifier& name) {
    std::vector<std::string> databases = catalog_of(name).databases();
    catalog_ = name.text;
    // Iceberg's catalogs begin in "default" as well, whether it is there or not.
    bool has_default = holds(databases, "default") || databases.empty();
    database_ = has_default ? "default" : databases.front();
    if (holds(databases, std::string(DefaultDatabase))) database_ = DefaultDatabase;
}

void Namespace::use_database(const Name& name) {
    bool has_catalog = name.size() > 1;
    Identifier catalog = has_catalog ? name.front() : Identifier{catalog_, name.front().span};
    Catalog& of = catalog_of(catalog);
    std::vector<std::string> databases = of.databases();
    const Identifier& database = name.back();
    if (!holds(databases, database.text) && of.is_complete()) {
        refuse(database.span,
               fmt::format("the catalog '{}' has no database '{}'", catalog.text, database.text),
               name_hint(database.text, databases));
    }
    catalog_ = catalog.text;
    database_ = database.text;
}

ObjectPath Namespace::path_of(const Name& name) const {
    if (name.size() > PartsMax) {
        refuse(span_of(name), fmt::format("'{}' has too many parts", text_of(name)),
               "a table is catalog.database.table");
    }
    ObjectPath path{catalog_, database_, name.back().text};
    if (name.size() > 1) path.database = name[name.size() - 2].text;
    if (name.size() == PartsMax) path.catalog = name.front().text;
    return path;
}

std::optional<StoredObject> Namespace::find(const ObjectPath& path) const {
    auto temporary = temporary_.find(path);
    if (temporary != temporary_.end()) return temporary->second;
    auto catalog = catalogs_.find(path.catalog);
    if (catalog == catalogs_.end()) return std::nullopt;
    return catalog->second->find(path.database, path.name);
}

StoredObject Namespace::find(const Name& name) const {
    ObjectPath path = path_of(name);
    if (auto found = find(path)) return *found;
    refuse_unknown(name, path);
}

void Namespace::want_database(const Name& name) const {
    ObjectPath path = path_of(name);
    bool has_catalog = name.size() == PartsMax;
    const Catalog& catalog =
        catalog_of(has_catalog ? name.front() : Identifier{path.catalog, span_of(name)});
    std::vector<std::string> databases = catalog.databases();
    if (!catalog.is_complete() || holds(databases, path.database)) return;
    refuse(span_of(name),
           fmt::format("the catalog '{}' has no database '{}'", path.catalog, path.database),
           name_hint(path.database, databases));
}

void Namespace::refuse_unknown(const Name& name, const ObjectPath& path) const {
    want_database(name);
    const Catalog& catalog = *catalogs_.at(path.catalog);
    if (!catalog.is_complete()) {
        throw MaybeElsewhere({span_of(name), fmt::format("'{}' is not known here", text_of(path))});
    }
    std::vector<std::string> known = catalog.objects(path.database);
    for (const auto& [each, object] : temporary_) {
        if (each.catalog == path.catalog && each.database == path.database) {
            known.push_back(each.name);
        }
    }
    refuse(span_of(name), fmt::format("there is no table '{}'", text_of(name)),
           known.empty() ? fmt::format("the database '{}' is empty", path.database)
                         : name_hint(path.name, known));
}

void Namespace::put(const StoredObject& object) {
    bool is_temporary = std::visit([](const auto& each) { return each->is_temporary; }, object);
    const ObjectPath& path = sql::path_of(object);
    if (is_temporary) {
        temporary_.insert_or_assign(path, object);
    } else {
        catalogs_.at(path.catalog)->put(object);
    }
}

void Namespace::drop(const StoredObject& object) {
    const ObjectPath& path = sql::path_of(object);
    if (temporary_.erase(path) == 0) catalogs_.at(path.catalog)->drop(path.database, path.name);
}

bool Namespace::alter(const StoredTable& table, const AlterTable& change) {
    return !table.is_temporary && catalogs_.at(table.path.catalog)->alter(table, change);
}

Namespace Namespace::as_of(const StoredView& view) const {
    Namespace same = *this;
    same.catalog_ = view.catalog;
    same.database_ = view.database;
    return same;
}

}  // namespace tarn::sql
