#include "iceberg/catalog/catalog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/log.hpp"
#include "iceberg/catalog/table_change.hpp"
#include "iceberg/catalog/table_purge.hpp"
#include "iceberg/catalog/views.hpp"
#include "iceberg/format/new_table.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// Other processes that share the store may win the swap this often in a row.
constexpr int AttemptsMax = 20;

std::string next_location(const TableMetadata& metadata, const std::string& previous,
                          Random& random) {
    std::string folder = metadata.property("write.metadata.path", metadata.location + "/metadata");
    bool is_packed = metadata.property("write.metadata.compression-codec", "none") == "gzip";
    return next_metadata_location(folder, previous, is_packed, random);
}

// By whom a table would be hidden.
CatalogError is_taken(const Entry& entry, const TableName& name) {
    return {CatalogFault::AlreadyExists, "{} already exists: {}",
            entry.kind == EntryKind::Table ? "Table" : "View with same name", to_text(name)};
}

// "…/00004-uuid.metadata.json" and "…/v4.metadata.json": 4.
int version_of(std::string_view metadata_location) {
    std::string_view name = metadata_location.substr(metadata_location.rfind('/') + 1);
    if (name.starts_with('v')) name.remove_prefix(1);
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    return version;
}

}  // namespace

std::string next_metadata_location(const std::string& folder, const std::string& previous,
                                   bool is_packed, Random& random) {
    int version = previous.empty() ? 0 : version_of(previous) + 1;
    return fmt::format("{}/{:05}-{}{}.metadata.json", folder, version, Uuid::random(random).text(),
                       is_packed ? ".gz" : "");
}

Catalog::Catalog(Parts parts, std::string warehouse)
    : parts_(parts), warehouse_(std::move(warehouse)) {}

void Catalog::create_namespace(const Namespace& space, const Properties& properties) {
    check_name(space);
    if (space.size() > 1) check_namespace(Namespace(space.begin(), space.end() - 1));
    if (!parts_.store.create_namespace(space, properties)) {
        throw CatalogError(CatalogFault::AlreadyExists, "Namespace already exists: {}",
                           to_text(space));
    }
}

Properties Catalog::namespace_properties(const Namespace& space) {
    auto properties = parts_.store.properties(space);
    if (!properties) {
        throw CatalogError(CatalogFault::NoSuchNamespace, "Namespace does not exist: {}",
                           to_text(space));
    }
    properties->try_emplace("location", fmt::format("{}/{}", warehouse_, fmt::join(space, "/")));
    return *std::move(properties);
}

void Catalog::check_namespace(const Namespace& space) {
    namespace_properties(space);
}

std::vector<Namespace> Catalog::namespaces_in(const Namespace& parent) {
    if (!parent.empty()) check_namespace(parent);
    return parts_.store.namespaces_in(parent);
}

void Catalog::change_properties(const Namespace& space, const Properties& set,
                                std::span<const std::string> remove) {
    if (!parts_.store.change_properties(space, set, remove)) check_namespace(space);
}

void Catalog::drop_namespace(const Namespace& space) {
    switch (parts_.store.drop_namespace(space)) {
        case CatalogStore::Dropped::Done:
            return;
        case CatalogStore::Dropped::Missing:
            throw CatalogError(CatalogFault::NoSuchNamespace, "Namespace does not exist: {}",
                               to_text(space));
        case CatalogStore::Dropped::NotEmpty:
            throw CatalogError(CatalogFault::NamespaceNotEmpty, "Namespace is not empty: {}",
                               to_text(space));
    }
}

std::vector<std::string> Catalog::names_in(const Namespace& space, EntryKind kind) {
    check_namespace(space);
    return parts_.store.names_in(space, kind, Page());
}

std::optional<Entry> Catalog::find_table(const TableName& name) {
    auto entry = parts_.store.find(name);
    if (entry && entry->kind != EntryKind::Table) return std::nullopt;
    return entry;
}

bool Catalog::has_table(const TableName& name) {
    return find_table(name).has_value();
}

LoadedTable Catalog::load_table(const TableName& name) {
    auto entry = find_table(name);
    if (!entry) {
        throw CatalogError(CatalogFault::NoSuchTable, "Table does not exist: {}", to_text(name));
    }
    return {entry->metadata_location, parts_.files.metadata(entry->metadata_location)};
}

MetadataBuilder Catalog::builder_for(const CreateTable& request) {
    check_name(request.name);
    check_namespace(request.name.space);
    if (auto entry = parts_.store.find(request.name)) throw is_taken(*entry, request.name);
    NewTable table{.schema = request.schema,
                   .spec = request.spec,
                   .sort_order = request.sort_order,
                   .location = request.location ? *request.location : free_location(request.name),
                   .properties = request.properties};
    // Whoever chose the place gets it back as spelt; it only has to be one that we may use.
    parts_.files.at(table.location);
    return new_table(table, Uuid::random(parts_.random).text(), unix_ms(parts_.clock.now()));
}

