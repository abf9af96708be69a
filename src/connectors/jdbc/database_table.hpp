// The table of a database that stands behind a table of the connector, found when a job opens it,
// so that names and types that do not fit are told before the first row.
#pragma once

#include "connectors/formats/stored_columns.hpp"
#include "connectors/jdbc/database_connection.hpp"

namespace tarn::connectors {

// The database that the options 'url', 'username' and 'password' name. The zone is that of the job.
DatabaseAccess database_access(const sql::Options& options, const sql::TimeZone& zone);

struct DatabaseColumn {
    std::string name;  // quoted
    std::string type;  // "integer", "character varying"
    bool is_text;      // texts are compared with it as they are
    bool is_not_null;
};

class DatabaseTable {
public:
    // `table` is what messages are about. Throws NotFound when it has no such table.
    DatabaseTable(DatabaseConnection& connection, const sql::StoredTable& table,
                  const sql::Options& options);

    // "public"."users"
    const std::string& name() const { return name_; }

    // The column that one of Flink's stands for: of that name, or of the same in small letters, as
    // PostgreSQL itself reads names without quotes. Throws InvalidInput when there is none, or its
    // type is none that the database has.
    const DatabaseColumn& column(const sql::TableColumn& column) const;
    const DatabaseColumn& column(std::string_view name) const;

    // Whether each row has other values in these columns, none of which is NULL.
    bool are_unique(DatabaseConnection& connection,
                    const std::vector<DatabaseColumn>& columns) const;

private:
    std::string shown_;  // "default_catalog.default_database.users"
    std::string name_;
    std::map<std::string, DatabaseColumn, std::less<>> columns_;
};

}  // namespace tarn::connectors
