#include "iceberg/catalog/catalog_store.hpp"

#include <algorithm>
#include <set>

namespace tarn::iceberg {
namespace {

// A namespace without properties has this one, so that there is a row to say that it exists.
const std::string ExistsProperty = "exists";

std::string_view name_of(EntryKind kind) {
    return kind == EntryKind::Table ? "TABLE" : "VIEW";
}

// What the names of everything inside a namespace begin with. The character after the dot bounds
// the range of them, which spares LIKE and its escapes.
std::string first_inside(const Namespace& space) {
    return to_text(space) + ".";
}
std::string after_inside(const Namespace& space) {
    return to_text(space) + "/";
}

}  // namespace

CatalogStore::CatalogStore(std::unique_ptr<SqlDatabase> database, std::string name)
    : database_(std::move(database)), catalog_(std::move(name)) {
    database_->run(
        "CREATE TABLE IF NOT EXISTS iceberg_tables ("
        "catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL, "
        "table_name VARCHAR(255) NOT NULL, metadata_location VARCHAR(1000), "
        "previous_metadata_location VARCHAR(1000), iceberg_type VARCHAR(5), "
        "PRIMARY KEY (catalog_name, table_namespace, table_name))");
    database_->run(
        "CREATE TABLE IF NOT EXISTS iceberg_namespace_properties ("
        "catalog_name VARCHAR(255) NOT NULL, namespace VARCHAR(255) NOT NULL, "
        "property_key VARCHAR(255) NOT NULL, property_value VARCHAR(1000), "
        "PRIMARY KEY (catalog_name, namespace, property_key))");
}

std::vector<Namespace> CatalogStore::namespaces_in(const Namespace& parent) {
    SqlResult found = parent.empty()
                          ? database_->run(
                                "SELECT DISTINCT namespace FROM iceberg_namespace_properties "
                                "WHERE catalog_name = $1",
                                {catalog_})
                          : database_->run(
                                "SELECT DISTINCT namespace FROM iceberg_namespace_properties "
                                "WHERE catalog_name = $1 AND namespace > $2 AND namespace < $3",
                                {catalog_, first_inside(parent), after_inside(parent)});
    std::set<Namespace> inside;
    for (const auto& row : found.rows) {
        Namespace space = parse_namespace(row[0].value_or(""));
        // Another writer of this database may have made an inner one alone.
        if (space.size() > parent.size()) {
            space.resize(parent.size() + 1);
            inside.insert(std::move(space));
        }
    }
    return {inside.begin(), inside.end()};
}

std::optional<Properties> CatalogStore::properties(const Namespace& space) {
    SqlResult found = database_->run(
        "SELECT property_key, property_value FROM iceberg_namespace_properties "
        "WHERE catalog_name = $1 AND namespace = $2",
        {catalog_, to_text(space)});
    if (found.rows.empty()) return std::nullopt;
    Properties properties;
    for (const auto& row : found.rows) {
        if (row[0] != ExistsProperty) properties.emplace(*row[0], row[1].value_or(""));
    }
    return properties;
}

bool CatalogStore::create_namespace(const Namespace& space, const Properties& properties) {
    return database_->transact([&](SqlSession& session) {
        if (has_namespace(session, space)) return false;
        Properties rows = properties;
        rows[ExistsProperty] = "true";
        for (const auto& [key, value] : rows) {
            session.run(
                "INSERT INTO iceberg_namespace_properties "
                "(catalog_name, namespace, property_key, property_value) VALUES ($1, $2, $3, $4)",
                {catalog_, to_text(space), key, value});
        }
        return true;
    });
}

bool CatalogStore::change_properties(const Namespace& space, const Properties& set,
                                     std::span<const std::string> remove) {
    return database_->transact([&](SqlSession& session) {
        if (!has_namespace(session, space)) return false;
        for (const std::string& key : remove) {
            session.run(
                "DELETE FROM iceberg_namespace_properties "
                "WHERE catalog_name = $1 AND namespace = $2 AND property_key = $3",
                {catalog_, to_text(space), key});
        }
        Properties rows = set;
        rows[ExistsProperty] = "true";
        for (const auto& [key, value] : rows) {
            session.run(
                "INSERT INTO iceberg_namespace_properties "
                "(catalog_name, namespace, property_key, property_value) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (catalog_name, namespace, property_key) "
                "DO UPDATE SET property_value = excluded.property_value",
                {catalog_, to_text(space), key, value});
        }
        return true;
    });
}

CatalogStore::Dropped CatalogStore::drop_namespace(const Namespace& space) {
    Dropped dropped = Dropped::Done;
    database_->transact([&](SqlSession& session) {
        dropped = Dropped::Done;
        if (!has_namespace(session, space)) {
            dropped = Dropped::Missing;
            return false;
        }
        SqlResult entries = session.run(
            "SELECT 1 FROM iceberg_tables WHERE catalog_name = $1 AND table_namespace = $2 LIMIT 1",
            {catalog_, to_text(space)});
        SqlResult inner = session.run(
            "SELECT 1 FROM iceberg_namespace_properties "
            "WHERE catalog_name = $1 AND namespace > $2 AND namespace < $3 LIMIT 1",
            {catalog_, first_inside(space), after_inside(space)});
        if (!entries.rows.empty() || !inner.rows.empty()) {
            dropped = Dropped::NotEmpty;
            return false;
        }
        session.run(
            "DELETE FROM iceberg_namespace_properties WHERE catalog_name = $1 AND namespace = $2",
            {catalog_, to_text(space)});
        return true;
    });
    return dropped;
}

std::optional<Entry> CatalogStore::find(const TableName& name) {
    SqlResult found = database_->run(
        "SELECT metadata_location, iceberg_type FROM iceberg_tables "
        "WHERE catalog_name = $1 AND table_namespace = $2 AND table_name = $3",
        {catalog_, to_text(name.space), name.name});
    if (found.rows.empty() || !found.rows[0][0]) return std::nullopt;
    bool is_view = found.rows[0][1] == name_of(EntryKind::View);
    return Entry{.kind = is_view ? EntryKind::View : EntryKind::Table,
                 .metadata_location = *found.rows[0][0]};
}

std::vector<std::string> CatalogStore::names_in(const Namespace& space, EntryKind kind,
                                                const Page& page) {
    // Rows of before there were views have no type.
    SqlResult found = database_->run(
        "SELECT table_name FROM iceberg_tables WHERE catalog_name = $1 AND table_namespace = $2 "
        "AND coalesce(iceberg_type, 'TABLE') = $3 AND table_name > $4 "
        "ORDER BY table_name LIMIT CAST($5 AS BIGINT)",
        {catalog_, to_text(space), std::string(name_of(kind)), page.after,
         std::to_string(std::min<size_t>(page.count, INT32_MAX))});
    std::vector<std::string> names;
    for (const auto& row : found.rows) names.push_back(*row[0]);
    return names;
}

bool CatalogStore::change(std::span<const EntryChange> changes) {
    return database_->transact([&](SqlSession& session) {
        for (const EntryChange& change : changes) {
            if (!apply(session, change)) return false;
        }
        return true;
    });
}

bool CatalogStore::apply(SqlSession& session, const EntryChange& change) {
    std::string space = to_text(change.name.space);
    if (!change.expected) {
        if (!has_namespace(session, change.name.space)) return false;
        return session
                   .run(
                       "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, "
                       "metadata_location, iceberg_type) VALUES ($1, $2, $3, $4, $5) "
                       "ON CONFLICT (catalog_name, table_namespace, table_name) DO NOTHING",
                       {catalog_, space, change.name.name, change.next,
                        std::string(name_of(change.kind))})
                   .changed_rows == 1;
    }
    if (!change.next) {
        return session
                   .run(
                       "DELETE FROM iceberg_tables WHERE catalog_name = $1 "
                       "AND table_namespace = $2 AND table_name = $3 AND metadata_location = $4",
                       {catalog_, space, change.name.name, change.expected})
                   .changed_rows == 1;
    }
    return session
               .run(
                   "UPDATE iceberg_tables SET metadata_location = $5, "
                   "previous_metadata_location = $4 WHERE catalog_name = $1 "
                   "AND table_namespace = $2 AND table_name = $3 AND metadata_location = $4",
                   {catalog_, space, change.name.name, change.expected, change.next})
               .changed_rows == 1;
}

CatalogStore::Renamed CatalogStore::rename(const TableName& from, const TableName& to,
                                           EntryKind kind) {
    Renamed renamed = Renamed::Done;
    database_->transact([&](SqlSession& session) {
        renamed = Renamed::Done;
        if (!has_namespace(session, to.space)) {
            renamed = Renamed::NoNamespace;
            return false;
        }
        SqlResult taken = session.run(
            "SELECT 1 FROM iceberg_tables "
            "WHERE catalog_name = $1 AND table_namespace = $2 AND table_name = $3",
            {catalog_, to_text(to.space), to.name});
        if (!taken.rows.empty()) {
            renamed = Renamed::Taken;
            return false;
        }
        SqlResult moved = session.run(
            "UPDATE iceberg_tables SET table_namespace = $5, table_name = $6 "
            "WHERE catalog_name = $1 AND table_namespace = $2 AND table_name = $3 "
            "AND coalesce(iceberg_type, 'TABLE') = $4",
            {catalog_, to_text(from.space), from.name, std::string(name_of(kind)),
             to_text(to.space), to.name});
        if (moved.changed_rows == 0) renamed = Renamed::Missing;
        return moved.changed_rows == 1;
    });
    return renamed;
}

bool CatalogStore::has_namespace(SqlSession& session, const Namespace& space) {
    SqlResult found = session.run(
        "SELECT 1 FROM iceberg_namespace_properties "
        "WHERE catalog_name = $1 AND namespace = $2 LIMIT 1",
        {catalog_, to_text(space)});
    return !found.rows.empty();
}

}  // namespace tarn::iceberg
