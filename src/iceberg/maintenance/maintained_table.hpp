// One table with what it takes to work on it beside its writers.
#pragma once

#include "base/clock.hpp"
#include "iceberg/catalog/catalog.hpp"

namespace tarn::iceberg {

struct MaintainedTable {
    Catalog& catalog;
    TableFiles& files;
    const Clock& clock;
    TableName name;
};

}  // namespace tarn::iceberg
