// Who asked for a savepoint: the id that one asks again with, until the job has ended the epoch.
// May be asked from any thread.
#pragma once

#include <boost/json/object.hpp>

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "jobs/job_record.hpp"

namespace tarn::flink {

class Triggers {
public:
    static constexpr size_t Kept = 1'000;  // the newest ones

    // The id is not that of another one.
    void put(const std::string& id, const std::string& job_id, WallTime asked);

    bool has(const std::string& id) const;

    // How far it is. Throws NotFound for an id that this job was not triggered with.
    boost::json::object page(const std::string& id, const jobs::JobRecord& job) const;

private:
    struct Trigger {
        std::string job_id;
        WallTime asked;
    };

    mutable std::mutex mutex_;
    std::map<std::string, Trigger> triggers_;
    std::deque<std::string> order_;  // the oldest first
};

}  // namespace tarn::flink
