// A ClickHouse as its HTTP interface shows it: statements go in, and lines come out.
#pragma once

#include "connectors/http/patient_client.hpp"

namespace tarn::connectors {

class ClickHouseServer {
public:
    // By the options of a table. Throws InvalidInput for a url that names no server.
    ClickHouseServer(const sql::Options& options, CancelFlag is_cancelled);

    // The rows of a query, as text. `what` is asked for, in messages.
    std::string answer(const std::string& query, std::string_view what);

    // An INSERT of rows in its format. What was inserted with the same token before is left out,
    // where the table remembers tokens.
    void insert(const std::string& statement, std::string rows, const std::string& token);

    const std::string& url() const { return url_; }

private:
    std::string url_;  // "http://host:8123"
    std::string settings_;
    http::ClientRequest request_;  // whose word it is
    PatientClient client_;
};

// "http://host:8123" of "clickhouse://host".
std::string clickhouse_url(std::string_view text);

// As a literal of SQL, and as a name in it.
std::string clickhouse_text(std::string_view text);
std::string clickhouse_name(std::string_view name);

}  // namespace tarn::connectors
