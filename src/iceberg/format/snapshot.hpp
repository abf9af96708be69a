// One state of a table: which files it had after one commit, through a manifest list. Snapshots
// never change; branches and tags point at them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "iceberg/format/json_object.hpp"

namespace tarn::iceberg {

// Positive and random; see Random::positive_id().
using SnapshotId = int64_t;

// Text that is made when it is first asked for. A copy makes its own, since it may be changed.
class TextMadeOnce {
public:
    TextMadeOnce() = default;
    TextMadeOnce(const TextMadeOnce&) {}
    TextMadeOnce& operator=(const TextMadeOnce&) {
        made_ = std::make_unique<Made>();
        return *this;
    }

    template <typename Make>
    const std::string& text(const Make& make) const {
        std::call_once(made_->once, [&] { made_->text = make(); });
        return made_->text;
    }

    bool operator==(const TextMadeOnce&) const { return true; }

private:
    struct Made {
        std::once_flag once;
        std::string text;
    };
    std::unique_ptr<Made> made_ = std::make_unique<Made>();
};

struct Snapshot {
    SnapshotId id = 0;
    std::optional<SnapshotId> parent_id = {};
    int64_t sequence_number = 0;
    int64_t timestamp_ms = 0;
    // "operation" and the counts that other engines plan by.
    std::map<std::string, std::string> summary = {};
    std::string manifest_list = {};
    // Version 1 could name the manifests themselves instead.
    std::vector<std::string> manifests = {};
    std::optional<int32_t> schema_id = {};
    // Version 3: the row ids that this snapshot's new rows take.
    std::optional<int64_t> first_row_id = {};
    std::optional<int64_t> added_rows = {};
    // What a later version of the format has put there.
    boost::json::object unknown = {};
    // See json_text().
    TextMadeOnce json = {};

    // "append", "replace", "overwrite" or "delete"; empty where old writers said nothing.
    std::string operation() const;

    bool operator==(const Snapshot& other) const = default;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

enum class RefKind { Branch, Tag };

struct SnapshotRef {
    SnapshotId snapshot_id = 0;
    RefKind kind = RefKind::Branch;
    // What expiry spares; the first two are for branches only.
    std::optional<int32_t> min_snapshots_to_keep = {};
    std::optional<int64_t> max_snapshot_age_ms = {};
    std::optional<int64_t> max_ref_age_ms = {};

    bool operator==(const SnapshotRef& other) const = default;
};

inline constexpr std::string_view MainBranch = "main";

boost::json::object to_json(const Snapshot& snapshot);
// The same as text, which every version of the table repeats: it is made once. The snapshot must
// not change afterwards.
const std::string& json_text(const Snapshot& snapshot);
Snapshot snapshot_from_json(const JsonObject& json);

boost::json::object to_json(const SnapshotRef& ref);
SnapshotRef ref_from_json(const JsonObject& json);

}  // namespace tarn::iceberg
