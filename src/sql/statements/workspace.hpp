// What a session has defined: its catalogs with their tables, and its settings.
#pragma once

#include <map>
#include <string>

#include "sql/catalog/namespace.hpp"
#include "sql/functions/kernel.hpp"

namespace tarn::sql {

struct Workspace {
    Namespace names = {};
    std::map<std::string, std::string> settings = {};  // of SET

    // With the zone that table.local-time-zone says; UTC where nothing is said.
    Session session() const;
};

}  // namespace tarn::sql
