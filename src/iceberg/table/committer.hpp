// The one who commits to a table in this process. Changes wait in a queue, so that our own writers
// never conflict with each other; those that wait at the same time go into the table together, each
// as the snapshot that it is, with one metadata file and one swap. Conflicts with other processes
// are met by trying again.
//
// Whoever asks may be any thread; one of those that wait does the work of all.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "iceberg/catalog/table_access.hpp"
#include "iceberg/table/commit_settings.hpp"
#include "iceberg/table/table_change.hpp"

namespace tarn::iceberg {

struct CommitterParts {
    TableAccess& access;
    TableFiles& files;
    const Clock& clock;
    Random& random;
    std::function<void(std::chrono::milliseconds)> sleep;
};

class Committer {
public:
    // So many changes go into one commit at most.
    static constexpr size_t GroupMax = 64;

    // The parts outlive this.
    Committer(TableName name, CommitterParts parts);

    // Blocks until the table has the change, and answers the table then. Throws what the change
    // throws that cannot be made; CommitFailed when others commit all the time; CommitStateUnknown
    // when it cannot be found out whether it is there.
    LoadedTable commit(TableChange& change);

private:
    struct Request {
        TableChange* change;
        std::optional<LoadedTable> done = {};
        std::exception_ptr failure = {};
        // Guarded by the mutex, unlike the two above, which are the leader's until then.
        bool is_over = false;
    };
    using Group = std::vector<Request*>;
    class Attempts;

    void lead(std::unique_lock<std::mutex>& lock, const Request& own);
    Group next_group();

    TableName name_;
    CommitterParts parts_;
    ManifestLists lists_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Request*> queue_;
    // A thread is at work. What it works with is its own until then.
    bool is_led_ = false;
};

}  // namespace tarn::iceberg
