#include "iceberg/table/ref_changes.hpp"

#include "base/error.hpp"
#include "iceberg/table/ancestry.hpp"

namespace tarn::iceberg {
namespace {

std::string_view name_of(RefKind kind) {
    return kind == RefKind::Branch ? "branch" : "tag";
}

SnapshotPtr snapshot_of(const TableMetadata& table, SnapshotId id) {
    SnapshotPtr snapshot = table.find_snapshot(id);
    if (!snapshot) throw Error(ErrorCode::NotFound, "the table has no snapshot {}", id);
    return snapshot;
}

SnapshotPtr head_of_main(const TableMetadata& table) {
    SnapshotPtr head = table.current_snapshot();
    if (!head) throw Error(ErrorCode::NotFound, "the table has no snapshot yet");
    return head;
}

const SnapshotRef& ref_of(const TableMetadata& table, const std::string& name) {
    const SnapshotRef* ref = table.find_ref(name);
    if (!ref) throw Error(ErrorCode::NotFound, "the table has no branch or tag '{}'", name);
    return *ref;
}

const SnapshotRef& ref_of(const TableMetadata& table, const std::string& name, RefKind kind) {
    const SnapshotRef& ref = ref_of(table, name);
    if (ref.kind != kind) {
        throw Error(ErrorCode::InvalidInput, "'{}' is a {}, not a {}", name, name_of(ref.kind),
                    name_of(kind));
    }
    return ref;
}

void check_free(const TableMetadata& table, const std::string& name) {
    if (const SnapshotRef* ref = table.find_ref(name)) {
        throw Error(ErrorCode::Conflict, "there is a {} '{}' already", name_of(ref->kind), name);
    }
}

std::optional<int64_t> count_of(std::optional<std::chrono::milliseconds> time) {
    return time ? std::optional<int64_t>(time->count()) : std::nullopt;
}

void set_retention_of(SnapshotRef& ref, const RefRetention& retention) {
    ref.min_snapshots_to_keep = retention.min_snapshots_to_keep;
    ref.max_snapshot_age_ms = count_of(retention.max_snapshot_age);
    ref.max_ref_age_ms = count_of(retention.max_ref_age);
    for (int64_t number : {int64_t{ref.min_snapshots_to_keep.value_or(1)},
                           ref.max_snapshot_age_ms.value_or(1), ref.max_ref_age_ms.value_or(1)}) {
        if (number <= 0) throw Error(ErrorCode::InvalidInput, "what is kept must be above 0");
    }
    bool keeps_several = ref.min_snapshots_to_keep || ref.max_snapshot_age_ms;
    if (ref.kind == RefKind::Tag && keeps_several) {
        throw Error(ErrorCode::InvalidInput, "a tag keeps one snapshot, and only has an age");
    }
}

MetadataChange create(std::string name, RefKind kind, std::optional<SnapshotId> snapshot,
                      const RefRetention& retention) {
    return MetadataChange([=](MetadataBuilder& table) {
        check_free(table.metadata(), name);
        SnapshotPtr chosen =
            snapshot ? snapshot_of(table.metadata(), *snapshot) : head_of_main(table.metadata());
        SnapshotRef ref{.snapshot_id = chosen->id, .kind = kind};
        set_retention_of(ref, retention);
        table.set_ref(name, ref);
    });
}

// What it keeps stays.
void point(MetadataBuilder& table, const std::string& name, SnapshotRef ref, SnapshotId to) {
    ref.snapshot_id = snapshot_of(table.metadata(), to)->id;
    table.set_ref(name, ref);
}

MetadataChange replace(std::string name, RefKind kind, SnapshotId snapshot) {
    return MetadataChange([=](MetadataBuilder& table) {
        point(table, name, ref_of(table.metadata(), name, kind), snapshot);
    });
}

MetadataChange drop(std::string name, RefKind kind) {
    return MetadataChange([=](MetadataBuilder& table) {
        ref_of(table.metadata(), name, kind);
        if (name == MainBranch) {
            throw Error(ErrorCode::InvalidInput, "the branch '{}' is the table itself", name);
        }
        table.remove_ref(name);
    });
}

void point_main(MetadataBuilder& table, SnapshotId snapshot) {
    const SnapshotRef* main = table.metadata().find_ref(MainBranch);
    point(table, std::string(MainBranch), main ? *main : SnapshotRef{}, snapshot);
}

}  // namespace

MetadataChange create_branch(std::string name, std::optional<SnapshotId> snapshot,
                             const RefRetention& retention) {
    return create(std::move(name), RefKind::Branch, snapshot, retention);
}

MetadataChange create_tag(std::string name, std::optional<SnapshotId> snapshot,
                          std::optional<std::chrono::milliseconds> max_ref_age) {
    return create(std::move(name), RefKind::Tag, snapshot, {.max_ref_age = max_ref_age});
}

MetadataChange replace_branch(std::string name, SnapshotId snapshot) {
    return replace(std::move(name), RefKind::Branch, snapshot);
}

MetadataChange replace_tag(std::string name, SnapshotId snapshot) {
    return replace(std::move(name), RefKind::Tag, snapshot);
}

MetadataChange fast_forward(std::string branch, std::string to) {
    return MetadataChange([=](MetadataBuilder& table) {
        SnapshotRef ref = ref_of(table.metadata(), branch, RefKind::Branch);
        SnapshotId target = ref_of(table.metadata(), to).snapshot_id;
        if (!is_ancestor(table.metadata(), ref.snapshot_id,
                         snapshot_of(table.metadata(), target))) {
            throw Error(ErrorCode::InvalidInput, "'{}' does not descend from '{}'", to, branch)
                .with_hint("cherry-pick its snapshot, or replace the branch");
        }
        point(table, branch, ref, target);
    });
}

MetadataChange rename_branch(std::string from, std::string to) {
    return MetadataChange([=](MetadataBuilder& table) {
        SnapshotRef ref = ref_of(table.metadata(), from, RefKind::Branch);
        check_free(table.metadata(), to);
        if (from == MainBranch) {
            throw Error(ErrorCode::InvalidInput, "the branch '{}' keeps its name", from);
        }
        table.set_ref(to, ref);
        table.remove_ref(from);
    });
}

MetadataChange drop_branch(std::string name) {
    return drop(std::move(name), RefKind::Branch);
}

MetadataChange drop_tag(std::string name) {
    return drop(std::move(name), RefKind::Tag);
}

MetadataChange set_retention(std::string name, const RefRetention& retention) {
    return MetadataChange([=](MetadataBuilder& table) {
        SnapshotRef ref = ref_of(table.metadata(), name);
        set_retention_of(ref, retention);
        table.set_ref(name, ref);
    });
}

MetadataChange roll_back_to(SnapshotId snapshot) {
    return MetadataChange([=](MetadataBuilder& table) {
        const TableMetadata& now = table.metadata();
        snapshot_of(now, snapshot);
        if (!is_ancestor(now, snapshot, head_of_main(now))) {
            throw Error(ErrorCode::InvalidInput, "snapshot {} is no ancestor of the current one",
                        snapshot)
                .with_hint("set the current snapshot instead, if that is meant");
        }
        point_main(table, snapshot);
    });
}

MetadataChange roll_back_to_time(WallTime time) {
    return MetadataChange([=](MetadataBuilder& table) {
        const TableMetadata& now = table.metadata();
        for (const SnapshotPtr& snapshot : ancestors_of(now, head_of_main(now))) {
            if (snapshot->timestamp_ms < unix_ms(time)) return point_main(table, snapshot->id);
        }
        throw Error(ErrorCode::NotFound, "the table has no snapshot from before {}",
                    to_rfc3339(time));
    });
}

MetadataChange set_current_snapshot(SnapshotId snapshot) {
    return MetadataChange([=](MetadataBuilder& table) { point_main(table, snapshot); });
}

}  // namespace tarn::iceberg
