// A branch of a table as it is at one moment, with the files that are looked at.
#pragma once

#include <string>

#include "iceberg/format/expression.hpp"
#include "iceberg/scan/plan.hpp"
#include "iceberg/table/committer.hpp"

namespace tarn::iceberg {

struct PlannedTable {
    LoadedTable loaded;
    // Its tasks take every row of their file: those that do not fulfil the condition by which the
    // file was chosen must not get lost.
    ScanPlan plan;

    // Files that surely have no row of the condition are left out.
    static PlannedTable of(LoadedTable loaded, ManifestCache& manifests, const std::string& branch,
                           const Expression& where);

    const TableMetadata& metadata() const { return loaded.metadata(); }
};

}  // namespace tarn::iceberg
