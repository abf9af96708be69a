#include "iceberg/rewrite/planned_table.hpp"

namespace tarn::iceberg {

PlannedTable PlannedTable::of(LoadedTable loaded, ManifestCache& manifests,
                              const std::string& branch, const Expression& where) {
    PlannedTable table{.loaded = std::move(loaded), .plan = {}};
    ScanRequest request{.filter = where};
    // The main branch of a table without snapshots has no name yet.
    if (branch != MainBranch) request.at.ref = branch;
    table.plan = iceberg::plan(table.metadata(), manifests, request);
    auto all_rows = std::make_shared<const Filter>();
    for (FileTask& task : table.plan.tasks) task.residual = all_rows;
    table.plan.filter = {};
    return table;
}

}  // namespace tarn::iceberg
