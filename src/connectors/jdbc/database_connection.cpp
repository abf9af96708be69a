#include "connectors/jdbc/database_connection.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <thread>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace tarn::connectors {
namespace {

// Statements of a pipeline whose answers are not read yet: few enough for the buffers in between,
// since a server that cannot send does not read either.
constexpr size_t StepsUnread = 256;
constexpr std::chrono::milliseconds RetryPause(250);
constexpr int Binary = 1;

// Lost connections, servers that come or go or have no room, conflicts with other transactions.
bool may_work_later(std::string_view sqlstate) {
    constexpr auto Classes = std::to_array<std::string_view>({"08", "40", "53", "57P"});
    return sqlstate.empty() || std::ranges::any_of(Classes, [&](std::string_view each) {
               return sqlstate.starts_with(each);
           });
}

std::string field_of(const PGresult* result, int field) {
    const char* text = result ? PQresultErrorField(result, field) : nullptr;
    return text ? text : "";
}

std::string one_line(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    std::erase(text, '\t');
    std::ranges::replace(text, '\n', ' ');
    return text;
}

void log_notice(void*, const char* message) {
    TARN_LOG_DEBUG("PostgreSQL: {}", one_line(message));
}

// As libpq takes them: names and values in the same order, each with a null behind.
struct Keywords {
    explicit Keywords(const DatabaseAccess& access) : all(access.address.keywords) {
        // How values are written where they are asked for as text.
        std::string& options = all["options"];
        options += " -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex";
        options += " -c timezone=" + access.zone;
        all.try_emplace("client_encoding", "UTF8");
        all.try_emplace("application_name", "tarn");
        all.try_emplace("connect_timeout", "10");
        all.try_emplace("tcp_user_timeout", "60000");
        for (const auto& [name, value] : all) {
            names.push_back(name.c_str());
            values.push_back(value.c_str());
        }
        names.push_back(nullptr);
        values.push_back(nullptr);
    }

    std::map<std::string, std::string> all;
    std::vector<const char*> names;
    std::vector<const char*> values;
};

// The text of a parameter ends at its first zero.
std::vector<const char*> pointers_to(const TextValues& values) {
    std::vector<const char*> pointers;
    for (const auto& value : values) {
        if (value && value->find('\0') != value->npos) {
            throw Error(ErrorCode::InvalidInput,
                        "PostgreSQL has no texts with a zero character in them");
        }
        pointers.push_back(value ? value->c_str() : nullptr);
    }
    return pointers;
}

}  // namespace

DatabaseRows::DatabaseRows(pg_result* result) : result_(result) {}

void DatabaseRows::Clear::operator()(pg_result* result) const {
    PQclear(result);
}

int64_t DatabaseRows::size() const {
    return PQntuples(result_.get());
}

std::optional<std::string_view> DatabaseRows::value(int64_t row, size_t column) const {
    int at = static_cast<int>(row);
    int place = static_cast<int>(column);
    if (PQgetisnull(result_.get(), at, place)) return std::nullopt;
    return std::string_view(PQgetvalue(result_.get(), at, place),
                            static_cast<size_t>(PQgetlength(result_.get(), at, place)));
}

void DatabaseConnection::Finish::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

DatabaseConnection::DatabaseConnection(const DatabaseAccess& access)
    : shown_(access.address.text()) {
    Keywords keywords(access);
    auto deadline = std::chrono::steady_clock::now() + access.retry_timeout;
    for (bool is_first = true;; is_first = false) {
        connection_.reset(PQconnectdbParams(keywords.names.data(), keywords.values.data(), 0));
        if (PQstatus(connection_.get()) == CONNECTION_OK) break;
        std::string reason = one_line(PQerrorMessage(connection_.get()));
        PGPing ping = PQpingParams(keywords.names.data(), keywords.values.data(), 0);
        bool may_come = ping == PQPING_REJECT || ping == PQPING_NO_RESPONSE;
        if (!may_come) {
            throw Error(ErrorCode::InvalidInput, "cannot connect to PostgreSQL: {}", reason)
                .with_hint("see the table's options 'url', 'username' and 'password'");
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            throw Error(ErrorCode::Timeout, "cannot connect to PostgreSQL: {}", reason)
                .with_hint("'connection.max-retry-timeout' says how long this is tried");
        }
        if (is_first) TARN_LOG_WARN("waiting for PostgreSQL: {}", reason);
        std::this_thread::sleep_for(RetryPause);
    }
    PQsetNoticeProcessor(connection_.get(), log_notice, nullptr);
}

