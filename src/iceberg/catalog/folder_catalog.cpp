#include "iceberg/catalog/folder_catalog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "iceberg/catalog/names_json.hpp"
#include "iceberg/catalog/table_change.hpp"
#include "iceberg/format/new_table.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// Others may be first this often in a row.
constexpr int AttemptsMax = 20;
// Holds the properties of a namespace, and makes its folder be there on storage that has none.
constexpr std::string_view PropertiesFile = ".namespace.json";
constexpr std::array<std::string_view, 3> Endings = {".metadata.json", ".gz.metadata.json",
                                                     ".metadata.json.gz"};

CatalogError no_such_table(const TableName& name) {
    return {CatalogFault::NoSuchTable, "Table does not exist: {}", to_text(name)};
}

CatalogError no_such_view(const TableName& name) {
    return {CatalogFault::NoSuchView, "View does not exist: {}", to_text(name)};
}

CatalogError is_taken(const TableName& name) {
    return {CatalogFault::AlreadyExists, "Table already exists: {}", to_text(name)};
}

std::string path_of(const Namespace& space) {
    return fmt::format("{}", fmt::join(space, "/"));
}

std::string path_of(const TableName& name) {
    check_name(name);
    return path_of(name.space) + "/" + name.name;
}

std::string name_in(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

// All of it must be the number.
std::optional<int> number_in(std::string_view text) {
    int number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// "v12.gz.metadata.json": 12.
std::optional<int> version_of(std::string_view file) {
    if (!file.starts_with('v')) return std::nullopt;
    auto ending = file.substr(std::min(file.find('.'), file.size()));
    if (std::ranges::find(Endings, ending) == Endings.end()) return std::nullopt;
    return number_in(file.substr(1, file.size() - ending.size() - 1));
}

std::string folder_of(const std::string& table) {
    return table + "/metadata";
}

std::string hint_of(const std::string& table) {
    return folder_of(table) + "/version-hint.text";
}

void check_location(const std::string& wanted, const std::string& has) {
    if (wanted == has || storage::Uri::parse(wanted) == storage::Uri::parse(has)) return;
    throw Error(ErrorCode::InvalidInput, "{}: a table of this folder lies in {}", wanted, has);
}

}  // namespace

// Files are not kept: a table that is dropped and made again has the names of its files again.
FolderCatalog::FolderCatalog(storage::FileSystem& root, const Clock& clock, Random& random)
    : root_(root), clock_(clock), random_(random), files_({&root}, 0) {}

bool FolderCatalog::is_folder(const std::string& path) const {
    auto entry = root_.stat(path);
    if (entry) return entry->is_folder;
    return !root_.list(path, storage::Depth::OneFolder).empty();
}

bool FolderCatalog::is_table(const std::string& path) const {
    return newest_version(path).has_value();
}

void FolderCatalog::check_namespace(const Namespace& space) const {
    check_name(space);
    std::string path = path_of(space);
    if (is_folder(path) && !is_table(path)) return;
    throw CatalogError(CatalogFault::NoSuchNamespace, "Namespace does not exist: {}",
                       to_text(space));
}

std::vector<Namespace> FolderCatalog::namespaces_in(const Namespace& parent) {
    if (!parent.empty()) check_namespace(parent);
    std::vector<Namespace> found;
    for (const storage::Entry& entry : root_.list(path_of(parent), storage::Depth::OneFolder)) {
        std::string name = name_in(entry.path);
        if (!entry.is_folder || name.starts_with('.') || is_table(entry.path)) continue;
        found.push_back(parent);
        found.back().push_back(name);
    }
    return found;
}

void FolderCatalog::create_namespace(const Namespace& space, const Properties& properties) {
    check_name(space);
    if (space.size() > 1) check_namespace(Namespace(space.begin(), space.end() - 1));
    std::string path = path_of(space);
    std::string text = json::serialize(to_json(properties));
    if (is_folder(path) ||
        !root_.create(path + "/" + std::string(PropertiesFile), as_bytes(text))) {
        throw CatalogError(CatalogFault::AlreadyExists, "Namespace already exists: {}",
                           to_text(space));
    }
}

Properties FolderCatalog::read_properties(const std::string& path) const {
    std::string file = path + "/" + std::string(PropertiesFile);
    if (!root_.exists(file)) return {};
    Bytes bytes = root_.read(file);
    boost::system::error_code failure;
    json::value all = json::parse(as_text(bytes), failure);
    if (failure) throw Error(ErrorCode::Corrupt, "{}: {}", root_.uri_of(file), failure.message());
    json::value wrapped = json::object{{"properties", std::move(all)}};
    return JsonObject(wrapped, root_.uri_of(file)).texts("properties");
}

Properties FolderCatalog::namespace_properties(const Namespace& space) {
    check_namespace(space);
    return read_properties(path_of(space));
}

void FolderCatalog::change_properties(const Namespace& space, const Properties& set,
                                      std::span<const std::string> remove) {
    Properties properties = namespace_properties(space);
    for (const std::string& name : remove) properties.erase(name);
    for (const auto& [name, value] : set) properties[name] = value;
    std::string text = json::serialize(to_json(properties));
    root_.write(path_of(space) + "/" + std::string(PropertiesFile), as_bytes(text));
}

void FolderCatalog::drop_namespace(const Namespace& space) {
    check_namespace(space);
    std::string path = path_of(space);
    for (const storage::Entry& entry : root_.list(path, storage::Depth::OneFolder)) {
        if (name_in(entry.path) == PropertiesFile) continue;
        throw CatalogError(CatalogFault::NamespaceNotEmpty, "Namespace is not empty: {}",
                           to_text(space));
    }
    root_.remove_folder(path);
}

std::vector<std::string> FolderCatalog::names_in(const Namespace& space, EntryKind kind) {
    check_namespace(space);
    std::vector<std::string> names;
    if (kind == EntryKind::View) return names;
    for (const storage::Entry& entry : root_.list(path_of(space), storage::Depth::OneFolder)) {
        if (entry.is_folder && is_table(entry.path)) names.push_back(name_in(entry.path));
    }
    return names;
}

LoadedTable FolderCatalog::create_table(const CreateTable& request) {
    std::string path = path_of(request.name);
    check_namespace(request.name.space);
    if (is_folder(path)) throw is_taken(request.name);
    NewTable table{.schema = request.schema,
                   .spec = request.spec,
                   .sort_order = request.sort_order,
                   .location = root_.uri_of(path),
                   .properties = request.properties};
    if (request.location) check_location(*request.location, table.location);
    MetadataBuilder builder = new_table(table, Uuid::random(random_).text(), unix_ms(clock_.now()));
    auto made = write_version(path, 1, builder.finish(std::nullopt));
    if (!made) throw is_taken(request.name);
    return *made;
}

LoadedTable FolderCatalog::load_table(const TableName& name) {
    auto newest = newest_version(path_of(name));
    if (!newest) throw no_such_table(name);
    std::string location = root_.uri_of(newest->path);
    return {location, files_.metadata(location)};
}

LoadedTable FolderCatalog::commit(const TableCommit& change) {
    std::string path = path_of(change.name);
    for (int attempts = 1; attempts <= AttemptsMax; ++attempts) {
        auto newest = newest_version(path);
        LoadedTable base;
        if (newest) base = load_table(change.name);
        MetadataBuilder builder =
            changed(change, newest ? &base.metadata() : nullptr, unix_ms(clock_.now()));
        if (newest && !builder.has_changes()) return base;
        if (!newest) check_namespace(change.name.space);
        std::optional<std::string> previous;
        if (newest) previous = base.metadata_location;
        TableMetadata metadata = builder.finish(previous);
        check_location(metadata.location, newest ? base.metadata().location : root_.uri_of(path));
        // The base is read after the number: when another commit came in between, the number is
        // taken.
        int next = newest ? newest->number + 1 : 1;
        if (auto done = write_version(path, next, std::move(metadata))) return *done;
    }
    throw CatalogError(CatalogFault::CommitFailed, "{}: others commit all the time",
                       to_text(change.name));
}

void FolderCatalog::drop_table(const TableName& name, DroppedFiles files) {
    std::string path = path_of(name);
    if (!is_table(path)) throw no_such_table(name);
    if (files == DroppedFiles::Stay) {
        throw Error(ErrorCode::InvalidInput, "{} is nothing but its files, so they cannot stay",
                    to_text(name))
            .with_hint("drop it with its files, or leave it");
    }
    root_.remove_folder(path);
}

LoadedTable FolderCatalog::register_table(const TableName& name, const std::string&, bool) {
    throw Error(ErrorCode::InvalidInput, "{}: a folder takes no tables that lie elsewhere",
                to_text(name));
}

void FolderCatalog::rename(const TableName& from, const TableName&, EntryKind) {
    throw Error(ErrorCode::InvalidInput, "{}: a table of a folder cannot be renamed", to_text(from))
        .with_hint("its files hold their full paths");
}

LoadedView FolderCatalog::load_view(const TableName& name) {
    throw no_such_view(name);
}

void FolderCatalog::drop_view(const TableName& name) {
    throw no_such_view(name);
}

std::optional<FolderCatalog::Version> FolderCatalog::find_version(const std::string& table,
                                                                  int number) const {
    for (std::string_view ending : Endings) {
        std::string path = fmt::format("{}/v{}{}", folder_of(table), number, ending);
        if (root_.exists(path)) return Version{number, std::move(path)};
    }
    return std::nullopt;
}

// Writers put the hint right after the version, so it is at most a few versions behind.
std::optional<FolderCatalog::Version> FolderCatalog::version_by_hint(
    const std::string& table) const {
    if (!root_.exists(hint_of(table))) return std::nullopt;
    Bytes bytes = root_.read(hint_of(table));
    std::string_view text = as_text(bytes);
    text = text.substr(0, text.find_last_not_of(" \r\n\t") + 1);
    auto number = number_in(text);
    if (!number) return std::nullopt;
    auto found = find_version(table, *number);
    while (found) {
        auto next = find_version(table, found->number + 1);
        if (!next) break;
        found = next;
    }
    return found;
}

std::optional<FolderCatalog::Version> FolderCatalog::newest_version(
    const std::string& table) const {
    if (auto hinted = version_by_hint(table)) return hinted;
    std::optional<Version> newest;
    for (const storage::Entry& entry : root_.list(folder_of(table), storage::Depth::OneFolder)) {
        auto number = version_of(name_in(entry.path));
        if (entry.is_folder || !number || (newest && newest->number >= *number)) continue;
        newest = Version{*number, entry.path};
    }
    return newest;
}

std::optional<LoadedTable> FolderCatalog::write_version(const std::string& table, int number,
                                                        TableMetadata metadata) {
    // The same version under another ending would be a second one of this number.
    if (find_version(table, number)) return std::nullopt;
    bool is_packed = metadata.property("write.metadata.compression-codec", "none") == "gzip";
    std::string location = root_.uri_of(
        fmt::format("{}/v{}{}", folder_of(table), number, is_packed ? Endings[1] : Endings[0]));
    LoadedTable written;
    try {
        written = {location, files_.write_metadata(location, std::move(metadata))};
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Conflict) return std::nullopt;
        if (error.code() != ErrorCode::Unavailable) throw;
        throw CatalogError(CatalogFault::CommitStateUnknown, "{}: it may be committed or not: {}",
                           location, error.what());
    }
    try {
        root_.write(hint_of(table), as_bytes(std::to_string(number)));
    } catch (const Error& error) {
        // It is committed; readers find it without the hint.
        TARN_LOG_WARN("{}: {}", table, error.what());
    }
    return written;
}

}  // namespace tarn::iceberg
