#include "connectors/files/file_place.hpp"

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {

std::string FilePlace::path_of(std::string_view name) const {
    return path.empty() ? std::string(name) : path + "/" + std::string(name);
}

FilePlace file_place(const sql::StoredTable& table, const sql::Options& options,
                     const FileAccess& access) {
    if (!table.table.partitioned_by.empty()) {
        throw Error(ErrorCode::InvalidInput, "{}: PARTITIONED BY does not run for filesystem yet",
                    sql::text_of(table.path))
            .with_hint("leave it out, or use an Iceberg table");
    }
    auto uri = storage::Uri::parse(OptionValues(options).wanted_text("path"), access.base_folder);
    auto files = access.open(uri);
    std::string path = files->path_of(uri.text());
    return {std::move(files), std::move(path), uri};
}

}  // namespace tarn::connectors
