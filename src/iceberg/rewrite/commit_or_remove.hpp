// The end of every rewrite: the table takes the new files, or they go again.
#pragma once

#include <functional>
#include <vector>

#include "iceberg/table/committers.hpp"

namespace tarn::iceberg {

// Throws what the commit throws. The added files are removed then, unless it is not known whether
// the table has them.
void commit_or_remove(Committers& committers, const TableName& name, const FileChanges& changes);

// The same for work that ends in a commit, with some of the files that it adds.
void finish_or_remove(const TableFiles& files, const std::vector<DataFile>& written,
                      const std::function<void()>& work);

}  // namespace tarn::iceberg
