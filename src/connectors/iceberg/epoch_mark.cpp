#include "connectors/iceberg/epoch_mark.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "connectors/iceberg_tables/table_definition.hpp"
#include "iceberg/table/ancestry.hpp"

namespace tarn::connectors {
namespace {

constexpr char Separator = '/';

std::optional<int64_t> whole_number(std::string_view text) {
    int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string summary_text(const iceberg::Snapshot& snapshot, const std::string& key) {
    auto found = snapshot.summary.find(key);
    return found == snapshot.summary.end() ? "" : found->second;
}

[[noreturn]] void refuse_older(const EpochMark& mark, int64_t known) {
    throw Error(ErrorCode::Conflict,
                "the table has epoch {} of the job {}, which goes on from epoch {}: rows would be "
                "lost or doubled",
                known, mark.job, mark.epoch)
        .with_hint(
            "put the job's later epochs back, or roll the table back and begin the job anew under "
            "another name");
}

// Where the property was lost, the snapshots still know.
bool has_snapshot_of(const EpochMark& mark, const iceberg::TableMetadata& table,
                     const iceberg::SnapshotPtr& head) {
    for (const auto& snapshot : iceberg::ancestors_of(table, head)) {
        if (summary_text(*snapshot, "tarn.job") != mark.job) continue;
        if (summary_text(*snapshot, "tarn.run") != mark.run.text()) continue;
        auto epoch = whole_number(summary_text(*snapshot, "tarn.epoch"));
        if (!epoch) continue;
        if (*epoch > mark.epoch) refuse_older(mark, *epoch);
        return *epoch == mark.epoch;
    }
    return false;
}

}  // namespace

std::string JobRun::text() const {
    return fmt::format("{}-{}", number, token);
}

std::optional<JobRun> JobRun::parse(std::string_view text) {
    size_t dash = text.find('-');
    if (dash == text.npos) return std::nullopt;
    auto number = whole_number(text.substr(0, dash));
    if (!number) return std::nullopt;
    return JobRun{*number, std::string(text.substr(dash + 1))};
}

std::optional<EpochMark> last_mark(const std::string& job, const iceberg::TableMetadata& table) {
    std::string text = table.property(std::string(EpochProperty) + job, "");
    size_t separator = text.find(Separator);
    if (separator == text.npos) return std::nullopt;
    auto run = JobRun::parse(std::string_view(text).substr(0, separator));
    auto epoch = whole_number(std::string_view(text).substr(separator + 1));
    if (!run || !epoch) return std::nullopt;
    return EpochMark{job, *run, *epoch};
}

std::pair<std::string, std::string> property_of(const EpochMark& mark) {
    return {std::string(EpochProperty) + mark.job,
            fmt::format("{}{}{}", mark.run.text(), Separator, mark.epoch)};
}

bool has_epoch(const EpochMark& mark, const iceberg::TableMetadata& table,
               const std::string& branch) {
    auto last = last_mark(mark.job, table);
    if (last && last->run == mark.run) {
        if (last->epoch > mark.epoch) refuse_older(mark, last->epoch);
        if (last->epoch == mark.epoch) return true;
    } else if (last && last->run.number >= mark.run.number) {
        throw Error(ErrorCode::Conflict, "a later run of the job {} writes to the table", mark.job)
            .with_hint("stop one of the two, or give them different names");
    }
    const iceberg::SnapshotRef* ref = table.find_ref(branch);
    auto head = ref ? table.find_snapshot(ref->snapshot_id) : table.current_snapshot();
    return head && has_snapshot_of(mark, table, head);
}

}  // namespace tarn::connectors
