#include "iceberg/rewrite/commit_or_remove.hpp"

#include "iceberg/write/new_files.hpp"

namespace tarn::iceberg {

void commit_or_remove(Committers& committers, const TableName& name, const FileChanges& changes) {
    finish_or_remove(committers.parts().files, changes.added,
                     [&] { committers.commit(name, changes); });
}

void finish_or_remove(const TableFiles& files, const std::vector<DataFile>& written,
                      const std::function<void()>& work) {
    try {
        work();
    } catch (const CatalogError& error) {
        if (error.fault() != CatalogFault::CommitStateUnknown) remove_files(files, written);
        throw;
    } catch (...) {
        remove_files(files, written);
        throw;
    }
}

}  // namespace tarn::iceberg
