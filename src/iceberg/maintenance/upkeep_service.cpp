#include "iceberg/maintenance/upkeep_service.hpp"

#include <boost/asio/post.hpp>

#include "base/error.hpp"
#include "base/log.hpp"

namespace tarn::iceberg {

UpkeepService::UpkeepService(Needs needs)
    : needs_(needs),
      compacted_files_(needs.metrics.counter("tarn_iceberg_compacted_files_total",
                                             "Small data files that upkeep made into larger ones")),
      removed_delete_files_(
          needs.metrics.counter("tarn_iceberg_removed_delete_files_total",
                                "Files of deletes that upkeep carried out or put together")),
      expired_snapshots_(needs.metrics.counter("tarn_iceberg_expired_snapshots_total",
                                               "Snapshots that upkeep has expired")),
      removed_orphans_(needs.metrics.counter("tarn_iceberg_removed_orphans_total",
                                             "Files that no table named, removed by upkeep")),
      failures_(needs.metrics.counter("tarn_iceberg_upkeep_failures_total",
                                      "Rounds over a table that ended with an error")) {}

void UpkeepService::start(Executor executor, std::chrono::milliseconds interval) {
    tasks_ = std::make_unique<runtime::TaskGroup>(executor);
    asio::post(executor, [this, interval] { tasks_->spawn("upkeep of tables", run(interval)); });
}

awaitable<void> UpkeepService::stop() {
    is_stopping_ = true;
    if (!tasks_) co_return;
    auto stop = [](runtime::TaskGroup& tasks) -> awaitable<void> {
        tasks.cancel();
        co_await tasks.join();
    };
    co_await asio::co_spawn(tasks_->executor(), stop(*tasks_), use_awaitable);
}

awaitable<void> UpkeepService::run(std::chrono::milliseconds interval) {
    while (true) {
        co_await runtime::sleep(interval);
        try {
            co_await needs_.blocking.run([this] { round(); });
        } catch (const Error& error) {
            TARN_LOG_WARN("the upkeep of tables waits for its next round: {}", error.what());
        }
    }
}

void UpkeepService::round() {
    std::map<TableName, Upkeep> still_there;
    visit({}, still_there);
    tables_ = std::move(still_there);
}

void UpkeepService::visit(const Namespace& space, std::map<TableName, Upkeep>& still_there) {
    for (const Namespace& inner : needs_.catalog.namespaces_in(space)) {
        for (const std::string& name : needs_.catalog.names_in(inner, EntryKind::Table)) {
            if (is_stopping_) return;
            TableName table{inner, name};
            auto known = tables_.extract(table);
            auto place =
                known ? still_there.insert(std::move(known)).position
                      : still_there.try_emplace(table, needs_.catalog, needs_.committers, table)
                            .first;
            keep(table, place->second);
        }
        visit(inner, still_there);
    }
}

void UpkeepService::keep(const TableName& name, Upkeep& upkeep) {
    try {
        UpkeepResult done = upkeep.round([this] { return is_stopping_.load(); });
        const CompactionResult& compacted = done.compaction;
        compacted_files_.Increment(static_cast<double>(compacted.rewritten_files));
        removed_delete_files_.Increment(static_cast<double>(compacted.removed_delete_files +
                                                            done.deletes.removed_files +
                                                            done.deletes.rewritten_files));
        expired_snapshots_.Increment(static_cast<double>(done.expiry.plan.snapshots.size()));
        removed_orphans_.Increment(static_cast<double>(done.orphans.files.size()));
        failures_.Increment(static_cast<double>(compacted.failures.size()));
        if (compacted.rewritten_files == 0 && done.expiry.plan.is_empty()) return;
        TARN_LOG_INFO("{}: {} small files became {}, {} snapshots expired", to_text(name),
                      compacted.rewritten_files, compacted.added_files,
                      done.expiry.plan.snapshots.size());
    } catch (const Error& error) {
        // It may have been dropped since it was listed.
        if (error.code() == ErrorCode::NotFound || is_stopping_) return;
        failures_.Increment();
        TARN_LOG_WARN("the upkeep of {} failed: {}", to_text(name), error.what());
    }
}

}  // namespace tarn::iceberg
