// Asks a table of a database for the rows of keys, all of them in one statement. What fails because
// the server is away is asked again, over a new connection.
#pragma once

#include "connectors/jdbc/database_query.hpp"
#include "engine/operators/lookup.hpp"

namespace tarn::connectors {

class JdbcLookup final : public engine::Lookup {
public:
    // `key` names the columns of the source that are asked by.
    JdbcLookup(const sql::stream::TableSource& table, const std::vector<size_t>& key,
               const sql::TimeZone& zone);

    Found rows_for(const sql::Batch& keys) override;

private:
    std::string statement(const DatabaseTable& table, const std::vector<sql::Bound>& filters);
    Found ask(const sql::Batch& keys);

    DatabaseAccess access_;
    StoredColumns columns_;
    StoredColumns key_;
    int64_t retries_max_;
    std::optional<DatabaseConnection> connection_;  // nothing after it was lost
    std::string statement_;
    TextValues filter_values_;  // its first parameters; the keys are the others
};

}  // namespace tarn::connectors
