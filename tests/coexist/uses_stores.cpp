#include <duckdb.h>
#include <libpq-fe.h>
#include <librdkafka/rdkafka.h>
#include <rocksdb/db.h>
#include <sqlite3.h>

#include <memory>
#include <stdexcept>

#include "uses.hpp"

namespace tarn::coexist {

int through_duckdb() {
    duckdb_database database = nullptr;
    duckdb_connection connection = nullptr;
    duckdb_result result;
    if (duckdb_open(nullptr, &database) != DuckDBSuccess ||
        duckdb_connect(database, &connection) != DuckDBSuccess ||
        duckdb_query(connection, "SELECT sum(n)::INTEGER FROM (VALUES (40), (2)) v(n)", &result) !=
            DuckDBSuccess) {
        throw std::runtime_error("duckdb did not answer");
    }
    int answer = duckdb_value_int32(&result, 0, 0);
    duckdb_destroy_result(&result);
    duckdb_disconnect(&connection);
    duckdb_close(&database);
    return answer;
}

int through_sqlite() {
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    sqlite3_open(":memory:", &database);
    sqlite3_exec(database, "CREATE TABLE t(n); INSERT INTO t VALUES (42)", nullptr, nullptr,
                 nullptr);
    sqlite3_prepare_v2(database, "SELECT n FROM t", -1, &statement, nullptr);
    int answer = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return answer;
}

int through_rocksdb(const std::string& folder) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kZSTD;
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status = rocksdb::DB::Open(options, folder, &opened);
    if (!status.ok()) throw std::runtime_error(status.ToString());
    std::unique_ptr<rocksdb::DB> database(opened);
    std::string value;
    database->Put({}, "answer", "42");
    database->Flush({});
    database->Get({}, "answer", &value);
    return std::stoi(value);
}

std::string libpq_complaint_about_a_wrong_url() {
    char* complaint = nullptr;
    PQconninfoFree(PQconninfoParse("postgresql://[::1/", &complaint));
    std::string text = complaint ? complaint : "";
    PQfreemem(complaint);
    return text;
}

std::string kafka_producer_name() {
    char reason[256] = "";
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(settings, nullptr);  // it would complain that it has no broker
    rd_kafka_t* producer = rd_kafka_new(RD_KAFKA_PRODUCER, settings, reason, sizeof reason);
    if (!producer) throw std::runtime_error(reason);
    std::string name = rd_kafka_name(producer);
    rd_kafka_destroy(producer);
    return name;
}

}  // namespace tarn::coexist
