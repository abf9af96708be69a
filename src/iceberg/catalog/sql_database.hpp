// The little that a catalog needs of a database, so that SQLite and PostgreSQL are the same to it:
// statements with $1, $2 … for their parameters, texts in and texts out, and transactions.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::iceberg {

using SqlText = std::optional<std::string>;

struct SqlResult {
    std::vector<std::vector<SqlText>> rows;
    // By an insert, update or delete.
    int64_t changed_rows = 0;
};

class SqlSession {
public:
    virtual ~SqlSession() = default;
    // Throws Unavailable when the database cannot be reached or is busy, Internal for a statement
    // that it does not take.
    virtual SqlResult run(std::string_view statement,
                          std::initializer_list<SqlText> values = {}) = 0;
};

// Calls may come from several threads; one is served after the other.
class SqlDatabase {
public:
    virtual ~SqlDatabase() = default;

    virtual SqlResult run(std::string_view statement,
                          std::initializer_list<SqlText> values = {}) = 0;
    // What `work` did is there when it answered true and this has returned, or else nothing of it.
    // It may be called several times, when the database had to let someone else go first.
    // Throws Unavailable when it cannot be known whether it is there.
    virtual bool transact(const std::function<bool(SqlSession&)>& work) = 0;
};

// The file is made when it is not there. Commits survive a loss of power.
std::unique_ptr<SqlDatabase> open_sqlite(const std::string& path);

// "postgresql://user:password@host:5432/database". Connects when it is first used, and again after
// the connection broke.
std::unique_ptr<SqlDatabase> open_postgres(const std::string& uri);

}  // namespace tarn::iceberg
