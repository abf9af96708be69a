#include "iceberg/table/committers.hpp"

#include <thread>

#include "iceberg/table/file_commit.hpp"

namespace tarn::iceberg {

Committers::Committers(CommitterParts parts) : parts_(std::move(parts)) {
    if (!parts_.sleep) {
        parts_.sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
    }
}

LoadedTable Committers::commit(const TableName& name, TableChange& change) {
    return of(name)->commit(change);
}

LoadedTable Committers::commit(const TableName& name, FileChanges changes) {
    FileCommit commit(std::move(changes));
    return of(name)->commit(commit);
}

std::shared_ptr<Committer> Committers::of(const TableName& name) {
    std::scoped_lock lock(mutex_);
    if (committers_.size() >= TablesMax) forget_idle();
    std::shared_ptr<Committer>& committer = committers_[name];
    if (!committer) committer = std::make_shared<Committer>(name, parts_);
    return committer;
}

void Committers::forget_idle() {
    std::erase_if(committers_, [](const auto& entry) { return entry.second.use_count() == 1; });
}

}  // namespace tarn::iceberg
