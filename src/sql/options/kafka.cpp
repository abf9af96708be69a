#include "sql/options/entries.hpp"

namespace tarn::sql {
namespace {

using enum OptionKind;
using enum Clause::Then;

// What kafka and upsert-kafka have in common.
std::vector<OptionRule> common_options() {
    return {{"topic", SomeText, "The topic to write, or those to read with ; between them."},
            {"topic-pattern", SomeText, "A regular expression for the topics to read."},
            {.key = "properties.bootstrap.servers",
             .kind = SomeText,
             .text = "Brokers to connect to first: host:port, host:port.",
             .is_required = true},
            {"key.fields-prefix", Text,
             "What the names of key columns start with here and not in the key itself."},
            {.key = "value.fields-include",
             .kind = Choice,
             .text = "Whether the columns of the key stand in the value, too.",
             .fallback = "ALL",
             .choices = {"ALL", "EXCEPT_KEY"}},
            {.key = "scan.bounded.mode",
             .kind = Choice,
             .text = "Where reading ends.",
             .fallback = "unbounded",
             .choices = {"unbounded", "latest-offset", "group-offsets", "timestamp",
                         "specific-offsets"}},
            {"scan.bounded.timestamp-millis", Integer,
             "Reading ends at this time, in milliseconds since 1970."},
            {"scan.bounded.specific-offsets", Offsets, "Reading ends at these offsets."},
            {.key = "sink.delivery-guarantee",
             .kind = Choice,
             .text = "How often a row is written when a job starts again.",
             .fallback = "at-least-once",
             .choices = {"exactly-once", "at-least-once", "none"}},
            {.key = "tarn.bad-records",
             .kind = Choice,
             .text = "What becomes of records that are no rows. Queries fail unless this is set.",
             .fallback = "dead-letter",
             .choices = {"dead-letter", "fail"}},
            {.key = "tarn.late-rows",
             .kind = Choice,
             .text = "What becomes of rows that come after their window has closed.",
             .fallback = "drop",
             .choices = {"drop", "dead-letter"}},
            {"tarn.dead-letter-topic", SomeText,
             "Where dead letters go, with the reason; else to TOPIC.dlq."},
            {"sink.transactional-id-prefix", SomeText,
             "What the ids of transactions start with, for exactly-once."},
            {"sink.parallelism", Positive, "How many tasks write."}};
}

std::vector<Clause> common_clauses() {
    return {{{"topic-pattern"}, Excludes, {"topic"}},
            {{"scan.bounded.mode", "timestamp"}, Needs, {"scan.bounded.timestamp-millis"}},
            {{"scan.bounded.mode", "specific-offsets"}, Needs, {"scan.bounded.specific-offsets"}},
            {{"sink.delivery-guarantee", "exactly-once"}, Needs, {"sink.transactional-id-prefix"}},
            {{"key.fields-prefix"}, Needs, {"value.fields-include", "EXCEPT_KEY"}}};
}

OptionSet kafka_takes() {
    OptionSet set{.options = common_options(),
                  .clauses = common_clauses(),
                  .one_of = {{"topic", "topic-pattern"}, {"format", "value.format"}},
                  .passed = {"properties."}};
    auto options = {
        OptionRule{"properties.group.id", SomeText, "The consumer group that keeps the offsets."},
        OptionRule{"key.fields", Columns, "The columns that make the key, with ; between them."},
        OptionRule{.key = "scan.startup.mode",
                   .kind = Choice,
                   .text = "Where reading begins.",
                   .fallback = "group-offsets",
                   .choices = {"earliest-offset", "latest-offset", "group-offsets", "timestamp",
                               "specific-offsets"}},
        OptionRule{"scan.startup.timestamp-millis", Integer,
                   "Reading begins at this time, in milliseconds since 1970."},
        OptionRule{"scan.startup.specific-offsets", Offsets, "Reading begins at these offsets."},
        OptionRule{"scan.topic-partition-discovery.interval", Duration,
                   "How often new partitions are looked for; 0 for never.", "5 min"},
        OptionRule{.key = "sink.partitioner",
                   .kind = Choice,
                   .text = "Which partition a row goes to.",
                   .fallback = "default",
                   .choices = {"default", "fixed", "round-robin"}},
        OptionRule{"sink.semantic", Text, "The old name of sink.delivery-guarantee."}};
    set.options.insert(set.options.end(), options);
    auto clauses = {
        Clause{{"scan.startup.mode", "timestamp"}, Needs, {"scan.startup.timestamp-millis"}},
        Clause{{"scan.startup.mode", "specific-offsets"}, Needs, {"scan.startup.specific-offsets"}},
        Clause{{"scan.startup.mode", "specific-offsets"}, Excludes, {"topic-pattern"}},
        Clause{{"key.format"}, Needs, {"key.fields"}},
        Clause{{"key.fields"}, Needs, {"key.format"}},
        Clause{{"sink.partitioner", "round-robin"}, Excludes, {"key.fields"}}};
    set.clauses.insert(set.clauses.end(), clauses);
    return set;
}

OptionSet upsert_kafka_takes() {
    OptionSet set{.options = common_options(),
                  .clauses = common_clauses(),
                  .one_of = {{"topic", "topic-pattern"}},
                  .passed = {"properties."}};
    auto options = {OptionRule{"sink.buffer-flush.max-rows", Natural,
                               "How many rows are held back at most, the last of each key.", "0"},
                    OptionRule{"sink.buffer-flush.interval", Duration,
                               "How long rows are held back at most.", "0s"}};
    set.options.insert(set.options.end(), options);
    auto clauses = {Clause{{"sink.buffer-flush.max-rows"}, Needs, {"sink.buffer-flush.interval"}},
                    Clause{{"sink.buffer-flush.interval"}, Needs, {"sink.buffer-flush.max-rows"}}};
    set.clauses.insert(set.clauses.end(), clauses);
    return set;
}

}  // namespace

std::vector<Connector> kafka_connectors() {
    return {
        {.name = "kafka",
         .text = "Rows are the records of topics, each a new row or, with a format of "
                 "changes, a change. `properties.*` goes to the Kafka client as it stands.",
         .roles = {"source", "sink"},
         .takes = kafka_takes(),
         .formats = {{.key = "format"},
                     {.key = "value.format", .prefix = "value."},
                     {.key = "key.format", .prefix = "key."}},
         .primary_key = KeyRule::OfChanges},
        {.name = "upsert-kafka",
         .text = "The last record of each key is the row of that key, a record without a "
                 "value deletes it. Reading begins with the earliest record.",
         .roles = {"source", "sink"},
         .takes = upsert_kafka_takes(),
         .formats =
             {{.key = "key.format", .prefix = "key.", .is_required = true, .is_insert_only = true},
              {.key = "value.format",
               .prefix = "value.",
               .is_required = true,
               .is_insert_only = true}},
         .primary_key = KeyRule::Needed}};
}

}  // namespace tarn::sql
