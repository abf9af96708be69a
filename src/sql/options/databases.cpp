#include "sql/options/entries.hpp"

namespace tarn::sql {
namespace {

using enum OptionKind;
using enum Clause::Then;

// How a table is asked for the rows of a key.
std::vector<OptionRule> lookup_options() {
    return {
        {.key = "lookup.cache",
         .kind = Choice,
         .text = "Whether answers are kept for the next row with the same key.",
         .fallback = "NONE",
         .choices = {"NONE", "PARTIAL"}},
        {"lookup.partial-cache.max-rows", Positive, "How many rows are kept at most."},
        {"lookup.partial-cache.expire-after-write", Duration, "How long a row is kept."},
        {"lookup.partial-cache.expire-after-access", Duration,
         "How long a row is kept that nobody asks for."},
        {"lookup.partial-cache.cache-missing-key", Boolean,
         "Whether it is kept, too, that there is no such row.", "true"},
        {"lookup.max-retries", Natural, "How often a question is asked again that failed.", "3"},
        {"lookup.cache.max-rows", Integer, "The old name of lookup.partial-cache.max-rows."},
        {"lookup.cache.ttl", Duration, "The old name of lookup.partial-cache.expire-after-write."},
        {"lookup.cache.caching-missing-key", Boolean,
         "The old name of lookup.partial-cache.cache-missing-key."}};
}

// How a table is read by several tasks at once.
std::vector<OptionRule> scan_options() {
    return {{"scan.partition.column", SomeText, "The column by which tasks share the rows."},
            {"scan.partition.num", Positive, "How many parts there are."},
            {"scan.partition.lower-bound", Integer, "The least value of the first part."},
            {"scan.partition.upper-bound", Integer, "The largest value of the last part."}};
}

std::vector<Clause> scan_clauses() {
    std::vector<Clause> clauses;
    for (std::string_view each :
         {"scan.partition.num", "scan.partition.lower-bound", "scan.partition.upper-bound"}) {
        clauses.push_back({{"scan.partition.column"}, Needs, {each}});
        clauses.push_back({{each}, Needs, {"scan.partition.column"}});
    }
    return clauses;
}

OptionSet with_reads(std::vector<OptionRule> options) {
    for (auto more : {lookup_options(), scan_options()}) {
        options.insert(options.end(), more.begin(), more.end());
    }
    return {.options = std::move(options), .clauses = scan_clauses(), .passed = {"properties."}};
}

OptionSet jdbc_takes() {
    OptionSet set = with_reads(
        {{.key = "url",
          .kind = SomeText,
          .text = "The database: jdbc:postgresql://host:port/name.",
          .is_required = true},
         {.key = "table-name", .kind = SomeText, .text = "The table in it.", .is_required = true},
         {"username", Text, "Who connects; goes with the password."},
         {"password", Text, "The password of that user."},
         {"driver", Text, "A class in Java; Tarn goes by the url."},
         {"compatible-mode", Text, "Which other database the server speaks for."},
         {"connection.max-retry-timeout", Duration, "How long connecting is tried.", "60s"},
         {"scan.fetch-size", Natural,
          "How many rows a read brings at a time; 0 for as many as a batch has.", "0"},
         {"scan.auto-commit", Boolean,
          "Accepted, without effect: each part is read in a transaction.", "true"},
         {"sink.buffer-flush.max-rows", Natural, "How many rows are written at a time.", "100"},
         {"sink.buffer-flush.interval", Duration, "How long rows wait at most; 0 for no limit.",
          "1s"},
         {"sink.max-retries", Natural, "How often a write is tried again that failed.", "3"},
         {"sink.parallelism", Positive, "How many tasks write."}});
    set.clauses.push_back({{"password"}, Needs, {"username"}});
    set.clauses.push_back({{"username"}, Needs, {"password"}});
    return set;
}

OptionSet clickhouse_takes() {
    OptionSet set{
        .options =
            {{.key = "url",
              .kind = SomeText,
              .text = "The server's HTTP interface: clickhouse://host:8123, or https://host:8443.",
              .is_required = true},
             {.key = "table-name",
              .kind = SomeText,
              .text = "The table in it.",
              .is_required = true},
             {"database-name", SomeText, "The database of the table.", "default"},
             {"username", Text, "Who connects; goes with the password."},
             {"password", Text, "The password of that user."},
             {"sink.batch-size", Positive, "How many rows are inserted at a time.", "10000"},
             {"sink.flush-interval", Duration, "How long rows wait at most.", "1s"},
             {"sink.max-retries", Natural, "How often an insert is tried again that failed.", "3"},
             {.key = "sink.delivery-guarantee",
              .kind = Choice,
              .text = "Whether rows go at once, and some twice after a failure, or only when their "
                      "epoch is kept, in the same inserts with the same tokens.",
              .fallback = "at-least-once",
              .choices = {"at-least-once", "exactly-once"}},
             {.key = "sink.update-strategy",
              .kind = Choice,
              .text = "Whether a row that changes is inserted again or left out.",
              .fallback = "insert",
              .choices = {"insert", "discard"}},
             {"sink.ignore-delete", Boolean, "Deletes are left out; false is refused.", "true"},
             {"sink.parallelism", Positive, "How many tasks write."}},
        .passed = {"properties."}};
    set.clauses.push_back({{"password"}, Needs, {"username"}});
    set.clauses.push_back({{"username"}, Needs, {"password"}});
    return set;
}

}  // namespace

std::vector<Connector> database_connectors() {
    return {
        {.name = "jdbc",
         .text = "A table of PostgreSQL. With a primary key rows replace those of the same key, "
                 "without one they are added.",
         .roles = {"source", "sink", "lookup"},
         .takes = jdbc_takes()},
        {.name = "clickhouse",
         .text = "A table of ClickHouse, which rows are inserted into. With a primary key it is a "
                 "ReplacingMergeTree, and a row that changes is inserted again. `properties.NAME` "
                 "is a setting of ClickHouse for each insert.",
         .roles = {"sink"},
         .takes = clickhouse_takes()}};
}

}  // namespace tarn::sql
