// The reference of connectors, formats and catalogs, docs/connectors.md, made from the registry.
#pragma once

#include <string>

#include "sql/options/connector.hpp"

namespace tarn::sql {

std::string connectors_page();

// The chapter of one of them, as it stands in the page; nothing when there is none of that name.
std::optional<std::string> chapter_of(std::string_view name);

}  // namespace tarn::sql
