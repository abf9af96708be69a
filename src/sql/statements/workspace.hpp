// What a session has defined: its catalogs with their tables, and its settings.
#pragma once

#include <map>
#include <string>

#include "sql/catalog/namespace.hpp"
#include "sql/functions/kernel.hpp"

namespace tarn::sql {

// Opens the catalog that CREATE CATALOG names; null for kinds that nothing is to be opened for.
using OpenCatalog =
    std::function<std::shared_ptr<Catalog>(const std::string& name, const Options& options)>;

struct Workspace {
    Namespace names = {};
    std::map<std::string, std::string> settings = {};  // of SET
    // Without it catalogs elsewhere are not asked, and their tables are not known.
    OpenCatalog open_catalog = {};

    // With the zone that table.local-time-zone says; UTC where nothing is said.
    Session session() const;
};

}  // namespace tarn::sql