LoadedTable Catalog::stage_table(const CreateTable& request) {
    TableMetadata metadata = builder_for(request).finish(std::nullopt);
    auto stored = std::make_shared<StoredMetadata>();
    stored->text = to_json_text(metadata);
    stored->metadata = std::move(metadata);
    return {"", std::move(stored)};
}

LoadedTable Catalog::create_table(const CreateTable& request) {
    std::scoped_lock lock(lock_of(request.name));
    TableMetadata metadata = builder_for(request).finish(std::nullopt);
    std::string location = next_location(metadata, "", parts_.random);
    LoadedTable created{location, parts_.files.write_metadata(location, std::move(metadata))};
    EntryChange change{.name = request.name, .next = location};
    if (!swap({&change, 1})) {
        parts_.files.remove(location);
        // Either someone made it meanwhile, or someone took the namespace away.
        check_namespace(request.name.space);
        throw CatalogError(CatalogFault::AlreadyExists, "Table already exists: {}",
                           to_text(request.name));
    }
    return created;
}

// A folder with the table's own name where nothing lies yet. One that was dropped without its
// files, or renamed away, keeps its folder to itself.
std::string Catalog::free_location(const TableName& name) {
    std::string location =
        fmt::format("{}/{}", namespace_properties(name.space).at("location"), name.name);
    TableFiles::Place place = parts_.files.at(location);
    if (!place.files->list(place.path, storage::Depth::OneFolder).empty()) {
        location += "-" + Uuid::random(parts_.random).text();
    }
    return location;
}

LoadedTable Catalog::register_table(const TableName& name, const std::string& metadata_location,
                                    bool replaces) {
    check_name(name);
    check_namespace(name.space);
    std::scoped_lock lock(lock_of(name));
    auto entry = parts_.store.find(name);
    if (entry && (!replaces || entry->kind == EntryKind::View)) throw is_taken(*entry, name);
    LoadedTable table{metadata_location, parts_.files.metadata(metadata_location)};
    EntryChange change{.name = name, .next = metadata_location};
    if (entry) change.expected = entry->metadata_location;
    if (!swap({&change, 1})) {
        throw CatalogError(CatalogFault::CommitFailed, "{} changed meanwhile", to_text(name));
    }
    return table;
}

void Catalog::rename(const TableName& from, const TableName& to, EntryKind kind) {
    check_name(to);
    bool is_view = kind == EntryKind::View;
    switch (parts_.store.rename(from, to, kind)) {
        case CatalogStore::Renamed::Done:
            return;
        case CatalogStore::Renamed::Missing:
            throw CatalogError(is_view ? CatalogFault::NoSuchView : CatalogFault::NoSuchTable,
                               "{} does not exist: {}", is_view ? "View" : "Table", to_text(from));
        case CatalogStore::Renamed::Taken: {
            auto there = parts_.store.find(to);
            bool is_taken_by_view = there && there->kind == EntryKind::View;
            throw CatalogError(CatalogFault::AlreadyExists,
                               "Cannot rename {} to {}. {} already exists", to_text(from),
                               to_text(to), is_taken_by_view ? "View" : "Table");
        }
        case CatalogStore::Renamed::NoNamespace:
            throw CatalogError(CatalogFault::NoSuchNamespace, "Namespace does not exist: {}",
                               to_text(to.space));
    }
}

void Catalog::drop_table(const TableName& name, DroppedFiles files) {
    LoadedTable dropped = take_out(name);
    if (files == DroppedFiles::Go) purge(dropped, parts_.files);
}

LoadedTable Catalog::take_out(const TableName& name) {
    std::scoped_lock lock(lock_of(name));
    auto entry = find_table(name);
    if (!entry) {
        throw CatalogError(CatalogFault::NoSuchTable, "Table does not exist: {}", to_text(name));
    }
    LoadedTable dropped{entry->metadata_location, nullptr};
    try {
        dropped.stored = parts_.files.metadata(entry->metadata_location);
    } catch (const Error& error) {
        // A table whose files are gone must still be possible to drop.
        TARN_LOG_WARN("{}: dropped without its metadata: {}", to_text(name), error.what());
    }
    EntryChange change{.name = name, .expected = entry->metadata_location};
    if (!swap({&change, 1})) {
        throw CatalogError(CatalogFault::CommitFailed, "{} changed meanwhile", to_text(name));
    }
    return dropped;
}

LoadedView Catalog::load_view(const TableName& name) {
    return Views(*this).load(name);
}

