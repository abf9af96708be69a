// The way of commands to a catalog: the one that --catalog names, else that of the Tarn which has
// the data folder, else the data folder itself while nobody has it, else whatever answers at the
// usual port.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/command.hpp"
#include "cli/data_folder.hpp"
#include "cli/s3_access.hpp"
#include "iceberg/catalog/any_catalog.hpp"
#include "iceberg/remote/remote_settings.hpp"
#include "iceberg/table/committers.hpp"

namespace tarn::cli {

class CatalogAccess {
public:
    explicit CatalogAccess(const Call& call);
    ~CatalogAccess();

    iceberg::AnyCatalog& catalog() { return *catalog_; }
    // The files of a table, in a folder or in S3, where the catalog or else S3Access finds them.
    // Until the next call, and no longer than this.
    iceberg::TableFiles& files_of(const iceberg::LoadedTable& table);
    // By whom the files of a table are changed; good as long as what files_of() answers.
    iceberg::Committers committers_of(const iceberg::LoadedTable& table);
    const Clock& clock() const { return clock_; }
    // "rest", "folder", or "data folder".
    const std::string& kind() const { return kind_; }
    const std::string& place() const { return place_; }

private:
    struct OwnFolder;

    void open_outside(const Call& call, const std::string& place);
    void open_server(const std::string& url, iceberg::RemoteSettings settings);
    void open_running(const Call& call, const RunNote& running);
    void open_own(const Call& call);

    const Call& call_;
    SystemClock clock_;
    SystemRandom random_;
    std::unique_ptr<OwnFolder> own_;
    std::optional<S3Access> s3_;
    iceberg::Properties said_of_files_;  // by the server
    std::unique_ptr<storage::FileSystem> root_;
    std::unique_ptr<iceberg::AnyCatalog> outside_;
    std::unique_ptr<storage::FileSystem> table_root_;
    std::optional<iceberg::TableFiles> table_files_;
    iceberg::AnyCatalog* catalog_ = nullptr;
    std::string kind_;
    std::string place_;
};

// "--catalog URL", for every command that works on one.
Option catalog_option();

// Commits changes to a table as it was loaded, on the conditions that go with them.
iceberg::LoadedTable commit_updates(CatalogAccess& access, const iceberg::TableName& name,
                                    const iceberg::TableMetadata& base, boost::json::array updates);

// What a command does once it has its catalog. Refusals get a hint that fits what was typed.
using CatalogWork = int (*)(Call& call, CatalogAccess& access);
std::function<int(Call&)> on_catalog(CatalogWork work);

// The namespaces below one, and those below them, each after its parent.
std::vector<iceberg::Namespace> all_namespaces(iceberg::AnyCatalog& catalog,
                                               const iceberg::Namespace& parent);

}  // namespace tarn::cli
