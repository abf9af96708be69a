// The views of a catalog. Like tables they go from one metadata file to the next by a swap of their
// entry in the store; unlike tables nobody commits to them all the time, so this is simple.
#pragma once

#include <optional>
#include <string>

#include "iceberg/catalog/catalog.hpp"

namespace tarn::iceberg {

struct CreateView {
    TableName name;
    SchemaPtr schema;
    ViewVersion version;
    std::optional<std::string> location = {};
    Properties properties = {};
};

class Views {
public:
    // The catalog outlives this.
    explicit Views(Catalog& catalog) : catalog_(catalog) {}

    LoadedView create(const CreateView& request);
    LoadedView load(const TableName& name);
    // `change` has the conditions and updates of a request, as those of tables do.
    LoadedView replace(const TableCommit& change);
    LoadedView register_view(const TableName& name, const std::string& metadata_location);
    void drop(const TableName& name);

private:
    Entry entry_of(const TableName& name);
    std::string write(const ViewMetadata& view, const std::string& previous);

    Catalog& catalog_;
};

}  // namespace tarn::iceberg
