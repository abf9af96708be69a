#include "sql/options/entries.hpp"

namespace tarn::sql {
namespace {

using enum OptionKind;

OptionSet registry_options() {
    return {.options = {{.key = "url",
                         .kind = SomeText,
                         .text = "The schema registry.",
                         .is_required = true},
                        {"subject", SomeText, "The subject that a written schema goes to."},
                        {"schema", Text, "The schema, when not the one of the columns."},
                        {"basic-auth.credentials-source", Text, "Where the password is from."},
                        {"basic-auth.user-info", Text, "The user and the password: user:password."},
                        {"bearer-auth.credentials-source", Text, "Where the token is from."},
                        {"bearer-auth.token", Text, "The token."},
                        {"ssl.keystore.location", Text, "The file with our certificate."},
                        {"ssl.keystore.password", Text, "The password of that file."},
                        {"ssl.truststore.location", Text, "The file of who is trusted."},
                        {"ssl.truststore.password", Text, "The password of that file."}},
            .passed = {"properties."}};
}

}  // namespace

std::vector<Format> binary_formats() {
    return {
        {.name = "avro",
         .text = "A record in Avro for each row.",
         .takes = {.options = {{.key = "encoding",
                                .kind = Choice,
                                .text = "Whether records are bytes or JSON.",
                                .fallback = "binary",
                                .choices = {"binary", "json"}},
                               {"codec", Text,
                                "How files are packed: null, deflate, snappy or zstandard.",
                                "snappy"},
                               {"timestamp_mapping.legacy", Boolean,
                                "Whether a TIMESTAMP is written as if it had a zone.", "true"}}}},
        {.name = "avro-confluent",
         .text = "A record in Avro with the id of its schema, which a registry knows.",
         .takes = registry_options()},
        {.name = "parquet",
         .text = "Files in Parquet. What is not listed here goes to its writer as it stands.",
         .takes = {.options = {{"utc-timezone", Boolean,
                                "Whether a TIMESTAMP is written as that of UTC.", "false"},
                               {.key = "timestamp.time.unit",
                                .kind = Choice,
                                .text = "The unit of times.",
                                .fallback = "micros",
                                .choices = {"nanos", "micros", "millis"}},
                               {"write.int64.timestamp", Boolean,
                                "Whether times are written as INT64 instead of INT96.", "false"}},
                   .passed = {""}}},
        {.name = "orc",
         .text = "Files in ORC. What is set goes to its writer as it stands.",
         .takes = {.passed = {""}}}};
}

}  // namespace tarn::sql
