#include "connectors/files/file_place.hpp"

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"

namespace tarn::connectors {
namespace {

bool is_hidden(std::string_view path) {
    for (size_t begin = 0; begin < path.size();) {
        if (path[begin] == '.' || path[begin] == '_') return true;
        size_t slash = path.find('/', begin);
        if (slash == path.npos) return false;
        begin = slash + 1;
    }
    return false;
}

}  // namespace

std::string FilePlace::path_of(std::string_view name) const {
    return path.empty() ? std::string(name) : path + "/" + std::string(name);
}

std::vector<storage::Entry> FilePlace::row_files() const {
    size_t prefix = path.empty() ? 0 : path.size() + 1;
    std::vector<storage::Entry> found = files->list(path, storage::Depth::AllBelow);
    std::erase_if(found, [&](const storage::Entry& entry) {
        return entry.is_folder || is_hidden(std::string_view(entry.path).substr(prefix));
    });
    return found;
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
