#include "iceberg/catalog/views.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/ids.hpp"
#include "iceberg/catalog/table_change.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

constexpr int AttemptsMax = 20;

CatalogError no_such_view(const TableName& name) {
    return {CatalogFault::NoSuchView, "View does not exist: {}", to_text(name)};
}

CatalogError is_taken(const Entry& entry, const TableName& name) {
    return {CatalogFault::AlreadyExists, "{} already exists: {}",
            entry.kind == EntryKind::View ? "View" : "Table with same name", to_text(name)};
}

ViewMetadata parsed(std::string_view text, const std::string& location) {
    try {
        return view_from_json(json::parse(text), location);
    } catch (const boost::system::system_error& error) {
        throw Error(ErrorCode::Corrupt, "{}: this is no JSON: {}", location, error.what());
    } catch (const Error& error) {
        throw Error(ErrorCode::Corrupt, "{}", error.what());
    }
}

}  // namespace

LoadedView Views::create(const CreateView& request) {
    check_name(request.name);
    catalog_.check_namespace(request.name.space);
    auto& parts = catalog_.parts();
    if (auto entry = parts.store.find(request.name)) throw is_taken(*entry, request.name);

    ViewBuilder builder(unix_ms(parts.clock.now()));
    builder.assign_uuid(Uuid::random(parts.random).text());
    builder.set_location(request.location ? *request.location
                                          : catalog_.free_location(request.name));
    builder.set_properties(request.properties);
    builder.add_schema(*request.schema);
    ViewVersion version = request.version;
    version.schema_id = LastAdded;
    builder.add_version(std::move(version));
    builder.set_current_version(LastAdded);
    LoadedView view{"", builder.finish()};
    view.metadata_location = write(view.metadata, "");

    EntryChange change{
        .name = request.name, .kind = EntryKind::View, .next = view.metadata_location};
    if (!parts.store.change({&change, 1})) {
        parts.files.remove(view.metadata_location);
        catalog_.check_namespace(request.name.space);
        throw is_taken({.kind = EntryKind::View, .metadata_location = ""}, request.name);
    }
    return view;
}

Entry Views::entry_of(const TableName& name) {
    auto entry = catalog_.parts().store.find(name);
    if (!entry || entry->kind != EntryKind::View) throw no_such_view(name);
    return *entry;
}

LoadedView Views::load(const TableName& name) {
    Entry entry = entry_of(name);
    return {
        entry.metadata_location,
        parsed(catalog_.parts().files.read_text(entry.metadata_location), entry.metadata_location)};
}

LoadedView Views::replace(const TableCommit& change) {
    auto& parts = catalog_.parts();
    for (int attempts = 1; attempts <= AttemptsMax; ++attempts) {
        LoadedView before = load(change.name);
        try {
            for (const JsonObject& requirement : objects_of(change.requirements, "requirements")) {
                check_requirement(requirement, before.metadata);
            }
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Conflict) throw;
            throw CatalogError(CatalogFault::CommitFailed, "{}", error.what());
        }
        ViewBuilder builder(before.metadata, unix_ms(parts.clock.now()));
        for (const JsonObject& update : objects_of(change.updates, "updates")) {
            apply_update(update, builder);
        }
        if (!builder.has_changes()) return before;
        LoadedView after{"", builder.finish()};
        after.metadata_location = write(after.metadata, before.metadata_location);
        EntryChange swap{.name = change.name,
                         .kind = EntryKind::View,
                         .expected = before.metadata_location,
                         .next = after.metadata_location};
        if (parts.store.change({&swap, 1})) return after;
        parts.files.remove(after.metadata_location);
    }
    throw CatalogError(CatalogFault::CommitFailed, "{}: others commit all the time",
                       to_text(change.name));
}

LoadedView Views::register_view(const TableName& name, const std::string& metadata_location) {
    check_name(name);
    catalog_.check_namespace(name.space);
    auto& parts = catalog_.parts();
    if (auto entry = parts.store.find(name)) throw is_taken(*entry, name);
    LoadedView view{metadata_location,
                    parsed(parts.files.read_text(metadata_location), metadata_location)};
    EntryChange change{.name = name, .kind = EntryKind::View, .next = metadata_location};
    if (!parts.store.change({&change, 1})) {
        throw is_taken({.kind = EntryKind::View, .metadata_location = ""}, name);
    }
    return view;
}

void Views::drop(const TableName& name) {
    Entry entry = entry_of(name);
    EntryChange change{.name = name, .kind = EntryKind::View, .expected = entry.metadata_location};
    if (!catalog_.parts().store.change({&change, 1})) {
        throw CatalogError(CatalogFault::CommitFailed, "{} changed meanwhile", to_text(name));
    }
}

std::string Views::write(const ViewMetadata& view, const std::string& previous) {
    auto& parts = catalog_.parts();
    parts.files.at(view.location);
    auto chosen = view.properties.find("write.metadata.path");
    std::string folder =
        chosen == view.properties.end() ? view.location + "/metadata" : chosen->second;
    std::string location = next_metadata_location(folder, previous, false, parts.random);
    parts.files.write_text(location, json::serialize(to_json(view)));
    return location;
}

}  // namespace tarn::iceberg
