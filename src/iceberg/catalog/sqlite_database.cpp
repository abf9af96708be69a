#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "base/error.hpp"
#include "iceberg/catalog/sql_database.hpp"

namespace tarn::iceberg {
namespace {

// Another process that has the file open, such as a tool, is waited for this long.
constexpr int BusyMsMax = 5'000;

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class SqliteSession : public SqlSession {
public:
    explicit SqliteSession(const std::string& path) : path_(path) {
        sqlite3* opened = nullptr;
        int code = sqlite3_open_v2(path.c_str(), &opened,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                                   nullptr);
        database_.reset(opened);
        if (code != SQLITE_OK) fail();
        sqlite3_busy_timeout(opened, BusyMsMax);
        run("PRAGMA journal_mode = WAL");
        // In WAL mode anything less than FULL may lose the last commits with the power.
        run("PRAGMA synchronous = FULL");
    }

    SqlResult run(std::string_view text, std::initializer_list<SqlText> values = {}) override {
        sqlite3_stmt* statement = prepared(text);
        int place = 0;
        for (const SqlText& value : values) {
            ++place;
            int code = value ? sqlite3_bind_text(statement, place, value->data(),
                                                 static_cast<int>(value->size()), SQLITE_STATIC)
                             : sqlite3_bind_null(statement, place);
            if (code != SQLITE_OK) fail();
        }
        SqlResult result;
        int code;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            auto& row = result.rows.emplace_back();
            for (int column = 0; column < sqlite3_column_count(statement); ++column) {
                const auto* found = sqlite3_column_text(statement, column);
                int size = sqlite3_column_bytes(statement, column);
                if (found) {
                    row.emplace_back(std::string(reinterpret_cast<const char*>(found),
                                                 static_cast<size_t>(size)));
                } else {
                    row.emplace_back(std::nullopt);
                }
            }
        }
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        if (code != SQLITE_DONE) fail();
        result.changed_rows = sqlite3_changes64(database_.get());
        return result;
    }

    void roll_back() {
        // Some failures have rolled back by themselves.
        if (!sqlite3_get_autocommit(database_.get())) run("ROLLBACK");
    }

private:
    sqlite3_stmt* prepared(std::string_view text) {
        auto known = statements_.find(text);
        if (known != statements_.end()) return known->second.get();
        // Here "$2" is a name, numbered by where it comes first; "?2" is the second parameter.
        std::string numbered(text);
        std::ranges::replace(numbered, '$', '?');
        sqlite3_stmt* statement = nullptr;
        int code =
            sqlite3_prepare_v3(database_.get(), numbered.data(), static_cast<int>(numbered.size()),
                               SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) fail();
        return statements_.emplace(text, statement).first->second.get();
    }

    [[noreturn]] void fail() const {
        int code = sqlite3_errcode(database_.get());
        ErrorCode ours = ErrorCode::Internal;
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_CANTOPEN ||
            code == SQLITE_IOERR) {
            ours = ErrorCode::Unavailable;
        } else if (code == SQLITE_FULL) {
            ours = ErrorCode::StorageFull;
        } else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
            ours = ErrorCode::Corrupt;
        }
        throw Error(ours, "catalog {}: {}", path_, sqlite3_errmsg(database_.get()));
    }

    std::string path_;
    std::unique_ptr<sqlite3, CloseDatabase> database_;
    std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
};

class SqliteDatabase : public SqlDatabase {
public:
    explicit SqliteDatabase(const std::string& path) : session_(path) {}

    SqlResult run(std::string_view statement, std::initializer_list<SqlText> values) override {
        std::scoped_lock lock(mutex_);
        return session_.run(statement, values);
    }

    bool transact(const std::function<bool(SqlSession&)>& work) override {
        std::scoped_lock lock(mutex_);
        // IMMEDIATE takes the place of the writer now: nothing read here can change before the end.
        session_.run("BEGIN IMMEDIATE");
        try {
            bool is_wanted = work(session_);
            session_.run(is_wanted ? "COMMIT" : "ROLLBACK");
            return is_wanted;
        } catch (...) {
            session_.roll_back();
            throw;
        }
    }

private:
    std::mutex mutex_;
    SqliteSession session_;
};

}  // namespace

std::unique_ptr<SqlDatabase> open_sqlite(const std::string& path) {
    return std::make_unique<SqliteDatabase>(path);
}

}  // namespace tarn::iceberg
