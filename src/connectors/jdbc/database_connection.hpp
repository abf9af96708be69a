// A connection to a PostgreSQL server: statements with their parameters go there, rows come back.
// What is sent is text, which the server reads as whatever type it wants there; what comes back is
// binary. One thread at a time has it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/jdbc/database_address.hpp"

struct pg_conn;
struct pg_result;

namespace tarn::connectors {

struct DatabaseAccess {
    DatabaseAddress address;
    std::chrono::milliseconds retry_timeout{60'000};  // for a server that does not answer
    std::string zone = "UTC";                         // of the session, as PostgreSQL has it
};

// Values of a row or of a statement's parameters; nothing for NULL.
using TextValues = std::vector<std::optional<std::string>>;

// Rows that came back.
class DatabaseRows {
public:
    explicit DatabaseRows(pg_result* result);

    int64_t size() const;
    // Nothing for NULL. The view is good for as long as this is.
    std::optional<std::string_view> value(int64_t row, size_t column) const;

private:
    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> result_;
};

class DatabaseConnection {
public:
    // Waits for a server that is not there yet, but not for one that does not want us. Throws
    // Timeout, which is the end of all retries, or InvalidInput when the server has refused.
    explicit DatabaseConnection(const DatabaseAccess& access);

    // These throw Unavailable where another try may help, as after a connection was lost, and
    // InvalidInput with what the server says otherwise.
    DatabaseRows run(const std::string& statement, const TextValues& parameters = {});
    void prepare(const std::string& name, const std::string& statement);

    struct Step {
        const std::string* prepared;  // its name
        const TextValues* parameters;
    };
    // All of them, in one transaction.
    void run_all(std::span<const Step> steps);

private:
    struct Finish {
        void operator()(pg_conn* connection) const;
    };

    void send_all(std::span<const Step> steps);
    void run_pipeline(std::span<const Step> steps, bool is_first, bool is_last);
    void send(const Step& step);
    void expect_sent(int has_sent) const;
    void finish_pipeline();
    [[noreturn]] void fail(const pg_result* result) const;

    std::string shown_;  // "db:5432/shop"
    std::unique_ptr<pg_conn, Finish> connection_;
};

// "name" with what PostgreSQL wants around it.
std::string quoted_name(std::string_view name);

}  // namespace tarn::connectors
