#include "connectors/iceberg/epoch_commit.hpp"

namespace tarn::connectors {
namespace {

iceberg::FileChanges marked(iceberg::FileChanges changes, const EpochMark& mark) {
    changes.summary["tarn.job"] = mark.job;
    changes.summary["tarn.run"] = mark.run.text();
    changes.summary["tarn.epoch"] = std::to_string(mark.epoch);
    // The names under which a Flink has the same.
    changes.summary["flink.job-id"] = mark.job + "-" + mark.run.text();
    changes.summary["flink.max-committed-checkpoint-id"] = std::to_string(mark.epoch);
    return changes;
}

}  // namespace

EpochCommit::EpochCommit(EpochMark mark, iceberg::FileChanges changes)
    : mark_(std::move(mark)), branch_(changes.branch), files_(marked(std::move(changes), mark_)) {}

void EpochCommit::apply(iceberg::MetadataBuilder& table, const iceberg::ChangeContext& context) {
    if (has_epoch(mark_, table.metadata(), branch_)) return;
    files_.apply(table, context);
    table.set_properties({property_of(mark_)});
}

}  // namespace tarn::connectors
