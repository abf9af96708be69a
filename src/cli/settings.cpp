#include "cli/settings.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/error.hpp"
#include "base/suggest.hpp"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> settings_file(const Typed& typed) {
    if (typed.has("--config")) return typed.value_or("--config", "");
    if (fs::exists("tarn.toml")) return "tarn.toml";
    const char* home = std::getenv("HOME");
    const char* config_home = std::getenv("XDG_CONFIG_HOME");
    fs::path folder = config_home && *config_home ? fs::path(config_home)
                                                  : fs::path(home ? home : "/") / ".config";
    fs::path users_own = folder / "tarn" / "tarn.toml";
    return fs::exists(users_own) ? std::optional(users_own) : std::nullopt;
}

std::string content_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw Error(ErrorCode::NotFound, "cannot read the settings file {}", path.string())
            .with_hint("check the path given by --config");
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

std::vector<Setting> all_settings() {
    using enum SettingType;
    return {
        {"data.folder", Text, "tarn-data", "where topics, tables, jobs and the catalog live"},
        {"ports",
         Text,
         "fixed",
         "'auto' binds any free port instead of the set ones",
         {"fixed", "auto"}},
        {"log.level", Text, "info", "debug, info, warn, error or off; by part: 'info,http=debug'"},
        {"log.format",
         Text,
         "auto",
         "how lines on stderr look; auto is text on a terminal",
         {"auto", "text", "json"}},
        {"log.file-bytes-max", Size, "64MB", "when logs/tarn.log is rolled; three are kept"},
        {"runtime.shards", Integer, "0", "event loops; 0 takes one for each core"},
        {"runtime.blocking-threads", Integer, "4", "threads for disk, encoding and queries"},
        {"runtime.blocking-queue", Integer, "1024", "how much blocking work may wait"},
        {"runtime.stop-grace", Duration, "10s", "how long running requests may take to end"},
        {"sql.own-names", List, "kafka, broker, iceberg-rest, iceberg, rest",
         "hosts that mean this Tarn in SQL written for a compose file, where they lead nowhere"},
        {"rest.address", Text, "127.0.0.1", "where console, REST and metrics listen"},
        {"rest.port", Integer, "8080", "0 takes any free port"},
        {"rest.allowed-hosts", List, "", "names that requests may call it by; empty for any"},
        {"rest.token", Text, "", "a bearer token that requests must carry", {}, true},
        {"rest.tls-certificate", Text, "", "a PEM file; with it and the key, https is spoken"},
        {"rest.tls-key", Text, "", "the PEM file of its private key"},
        {"kafka.listeners", List, "127.0.0.1:9092, 127.0.0.1:29092",
         "where Kafka clients connect; tls://, sasl:// or sasl+tls://host:port for encrypted ones "
         "and those that ask for a password"},
        {"kafka.advertised-listeners", List, "",
         "host:port that clients are sent back to, one for each listener; empty for the same"},
        {"kafka.tls-certificate", Text, "", "a PEM file for listeners with TLS"},
        {"kafka.tls-key", Text, "", "the PEM file of its private key"},
        {"kafka.tls-timeout", Duration, "10s",
         "how long a client of such a listener may take for TLS's greeting"},
        {"kafka.sasl-mechanisms", List, "SCRAM-SHA-256, SCRAM-SHA-512",
         "how clients of sasl:// listeners may say who they are; PLAIN sends the password itself"},
        {"kafka.sasl-timeout", Duration, "30s",
         "how long a client of such a listener may take to say who it is"},
        {"kafka.sasl-session", Duration, "0s", "after it they have to say it anew; 0 for never"},
        {"kafka.authorizer",
         Text,
         "none",
         "who may do what: anyone everything, or as access rules (ACLs) allow",
         {"none", "acl"}},
        {"kafka.super-users", List, "", "may do everything whatever the rules say: User:admin"},
        {"kafka.allow-without-acl", Flag, "false", "let anyone do what no access rule is about"},
        {"kafka.command-config", Text, "",
         "a properties file by which `tarn topic` and `tarn group` log in, as --command-config"},
        {"kafka.node-id", Integer, "1", "the number under which the broker is known"},
        {"kafka.partitions", Integer, "1", "of a topic that is created without saying how many"},
        {"kafka.auto-create-topics", Flag, "true", "create a topic when a client first names it"},
        {"kafka.accept-replication", Flag, "false",
         "take any replication factor for 1, for scripts that were written for a cluster"},
        {"kafka.request-bytes-max", Size, "100MiB", "past it a connection is closed"},
        {"kafka.connections-max", Integer, "10000", "past it new connections are closed"},
        {"kafka.rebalance-delay", Duration, "100ms",
         "how long the first member of a group waits for others"},
        {"kafka.offsets-retention", Duration, "7d", "how long an empty group's offsets are kept"},
        {"kafka.transaction-timeout-max", Duration, "1h",
         "the longest that a producer may have its transactions last"},
        {"kafka.transactional-id-retention", Duration, "7d",
         "how long a transactional id without any transaction is remembered"},
        {"s3.address", Text, "127.0.0.1", "where S3 clients connect"},
        {"s3.port", Integer, "9000", "0 takes any free port"},
        {"s3.enabled", Flag, "true", "serve the warehouse folder to S3 clients"},
        {"s3.root", Text, "", "the folder whose folders are buckets; empty for DATA/warehouse"},
        {"s3.buckets", List, "warehouse", "made at the start when they are missing"},
        {"s3.access-key", Text, "minioadmin", "who clients say they are"},
        {"s3.secret-key", Text, "minioadmin", "how they prove it", {}, true},
        {"s3.more-keys", List, "", "further pairs access:secret", {}, true},
        {"s3.anonymous", Flag, "false", "let anyone read and write without a key"},
        {"s3.region", Text, "us-east-1", "what clients are told; they may sign for any"},
        {"s3.domains", List, "", "host names whose subdomains are buckets"},
        {"s3.object-bytes-max", Size, "5TiB", "past it an object is refused"},
        {"s3.transfers-max", Integer, "1000", "bodies on their way at once; past it SlowDown"},
        {"s3.upload-retention", Duration, "7d", "how long an upload that was given up is kept"},
        {"s3.tls-certificate", Text, "", "a PEM file; with it and the key, https is spoken"},
        {"s3.tls-key", Text, "", "the PEM file of its private key"},
        {"log.flush",
         Text,
         "each-batch",
         "when a batch counts as kept: flushed each, flushed at intervals, or left to the system",
         {"each-batch", "interval", "os"}},
        {"log.flush-interval", Duration, "1s", "between two flushes when log.flush is 'interval'"},
        {"log.retention-check", Duration, "30s", "how often old segments are looked for"},
        {"log.partitions-max", Integer, "100000", "of all topics together"},
        {"iceberg.address", Text, "127.0.0.1", "where the Iceberg REST catalog listens"},
        {"iceberg.port", Integer, "8181", "0 takes any free port"},
        {"iceberg.allowed-hosts", List, "", "names that requests may call it by; empty for any"},
        {"iceberg.token", Text, "", "a bearer token that requests must carry", {}, true},
        {"iceberg.credential", Text, "", "NAME:SECRET that the token is given for", {}, true},
        {"iceberg.tls-certificate", Text, "", "a PEM file; with it and the key, https is spoken"},
        {"iceberg.tls-key", Text, "", "the PEM file of its private key"},
        {"iceberg.warehouse", Text, "",
         "where tables lie: a folder, or s3://BUCKET of the S3 face; empty for "
         "DATA/warehouse/iceberg"},
        {"iceberg.warehouse-endpoint", Text, "",
         "the S3 server, not our own, that has the buckets of iceberg.warehouse and "
         "iceberg.locations; empty for the S3 face"},
        {"iceberg.warehouse-region", Text, "", "its region; empty for AWS_REGION or us-east-1"},
        {"iceberg.warehouse-access-key", Text, "",
         "who Tarn is to it; empty for AWS_ACCESS_KEY_ID and the other places of AWS's tools"},
        {"iceberg.warehouse-secret-key",
         Text,
         "",
         "how it proves it; empty for AWS_SECRET_ACCESS_KEY",
         {},
         true},
        {"iceberg.locations", List, "",
         "other folders that tables may lie in, for clients that choose a place themselves"},
        {"iceberg.s3-endpoint", Text, "",
         "what clients of tables in s3:// are told to connect to; empty for the server's own "
         "address"},
        {"iceberg.s3-keys",
         Text,
         "auto",
         "whether they are given the keys; auto is on loopback, or to who has the token",
         {"auto", "always", "never"}},
        {"iceberg.catalog-store",
         Text,
         "",
         "postgresql://user:password@host/database for a catalog that several share; empty for a "
         "file of the data folder",
         {},
         true},
        {"iceberg.maintenance-interval", Duration, "1m",
         "how often tables that ask for upkeep are looked at; 0 never"},
        {"iceberg.cache-bytes-max", Size, "64MiB", "of table metadata that is kept at hand"},
        {"flink.address", Text, "127.0.0.1", "where Flink's REST interface listens"},
        {"flink.port", Integer, "8081", "0 takes any free port"},
        {"flink.enabled", Flag, "true", "show jobs to clients of Flink"},
        {"flink.allowed-hosts", List, "", "names that requests may call it by; empty for any"},
        {"flink.token", Text, "", "a bearer token that requests must carry", {}, true},
        {"flink.tls-certificate", Text, "", "a PEM file; with it and the key, https is spoken"},
        {"flink.tls-key", Text, "", "the PEM file of its private key"},
        {"catalog.uri", Text, "",
         "another catalog for `tarn catalog`, `namespace` and `table`: a URL or a folder"},
        {"catalog.warehouse", Text, "", "which of its warehouses, where it has several"},
        {"catalog.token", Text, "", "a bearer token for it", {}, true},
        {"catalog.credential", Text, "", "NAME:SECRET that it gives tokens for", {}, true},
        {"catalog.scope", Text, "catalog", "what the tokens are for"},
        {"catalog.token-uri", Text, "", "where tokens are had; empty for the catalog itself"},
        {"catalog.ca-file", Text, "",
         "a PEM file of certificates to trust; empty for the system's"},
        {"http.header-bytes-max", Size, "16KiB", "past it a request is refused with 431"},
        {"http.body-bytes-max", Size, "16MiB", "past it a request is refused with 413"},
        {"http.connections-max", Integer, "10000", "for each listener"},
        {"http.header-timeout", Duration, "10s", "how long a client may take to send its headers"},
        {"http.body-timeout", Duration, "30s", "how long a body or a reply may stand still"},
        {"http.idle-timeout", Duration, "75s", "how long an idle connection is kept"},
        {"http.access-log", Flag, "false", "a log line for each request"},
    };
}

Config gather_config(const Typed& typed, char** environment) {
    Config config(all_settings());
    std::string profile = typed.value_or("--profile", "");
    std::vector<std::string> profiles;
    if (auto file = settings_file(typed)) {
        profiles = config.set_from_toml(content_of(*file), file->filename().string(), profile);
    }
    if (!profile.empty() && std::ranges::find(profiles, profile) == profiles.end()) {
        throw Error(ErrorCode::NotFound, "there is no profile '{}'", profile)
            .with_hint(profiles.empty() ? "write a [profile." + profile + "] into tarn.toml"
                                        : name_hint(profile, profiles));
    }
    config.set_from_environment(environment);
    for (const std::string& assignment : typed.all("--set")) config.set_from_option(assignment);
    if (typed.has("--data")) {
        config.set(Layer::Option, "data.folder", typed.value_or("--data", ""), "--data");
    }
    if (typed.has("--ports")) {
        config.set(Layer::Option, "ports", typed.value_or("--ports", ""), "--ports");
    }
    return config;
}

}  // namespace tarn::cli
