#include "iceberg/table/committer.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "iceberg/format/table_update.hpp"
#include "iceberg/table/backoff.hpp"

namespace tarn::iceberg {

// The way of one group from its first attempt to its end.
class Committer::Attempts {
public:
    Attempts(Committer& committer, Group group)
        : committer_(committer),
          parts_(committer.parts_),
          group_(std::move(group)),
          started_(parts_.clock.ticks()) {}

    void run() {
        while (!group_.empty()) {
            try {
                attempt();
            } catch (...) {
                // The table cannot be loaded, or does not take the change.
                fail_all(std::current_exception());
            }
        }
    }

private:
    void attempt() {
        LoadedTable base = is_unknown_ ? look() : parts_.access.load_table(committer_.name_);
        settle_those_in(base);
        if (group_.empty()) return;
        settings_ = CommitSettings::of(base.metadata());
        int64_t now_ms = unix_ms(parts_.clock.now());
        MetadataBuilder table(base.metadata(), now_ms);
        apply_each(table, now_ms);
        if (group_.empty()) return;
        if (!table.has_changes()) return settle_all(base);
        boost::json::array updates = table.updates();
        TableCommit change{.name = committer_.name_,
                           .requirements = requirements_of(updates, &base.metadata()),
                           .updates = std::move(updates)};
        try {
            settle_all(parts_.access.commit(change));
        } catch (const CatalogError& error) {
            go_on_after(error);
        } catch (const Error&) {
            if (group_.size() == 1) throw;
            // One of them is what the table does not take: each for itself.
            try_each_alone();
        }
    }

    // What the group is now, when it is not known whether the last attempt took place.
    LoadedTable look() {
        Backoff backoff{settings_.look_wait_min, settings_.look_wait_max};
        for (int tries = 1;; ++tries) {
            try {
                return parts_.access.load_table(committer_.name_);
            } catch (const Error& error) {
                if (tries > settings_.look_retries_max) throw;
                TARN_LOG_WARN("{}: is the commit there? {}", to_text(committer_.name_),
                              error.what());
            }
            parts_.sleep(backoff.wait(tries, parts_.random));
        }
    }

    // An attempt of unknown outcome may have taken place.
    void settle_those_in(const LoadedTable& table) {
        remove_if([&](Request* request) {
            auto id = request->change->snapshot_id();
            if (!id || !table.metadata().find_snapshot(*id)) return false;
            settle(*request, table);
            return true;
        });
        if (!is_unknown_) return;
        // By nothing could a later attempt be told from the one that may have been.
        remove_if([&](Request* request) {
            if (request->change->snapshot_id()) return false;
            fail(*request, unknown_);
            return true;
        });
    }

    void apply_each(MetadataBuilder& table, int64_t now_ms) {
        ChangeContext context = context_at(now_ms);
        remove_if([&](Request* request) {
            MetadataBuilder next = table;
            try {
                request->change->apply(next, context);
            } catch (...) {
                fail(*request, std::current_exception());
                return true;
            }
            table = std::move(next);
            return false;
        });
    }

    void go_on_after(const CatalogError& error) {
        bool is_unknown = error.fault() == CatalogFault::CommitStateUnknown;
        if (!is_unknown && error.fault() != CatalogFault::CommitFailed) throw;
        if (is_unknown) {
            is_unknown_ = true;
            unknown_ = std::current_exception();
        }
        ++tries_;
        auto wait = Backoff{settings_.wait_min, settings_.wait_max}.wait(tries_, parts_.random);
        bool is_late = parts_.clock.ticks() + wait > started_ + settings_.total_max;
        if (tries_ > settings_.retries_max || is_late) {
            // The last attempt may have been the one.
            if (is_unknown_) settle_those_in(look());
            throw;
        }
        TARN_LOG_DEBUG("{}: commit {} of {} again: {}", to_text(committer_.name_), tries_,
                       settings_.retries_max, error.what());
        parts_.sleep(wait);
    }

    void try_each_alone() {
        Group group = std::exchange(group_, {});
        for (Request* request : group) {
            Attempts alone(committer_, {request});
            alone.is_unknown_ = is_unknown_;
            alone.unknown_ = unknown_;
            alone.run();
        }
    }

    void settle_all(const LoadedTable& table) {
        for (Request* request : group_) settle(*request, table);
        group_.clear();
    }

    void fail_all(const std::exception_ptr& failure) {
        for (Request* request : group_) fail(*request, failure);
        group_.clear();
    }

    void settle(Request& request, const LoadedTable& table) {
        request.done = table;
        finish(request, CommitOutcome::Committed, &table.metadata());
    }

    void fail(Request& request, const std::exception_ptr& failure) {
        request.failure = is_unknown_ ? unknown_ : failure;
        finish(request, is_unknown_ ? CommitOutcome::Unknown : CommitOutcome::Failed, nullptr);
    }

    // Only tidies up: the outcome stands, whatever happens now.
    void finish(Request& request, CommitOutcome outcome, const TableMetadata* after) {
        try {
            request.change->finish(outcome, after, context_at(0));
        } catch (const std::exception& error) {
            TARN_LOG_WARN("{}: files of a commit stay: {}", to_text(committer_.name_),
                          error.what());
        }
    }

    template <typename Predicate>
    void remove_if(const Predicate& predicate) {
        Group left;
        for (Request* request : group_) {
            if (!predicate(request)) left.push_back(request);
        }
        group_ = std::move(left);
    }

    ChangeContext context_at(int64_t now_ms) {
        return {parts_.files, committer_.lists_, parts_.random, now_ms};
    }

    Committer& committer_;
    CommitterParts& parts_;
    Group group_;
    Ticks started_;
    CommitSettings settings_;
    int tries_ = 0;
    // Whether any attempt so far may have taken place or may still do so.
    bool is_unknown_ = false;
    std::exception_ptr unknown_;
};

Committer::Committer(TableName name, CommitterParts parts)
    : name_(std::move(name)), parts_(std::move(parts)), lists_(parts_.files) {}

LoadedTable Committer::commit(TableChange& change) {
    Request mine{.change = &change};
    std::unique_lock lock(mutex_);
    queue_.push_back(&mine);
    changed_.wait(lock, [&] { return mine.is_over || !is_led_; });
    if (!mine.is_over) lead(lock, mine);
    if (mine.failure) std::rethrow_exception(mine.failure);
    return *std::move(mine.done);
}

// Until its own change is over; then one of those who wait takes the lead.
void Committer::lead(std::unique_lock<std::mutex>& lock, const Request& own) {
    is_led_ = true;
    while (!own.is_over) {
        Group group = next_group();
        lock.unlock();
        Attempts(*this, group).run();
        lock.lock();
        for (Request* request : group) request->is_over = true;
        changed_.notify_all();
    }
    is_led_ = false;
    changed_.notify_all();
}

Committer::Group Committer::next_group() {
    size_t count = std::min(queue_.size(), GroupMax);
    auto end = queue_.begin() + static_cast<ptrdiff_t>(count);
    Group group(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
    return group;
}

}  // namespace tarn::iceberg
