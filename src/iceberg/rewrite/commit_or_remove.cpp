#include "iceberg/rewrite/commit_or_remove.hpp"

#include "iceberg/write/new_files.hpp"

namespace tarn::iceberg {

void commit_or_remove(Committers& committers, const TableName& name, const FileChanges& changes) {
    auto remove = [&] { remove_files(committers.parts().files, changes.added); };
    try {
        committers.commit(name, changes);
    } catch (const CatalogError& error) {
        if (error.fault() != CatalogFault::CommitStateUnknown) remove();
        throw;
    } catch (...) {
        remove();
        throw;
    }
}

}  // namespace tarn::iceberg
