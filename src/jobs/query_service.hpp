// Queries that somebody outside watches: each file has a thread, and a channel by which its rows
// leave. Whoever watches too slowly slows the query; when he has gone, it ends.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/error.hpp"
#include "jobs/job_service.hpp"
#include "runtime/channel.hpp"

namespace tarn::jobs {

struct QueryNews {
    std::string lines = {};             // of rows; none for a sign of life
    std::optional<Error> failure = {};  // the last of all news
};

class QueryService {
public:
    // The surroundings outlive the service.
    explicit QueryService(connectors::Surroundings surroundings)
        : surroundings_(std::move(surroundings)) {}

    // Ends all of them.
    ~QueryService();

    class Watch {
    public:
        explicit Watch(const Executor& executor) : news_(executor, NewsWaiting) {}

        // Nothing after the end.
        awaitable<std::optional<QueryNews>> next() { return news_.receive(); }
        // Nobody will look any more.
        void leave() {
            has_left_ = true;
            news_.close();
        }

    private:
        friend class QueryService;
        static constexpr size_t NewsWaiting = 16;

        runtime::Channel<QueryNews> news_;
        std::atomic<bool> has_left_ = false;
    };

    // Runs the definitions and the queries of a file; its INSERTs are passed over. The watch
    // belongs to the executor's shard.
    std::shared_ptr<Watch> start(Submission file, const Executor& executor);

private:
    struct Run {
        std::shared_ptr<Watch> watch;
        std::atomic<bool> is_over = false;
        std::thread thread;
    };

    void run(const Submission& file, Run& run) const;
    void read(const Submission& file, Watch& watch) const;
    void join_ended();

    connectors::Surroundings surroundings_;
    std::mutex mutex_;
    std::list<Run> runs_;
};

}  // namespace tarn::jobs
