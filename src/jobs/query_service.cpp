#include "jobs/query_service.hpp"

#include <pthread.h>

#include "jobs/shown_rows.hpp"
#include "jobs/sql_file.hpp"

namespace tarn::jobs {

QueryService::~QueryService() {
    for (Run& run : runs_) run.watch->leave();
    for (Run& run : runs_) run.thread.join();
}

std::shared_ptr<QueryService::Watch> QueryService::start(Submission file,
                                                         const Executor& executor) {
    std::lock_guard lock(mutex_);
    join_ended();
    Run& started = runs_.emplace_back();
    started.watch = std::make_shared<Watch>(executor);
    started.thread = std::thread([this, file = std::move(file), &started] { run(file, started); });
    pthread_setname_np(started.thread.native_handle(), "tarn-query");
    return started.watch;
}

void QueryService::join_ended() {
    std::erase_if(runs_, [](Run& run) {
        if (!run.is_over) return false;
        run.thread.join();
        return true;
    });
}

void QueryService::run(const Submission& file, Run& run) const {
    QueryNews last;
    try {
        read(file, *run.watch);
    } catch (const Error& error) {
        last.failure = error;
    } catch (const std::exception& error) {
        last.failure = Error(ErrorCode::Internal, "{}", error.what());
    }
    if (last.failure) runtime::run(run.watch->news_.send(std::move(last)));
    run.watch->news_.close();
    run.is_over = true;
}

void QueryService::read(const Submission& file, Watch& watch) const {
    constexpr std::chrono::seconds SignOfLife(5);
    Ticks last_news = surroundings_.clock.ticks();
    auto tell = [&](std::string lines) {
        last_news = surroundings_.clock.ticks();
        runtime::run(watch.news_.send({std::move(lines)}));
    };
    auto stops = [&] {
        if (surroundings_.clock.ticks() - last_news > SignOfLife) tell("");
        return watch.has_left_.load();
    };
    auto open_result = [&](const std::vector<sql::PlanColumn>& columns) {
        return std::make_unique<ShownRows>(columns, tell);
    };
    connectors::Surroundings around = surroundings_;
    if (!file.folder.empty()) around.files.base_folder = file.folder;
    sql::Source source(file.file, file.sql);
    try {
        SqlFile(file.name, around, open_result).read(sql::parse(source), stops);
    } catch (const sql::SqlError& error) {
        throw Error(ErrorCode::InvalidInput, "{}", text_of(source, error.problem()));
    }
}

}  // namespace tarn::jobs
