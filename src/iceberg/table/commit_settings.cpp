#include "iceberg/table/commit_settings.hpp"

#include <charconv>

namespace tarn::iceberg {
namespace {

template <typename Number>
Number number_of(const TableMetadata& table, std::string_view name, Number otherwise) {
    std::string text = table.property(name, "");
    Number number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool is_number = failure == std::errc() && end == text.data() + text.size() && number >= 0;
    return is_number ? number : otherwise;
}

std::chrono::milliseconds time_of(const TableMetadata& table, std::string_view name,
                                  std::chrono::milliseconds otherwise) {
    return std::chrono::milliseconds(number_of<int64_t>(table, name, otherwise.count()));
}

}  // namespace

CommitSettings CommitSettings::of(const TableMetadata& table) {
    CommitSettings is;
    is.retries_max = number_of(table, "commit.retry.num-retries", is.retries_max);
    is.wait_min = time_of(table, "commit.retry.min-wait-ms", is.wait_min);
    is.wait_max = time_of(table, "commit.retry.max-wait-ms", is.wait_max);
    is.total_max = time_of(table, "commit.retry.total-timeout-ms", is.total_max);
    is.look_retries_max = number_of(table, "commit.status-check.num-retries", is.look_retries_max);
    is.look_wait_min = time_of(table, "commit.status-check.min-wait-ms", is.look_wait_min);
    is.look_wait_max = time_of(table, "commit.status-check.max-wait-ms", is.look_wait_max);
    is.manifest_target_bytes =
        number_of(table, "commit.manifest.target-size-bytes", is.manifest_target_bytes);
    is.manifests_to_merge_min =
        number_of(table, "commit.manifest.min-count-to-merge", is.manifests_to_merge_min);
    is.merges_manifests = table.property("commit.manifest-merge.enabled", "true") != "false";
    return is;
}

}  // namespace tarn::iceberg
