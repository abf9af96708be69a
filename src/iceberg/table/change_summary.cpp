#include "iceberg/table/change_summary.hpp"

#include <charconv>

namespace tarn::iceberg {
namespace {

// Nothing where an earlier writer did not count, so that nobody can.
std::optional<int64_t> total_before(const Snapshot* parent, const std::string& name) {
    if (!parent) return 0;
    return summary_number(*parent, name);
}

}  // namespace

std::optional<int64_t> summary_number(const Snapshot& snapshot, const std::string& name) {
    auto found = snapshot.summary.find(name);
    if (found == snapshot.summary.end()) return std::nullopt;
    const std::string& text = found->second;
    int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() || number < 0) {
        return std::nullopt;
    }
    return number;
}

void ChangeSummary::count(const DataFile& file, Counts& counts) {
    partitions_.insert(PartitionKey::of(file));
    // Many vectors share a file.
    counts.bytes += file.is_deletion_vector() ? file.content_bytes.value_or(0) : file.file_bytes;
    if (file.content == FileContent::Data) {
        ++counts.data_files;
        counts.records += file.record_count;
        return;
    }
    ++counts.delete_files;
    if (file.content == FileContent::EqualityDeletes) {
        ++counts.equality_delete_files;
        counts.equality_deletes += file.record_count;
        return;
    }
    ++(file.is_deletion_vector() ? counts.deletion_vectors : counts.position_delete_files);
    counts.position_deletes += file.record_count;
}

std::map<std::string, std::string> ChangeSummary::texts(const Snapshot* parent) const {
    std::map<std::string, std::string> texts;
    auto put = [&](std::string name, int64_t number) {
        if (number > 0) texts[std::move(name)] = std::to_string(number);
    };
    auto put_both = [&](const std::string& name, int64_t Counts::* member) {
        put("added-" + name, added_.*member);
        put("removed-" + name, removed_.*member);
    };
    auto put_total = [&](const std::string& name, int64_t Counts::* member) {
        if (auto before = total_before(parent, name)) {
            int64_t total = *before + added_.*member - removed_.*member;
            if (total >= 0) texts[name] = std::to_string(total);
        }
    };
    put("added-data-files", added_.data_files);
    put("deleted-data-files", removed_.data_files);
    put("added-records", added_.records);
    put("deleted-records", removed_.records);
    put_both("files-size", &Counts::bytes);
    put_both("delete-files", &Counts::delete_files);
    put_both("position-delete-files", &Counts::position_delete_files);
    put_both("equality-delete-files", &Counts::equality_delete_files);
    put_both("dvs", &Counts::deletion_vectors);
    put_both("position-deletes", &Counts::position_deletes);
    put_both("equality-deletes", &Counts::equality_deletes);
    texts["changed-partition-count"] = std::to_string(partitions_.size());

    put_total("total-data-files", &Counts::data_files);
    put_total("total-delete-files", &Counts::delete_files);
    put_total("total-records", &Counts::records);
    put_total("total-files-size", &Counts::bytes);
    put_total("total-position-deletes", &Counts::position_deletes);
    put_total("total-equality-deletes", &Counts::equality_deletes);
    return texts;
}

}  // namespace tarn::iceberg