void Catalog::drop_view(const TableName& name) {
    Views(*this).drop(name);
}

LoadedTable Catalog::commit(const TableCommit& change) {
    std::scoped_lock lock(lock_of(change.name));
    for (int attempts = 1; attempts <= AttemptsMax; ++attempts) {
        Prepared prepared = prepare(change);
        if (prepared.changes_nothing) return prepared.after;
        if (swap({&prepared.change, 1})) {
            forget_old_metadata(prepared);
            return prepared.after;
        }
        discard({&prepared, 1});
    }
    throw CatalogError(CatalogFault::CommitFailed, "{}: others commit all the time",
                       to_text(change.name));
}

void Catalog::commit_all(std::span<const TableCommit> changes) {
    std::set<TableName> names;
    for (const TableCommit& change : changes) {
        if (!names.insert(change.name).second) {
            throw Error(ErrorCode::InvalidInput, "{} is changed twice in one transaction",
                        to_text(change.name));
        }
    }
    // Always in the same order, each lock once: two transactions never wait for each other.
    std::set<std::mutex*> wanted;
    for (const TableName& name : names) wanted.insert(&lock_of(name));
    std::vector<std::unique_lock<std::mutex>> locks;
    for (std::mutex* mutex : wanted) locks.emplace_back(*mutex);

    for (int attempts = 1; attempts <= AttemptsMax; ++attempts) {
        std::vector<Prepared> prepared;
        try {
            for (const TableCommit& change : changes) prepared.push_back(prepare(change));
        } catch (...) {
            discard(prepared);
            throw;
        }
        std::vector<EntryChange> entries;
        for (const Prepared& one : prepared) {
            if (!one.changes_nothing) entries.push_back(one.change);
        }
        if (entries.empty() || swap(entries)) {
            for (const Prepared& one : prepared) forget_old_metadata(one);
            return;
        }
        discard(prepared);
    }
    throw CatalogError(CatalogFault::CommitFailed, "others commit to these tables all the time");
}

Catalog::Prepared Catalog::prepare(const TableCommit& change) {
    auto entry = parts_.store.find(change.name);
    Prepared prepared;
    if (entry && entry->kind == EntryKind::Table) {
        prepared.before = parts_.files.metadata(entry->metadata_location);
        prepared.change.expected = entry->metadata_location;
    } else if (entry) {
        throw is_taken(*entry, change.name);
    }
    const TableMetadata* base = prepared.before ? &prepared.before->metadata : nullptr;

    MetadataBuilder builder = changed(change, base, unix_ms(parts_.clock.now()));
    if (!base) {
        check_name(change.name);
        check_namespace(change.name.space);
    }
    std::string previous = prepared.change.expected.value_or("");
    if (base && !builder.has_changes()) {
        prepared.after = {previous, prepared.before};
        prepared.changes_nothing = true;
        return prepared;
    }
    TableMetadata metadata = builder.finish(prepared.change.expected);
    parts_.files.at(metadata.location);
    std::string location = next_location(metadata, previous, parts_.random);
    prepared.after = {location, parts_.files.write_metadata(location, std::move(metadata))};
    prepared.change.name = change.name;
    prepared.change.next = location;
    return prepared;
}

bool Catalog::swap(std::span<const EntryChange> changes) {
    try {
        return parts_.store.change(changes);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unavailable) throw;
        throw CatalogError(CatalogFault::CommitStateUnknown, "{}: it may be committed or not: {}",
                           to_text(changes[0].name), error.what());
    }
}

// Of a commit that is known not to have taken place.
void Catalog::discard(std::span<const Prepared> prepared) {
    for (const Prepared& one : prepared) {
        if (!one.changes_nothing) parts_.files.remove(one.after.metadata_location);
    }
}

void Catalog::forget_old_metadata(const Prepared& done) {
    const TableMetadata& after = done.after.metadata();
    if (!done.before || done.changes_nothing ||
        after.property("write.metadata.delete-after-commit.enabled", "false") != "true") {
        return;
    }
    std::set<std::string_view> kept;
    for (const MetadataLogEntry& entry : after.metadata_log) kept.insert(entry.file);
    for (const MetadataLogEntry& entry : done.before->metadata.metadata_log) {
        if (kept.contains(entry.file)) continue;
        try {
            parts_.files.remove(entry.file);
        } catch (const Error& error) {
            // The commit stands; what stays behind is only an orphan.
            TARN_LOG_WARN("old metadata stays: {}", error.what());
        }
    }
}

std::mutex& Catalog::lock_of(const TableName& name) {
    return locks_[std::hash<std::string>()(to_text(name)) % locks_.size()];
}

}  // namespace tarn::iceberg
