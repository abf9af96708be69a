#include "iceberg/catalog/table_purge.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "iceberg/catalog/reachable_files.hpp"

namespace tarn::iceberg {
namespace {

class Purge {
public:
    Purge(const TableMetadata& table, TableFiles& files) : table_(table), files_(files) {}

    // Data before the manifests that name it, and those before their lists: who tries again after a
    // kill in the middle still finds the rest.
    void run() {
        bool takes_data = table_.property("gc.enabled", "true") == "true";
        ReachableFiles found = reachable_files(table_, files_, WhenUnreadable::GoOn,
                                               takes_data ? WhichEntries::All : WhichEntries::None);
        for (const auto* kind : {&found.data_files, &found.manifests, &found.manifest_lists,
                                 &found.statistics_files, &found.metadata_files}) {
            for (const std::string& file : *kind) remove(file);
        }
    }

    void remove(const std::string& location) {
        attempt([&] { files_.remove(location); });
    }

    // Folders that have become empty; a table of the same name may then have this one.
    void remove_empty_folder() {
        attempt([&] {
            TableFiles::Place place = files_.at(table_.location);
            auto left = place.files->list(place.path, storage::Depth::AllBelow);
            if (std::ranges::all_of(left, &storage::Entry::is_folder)) {
                place.files->remove_folder(place.path);
            }
        });
    }

private:
    template <typename Work>
    void attempt(const Work& work) const {
        try {
            work();
        } catch (const Error& error) {
            TARN_LOG_WARN("purging {}: {}", table_.location, error.what());
        }
    }

    const TableMetadata& table_;
    TableFiles& files_;
};

}  // namespace

void purge(const LoadedTable& dropped, TableFiles& files) {
    // Without its metadata nobody can tell which files were the table's.
    if (!dropped.stored) return;
    Purge work(dropped.metadata(), files);
    work.run();
    work.remove(dropped.metadata_location);
    work.remove_empty_folder();
}

}  // namespace tarn::iceberg
