#include "connectors/iceberg/recovery.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "iceberg/scan/plan.hpp"

namespace tarn::connectors {
namespace {

std::set<std::string> paths_in(const iceberg::ScanPlan& plan) {
    std::set<std::string> paths;
    for (const iceberg::FileTask& task : plan.tasks) {
        paths.insert(task.file.path);
        for (const auto& deletes : task.deletes) paths.insert(deletes->file.path);
    }
    return paths;
}

std::vector<iceberg::DataFile> added_files(const PreparedEpoch& epoch) {
    std::vector<iceberg::DataFile> files = epoch.files.data_files;
    files.insert(files.end(), epoch.files.delete_files.begin(), epoch.files.delete_files.end());
    return files;
}

}  // namespace

void check_files_are_there(const PreparedEpoch& epoch, const iceberg::TableFiles& files) {
    for (const iceberg::DataFile& file : added_files(epoch)) {
        auto place = files.at(file.path);
        if (place.files->exists(place.path)) continue;
        throw Error(ErrorCode::Corrupt, "{} is gone, which the job wrote and did not commit yet",
                    file.path)
            .with_hint(
                "the rows in it are lost; begin the job anew under another name to write them "
                "again");
    }
}

bool has_files_of(const PreparedEpoch& epoch, const iceberg::TableMetadata& table,
                  const iceberg::TableFiles& files, const std::string& branch) {
    iceberg::ManifestCache manifests(files);
    iceberg::ScanRequest request;
    if (table.find_ref(branch)) request.at.ref = branch;
    std::set<std::string> known = paths_in(iceberg::plan(table, manifests, request));
    std::vector<iceberg::DataFile> added = added_files(epoch);
    auto is_known = [&](const iceberg::DataFile& file) { return known.contains(file.path); };
    auto count = std::ranges::count_if(added, is_known);
    if (count == 0) return false;
    if (count == std::ssize(added)) return true;
    throw Error(ErrorCode::Conflict, "the table has {} of the {} files that the job has prepared",
                count, added.size())
        .with_hint(
            "somebody else has added or rewritten them; begin the job anew under another "
            "name");
}

}  // namespace tarn::connectors
