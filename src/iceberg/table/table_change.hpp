// One change to a table, such as an append or a new tag. It is made to what the table is at that
// moment, and made again when somebody else's commit came first.
#pragma once

#include <optional>

#include "base/random.hpp"
#include "iceberg/catalog/table_files.hpp"
#include "iceberg/format/metadata_builder.hpp"
#include "iceberg/table/manifest_lists.hpp"

namespace tarn::iceberg {

struct ChangeContext {
    TableFiles& files;
    ManifestLists& lists;
    Random& random;
    int64_t now_ms = 0;
};

enum class CommitOutcome { Committed, Failed, Unknown };

class TableChange {
public:
    virtual ~TableChange() = default;

    // Does to `table` what the change is. Throws when it cannot be done to what is there now:
    // Conflict where somebody else's change is the reason.
    virtual void apply(MetadataBuilder& table, const ChangeContext& context) = 0;

    // By which a commit is found of which nobody knows whether it took place. Nothing before it was
    // applied, and for changes that add no snapshot.
    virtual std::optional<SnapshotId> snapshot_id() const { return std::nullopt; }

    // Called once, at the end. `after` is the table as it is then, null unless committed.
    virtual void finish(CommitOutcome, const TableMetadata*, const ChangeContext&) {}
};

}  // namespace tarn::iceberg
