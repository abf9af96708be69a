#include <libpq-fe.h>

#include <charconv>
#include <mutex>

#include "base/error.hpp"
#include "iceberg/catalog/sql_database.hpp"

namespace tarn::iceberg {
namespace {

// Two transactions that cannot both be true: the loser begins anew this often.
constexpr int AttemptsMax = 10;

struct CloseConnection {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};

// The database wants the whole transaction again.
struct LostRace {};

class PostgresSession : public SqlSession {
public:
    explicit PostgresSession(std::string uri) : uri_(std::move(uri)) {}

    SqlResult run(std::string_view statement, std::initializer_list<SqlText> values = {}) override {
        std::vector<const char*> parameters;
        for (const SqlText& value : values) parameters.push_back(value ? value->c_str() : nullptr);
        std::unique_ptr<PGresult, ClearResult> answer(PQexecParams(
            connection(), std::string(statement).c_str(), static_cast<int>(parameters.size()),
            nullptr, parameters.data(), nullptr, nullptr, 0));
        check(answer.get());
        return result_of(*answer);
    }

    bool is_connected() const {
        return connection_ && PQstatus(connection_.get()) == CONNECTION_OK;
    }
    bool is_in_transaction() const {
        return is_connected() && PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
    }

private:
    PGconn* connection() {
        if (is_connected()) return connection_.get();
        connection_.reset(PQconnectdb(uri_.c_str()));
        if (!is_connected()) {
            std::string reason = PQerrorMessage(connection_.get());
            connection_.reset();
            throw Error(ErrorCode::Unavailable, "catalog database: {}", trimmed(reason));
        }
        // Without it each CREATE TABLE IF NOT EXISTS writes a notice to stderr.
        PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
        return connection_.get();
    }

    void check(const PGresult* answer) const {
        ExecStatusType status = PQresultStatus(answer);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
        if (!is_connected()) {
            throw Error(ErrorCode::Unavailable, "catalog database: the connection broke: {}",
                        trimmed(PQerrorMessage(connection_.get())));
        }
        const char* found = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
        std::string_view state = found ? found : "";
        // serialization_failure, deadlock_detected, and two that insert the same at once.
        if (state == "40001" || state == "40P01" || state == "23505") throw LostRace();
        throw Error(ErrorCode::Internal, "catalog database: {}",
                    trimmed(PQresultErrorMessage(answer)));
    }

    static SqlResult result_of(const PGresult& answer) {
        SqlResult result;
        for (int row = 0; row < PQntuples(&answer); ++row) {
            auto& texts = result.rows.emplace_back();
            for (int column = 0; column < PQnfields(&answer); ++column) {
                if (PQgetisnull(&answer, row, column)) {
                    texts.emplace_back(std::nullopt);
                } else {
                    texts.emplace_back(
                        std::string(PQgetvalue(&answer, row, column),
                                    static_cast<size_t>(PQgetlength(&answer, row, column))));
                }
            }
        }
        std::string_view changed = PQcmdTuples(const_cast<PGresult*>(&answer));
        std::from_chars(changed.data(), changed.data() + changed.size(), result.changed_rows);
        return result;
    }

    static std::string trimmed(std::string text) {
        while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
        return text;
    }

    std::string uri_;
    std::unique_ptr<PGconn, CloseConnection> connection_;
};

class PostgresDatabase : public SqlDatabase {
public:
    explicit PostgresDatabase(std::string uri) : session_(std::move(uri)) {}

    SqlResult run(std::string_view statement, std::initializer_list<SqlText> values) override {
        SqlResult result;
        // A statement by itself can lose a race too.
        attempt([&] { result = session_.run(statement, values); });
        return result;
    }

    bool transact(const std::function<bool(SqlSession&)>& work) override {
        bool is_wanted = false;
        attempt([&] {
            session_.run("BEGIN ISOLATION LEVEL SERIALIZABLE");
            try {
                is_wanted = work(session_);
                session_.run(is_wanted ? "COMMIT" : "ROLLBACK");
            } catch (...) {
                if (session_.is_in_transaction()) session_.run("ROLLBACK");
                throw;
            }
        });
        return is_wanted;
    }

private:
    template <typename Work>
    void attempt(const Work& work) {
        std::scoped_lock lock(mutex_);
        for (int attempts = 1; attempts <= AttemptsMax; ++attempts) {
            try {
                return work();
            } catch (const LostRace&) {
                // The winner is done: trying at once is right.
            }
        }
        throw Error(ErrorCode::Unavailable, "catalog database: too many others write at once");
    }

    std::mutex mutex_;
    PostgresSession session_;
};

}  // namespace

std::unique_ptr<SqlDatabase> open_postgres(const std::string& uri) {
    return std::make_unique<PostgresDatabase>(uri);
}

}  // namespace tarn::iceberg
