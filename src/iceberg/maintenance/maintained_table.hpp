// One table with what it takes to work on it beside its writers.
#pragma once

#include "base/clock.hpp"
#include "iceberg/catalog/any_catalog.hpp"

namespace tarn::iceberg {

struct MaintainedTable {
    AnyCatalog& catalog;
    TableFiles& files;
    const Clock& clock;
    TableName name;
};

}  // namespace tarn::iceberg