DatabaseRows DatabaseConnection::run(const std::string& statement, const TextValues& parameters) {
    std::vector<const char*> values = pointers_to(parameters);
    PGresult* result =
        PQexecParams(connection_.get(), statement.c_str(), static_cast<int>(values.size()), nullptr,
                     values.data(), nullptr, nullptr, Binary);
    DatabaseRows rows(result);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) fail(result);
    return rows;
}

void DatabaseConnection::prepare(const std::string& name, const std::string& statement) {
    PGresult* result = PQprepare(connection_.get(), name.c_str(), statement.c_str(), 0, nullptr);
    DatabaseRows owner(result);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(result);
}

void DatabaseConnection::run_all(std::span<const Step> steps) {
    if (steps.empty()) return;
    expect_sent(PQenterPipelineMode(connection_.get()));
    try {
        send_all(steps);
    } catch (...) {
        // What is wrong is known already. A connection that cannot go on is found by the next user.
        PQexitPipelineMode(connection_.get());
        PQclear(PQexec(connection_.get(), "ROLLBACK"));
        throw;
    }
    expect_sent(PQexitPipelineMode(connection_.get()));
}

void DatabaseConnection::send_all(std::span<const Step> steps) {
    for (size_t begin = 0; begin < steps.size(); begin += StepsUnread) {
        size_t count = std::min(StepsUnread, steps.size() - begin);
        run_pipeline(steps.subspan(begin, count), begin == 0, begin + count == steps.size());
    }
}

void DatabaseConnection::run_pipeline(std::span<const Step> steps, bool is_first, bool is_last) {
    auto send_text = [this](const char* text) {
        expect_sent(PQsendQueryParams(connection_.get(), text, 0, nullptr, nullptr, nullptr,
                                      nullptr, Binary));
    };
    if (is_first) send_text("BEGIN");
    for (const Step& step : steps) send(step);
    if (is_last) send_text("COMMIT");
    expect_sent(PQpipelineSync(connection_.get()));
    finish_pipeline();
}

void DatabaseConnection::send(const Step& step) {
    std::vector<const char*> values = pointers_to(*step.parameters);
    expect_sent(PQsendQueryPrepared(connection_.get(), step.prepared->c_str(),
                                    static_cast<int>(values.size()), values.data(), nullptr,
                                    nullptr, Binary));
}

void DatabaseConnection::expect_sent(int has_sent) const {
    if (!has_sent) fail(nullptr);
}

// Reads all answers up to the end of the pipeline; the first failure counts, for those behind it
// were not done.
void DatabaseConnection::finish_pipeline() {
    std::optional<DatabaseRows> failed;
    const PGresult* failure = nullptr;
    for (bool was_null = false;;) {
        PGresult* result = PQgetResult(connection_.get());
        if (!result) {
            // One stands behind each answer; a second one in a row comes of a lost connection.
            if (was_null || PQstatus(connection_.get()) == CONNECTION_BAD) fail(failure);
            was_null = true;
            continue;
        }
        was_null = false;
        DatabaseRows answer(result);
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_PIPELINE_SYNC) break;
        bool is_good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
                       status == PGRES_PIPELINE_ABORTED;
        if (is_good || failure) continue;
        failure = result;
        failed.emplace(std::move(answer));
    }
    if (failure) fail(failure);
}

void DatabaseConnection::fail(const pg_result* result) const {
    std::string state = field_of(result, PG_DIAG_SQLSTATE);
    std::string message = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
    std::string detail = field_of(result, PG_DIAG_MESSAGE_DETAIL);
    if (message.empty()) message = PQerrorMessage(connection_.get());
    if (!detail.empty()) message += ": " + detail;
    bool is_lost = PQstatus(connection_.get()) == CONNECTION_BAD;
    ErrorCode code =
        is_lost || may_work_later(state) ? ErrorCode::Unavailable : ErrorCode::InvalidInput;
    Error error(code, "PostgreSQL at {}: {}", shown_, one_line(message));
    throw std::move(error).with_hint(field_of(result, PG_DIAG_MESSAGE_HINT));
}

std::string quoted_name(std::string_view name) {
    std::string quoted = "\"";
    for (char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

}  // namespace tarn::connectors
