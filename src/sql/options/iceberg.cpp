#include "sql/options/entries.hpp"

namespace tarn::sql {
namespace {

using enum OptionKind;

OptionSet iceberg_takes() {
    OptionSet set{
        .options =
            {{.key = "catalog-name",
              .kind = SomeText,
              .text = "What the catalog is called.",
              .is_required = true},
             {"catalog-database", SomeText, "The namespace of the table.", "default"},
             {"catalog-table", SomeText, "The table, when it has another name there."},
             {.key = "format-version",
              .kind = Choice,
              .text = "The version of the table's format.",
              .fallback = "2",
              .choices = {"1", "2", "3"}},
             {"upsert-enabled", Boolean, "Whether rows replace those of the same key.", "false"},
             {"write.upsert.enabled", Boolean, "The same as a property of the table.", "false"},
             {.key = "write.format.default",
              .kind = Choice,
              .text = "The format of data files.",
              .fallback = "parquet",
              .choices = {"parquet", "avro", "orc"}},
             {.key = "write.parquet.compression-codec",
              .kind = Choice,
              .text = "How Parquet files are packed.",
              .fallback = "zstd",
              .choices = {"zstd", "snappy", "gzip", "lz4", "brotli", "uncompressed"}},
             {"write.target-file-size-bytes", Positive, "How large data files are meant to be.",
              "536870912"},
             {.key = "write.distribution-mode",
              .kind = Choice,
              .text = "Whether rows of a partition go to one task.",
              .fallback = "none",
              .choices = {"none", "hash", "range"}},
             {"write-parallelism", Positive, "How many tasks write."},
             {"overwrite-enabled", Boolean,
              "Whether rows take the place of what their partitions hold.", "false"},
             {"streaming", Boolean, "Whether reading goes on with new snapshots.", "false"},
             {"monitor-interval", Duration, "How often new snapshots are looked for.", "60s"},
             {"snapshot-id", Integer, "The snapshot to read."},
             {"as-of-timestamp", Integer, "The time to read at, in milliseconds since 1970."},
             {"start-snapshot-id", Integer, "The snapshot to read on from."},
             {"branch", SomeText, "The branch to read or write."},
             {"tag", SomeText, "The tag to read."}},
        .clauses = {{{"snapshot-id"}, Clause::Then::Excludes, {"as-of-timestamp"}},
                    {{"branch"}, Clause::Then::Excludes, {"tag"}}},
        .one_of = {{"catalog-type", "catalog-impl"}},
        .passed = {""}};
    auto catalog = iceberg_catalog_options();
    set.options.insert(set.options.end(), catalog.begin(), catalog.end());
    return set;
}

}  // namespace

std::vector<OptionRule> iceberg_catalog_options() {
    return {
        {.key = "catalog-type",
         .kind = Choice,
         .text = "How the catalog is reached.",
         .choices = {"rest", "hadoop", "hive", "glue", "jdbc", "nessie"}},
        {"catalog-impl", SomeText, "A class in Java that is the catalog; not for Tarn."},
        {"uri", SomeText, "The server of the catalog: http://localhost:8181."},
        {"warehouse", SomeText, "The folder or bucket of its tables."},
        {"default-database", SomeText, "The namespace it begins with.", "default"},
        {"base-namespace", Text, "A namespace that all others stand in."},
        {"cache-enabled", Boolean, "Whether tables are remembered.", "true"},
        {"cache.expiration-interval-ms", Integer, "For how long; -1 for ever.", "-1"},
        {"property-version", Integer, "Accepted, without effect.", "1"},
        {"io-impl", SomeText, "A class in Java that reaches files; Tarn goes by their addresses."},
        {"token", SomeText, "What a REST catalog knows its client by."},
        {"credential", SomeText, "What a REST catalog gives a token for: id:secret."},
        {"oauth2-server-uri", SomeText, "Where it gives the token."},
        {"s3.endpoint", SomeText, "The S3 server, when it is not that of AWS."},
        {"s3.region", SomeText, "The region of the bucket."},
        {"s3.path-style-access", Boolean, "Whether the bucket stands in the path.", "false"},
        {"s3.access-key-id", SomeText, "The key of S3."},
        {"s3.secret-access-key", SomeText, "The secret that belongs to it."},
        {"client.region", SomeText, "The region of AWS."},
        {"clients", Positive, "How many connections Hive gets.", "2"},
        {"hive-conf-dir", Text, "The folder of hive-site.xml."},
        {"hadoop-conf-dir", Text, "The folder of core-site.xml."}};
}

std::vector<Connector> iceberg_connectors() {
    return {{.name = "iceberg",
             .text = "A table of an Iceberg catalog that is named in its options instead of by "
                     "CREATE CATALOG. What is not listed here is a property of the catalog or of "
                     "the table.",
             .roles = {"source", "sink", "lookup"},
             .takes = iceberg_takes()}};
}

}  // namespace tarn::sql
