// What the connector of a table can do, as far as plans depend on it.
#pragma once

#include "sql/catalog/catalog.hpp"
#include "sql/plan/plan.hpp"
#include "sql/stream/changes.hpp"

namespace tarn::sql {

struct TableTraits {
    Changes brings = {};       // none when it cannot be read
    Changes takes = {};        // none when it cannot be written
    bool can_look_up = false;  // rows by their values, at any moment
    // What it has may give way to new rows, in one step.
    bool can_overwrite = false;
};

// Who plans may know tables that say more than their options do.
using TraitsOf = std::function<TableTraits(const StoredTable& table, const Options& options)>;

// By the connector and the format that the options name. Tables without a connector are Iceberg's.
TableTraits traits_by_connector(const StoredTable& table, const Options& options);

// Whether its rows never end, as far as the options say.
bool is_endless(const Options& options);
// Whether those of one of its sources do.
bool has_endless_source(const Plan& plan);

}  // namespace tarn::sql
